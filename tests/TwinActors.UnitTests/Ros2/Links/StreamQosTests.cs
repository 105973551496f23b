using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Graph;
using TwinActors.Ros2.Links;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Links;

public class StreamQosTests
{
    private static readonly DdsLinkOptions Links = new() { ToleratedStall = TimeSpan.FromSeconds(1), KeepsAll = false };

    [Fact]
    public void Reliable_only_when_every_writer_is()
    {
        Assert.Equal(RosReliability.Reliable, Choose(Stream(), RosQos.Default, RosQos.Latched).Reliability);
        Assert.Equal(RosReliability.BestEffort, Choose(Stream(), RosQos.Default, RosQos.SensorData).Reliability);
    }

    [Fact]
    public void History_is_asked_for_on_latched_topics_when_it_is_offered()
    {
        var latched = Stream() with { Latched = true };

        Assert.Equal(RosDurability.TransientLocal, Choose(latched, RosQos.Latched).Durability);
        Assert.Equal(RosDurability.Volatile, Choose(Stream(), RosQos.Latched).Durability);
        Assert.Equal(RosDurability.Volatile, Choose(latched, RosQos.Default).Durability);
        Assert.Equal(
            "durability: asked for transient local, a publisher offers reliable, volatile",
            StreamQos.Problem(latched, Writers(RosQos.Default)));
        Assert.Null(StreamQos.Problem(latched, Writers(RosQos.Latched)));
    }

    [Fact]
    public void The_depth_outlasts_a_stall()
    {
        Assert.Equal(256, Choose(Stream(), RosQos.Default).Depth);
        Assert.Equal(1000, Choose(Stream() with { ExpectedHz = 1000 }, RosQos.Default).Depth);
        Assert.Null(StreamQos.Choose(Stream(), Writers(RosQos.Default), Links with { KeepsAll = true }).Depth);
    }

    [Fact]
    public void What_is_chosen_refuses_nobody()
    {
        RosQos[] all = [RosQos.Default, RosQos.SensorData, RosQos.Latched];
        var chosen = Choose(Stream() with { Latched = true }, all);

        Assert.All(all, offered => Assert.Null(chosen.Refuses(offered)));
    }

    private static RosQos Choose(StreamOptions stream, params RosQos[] offered) =>
        StreamQos.Choose(stream, Writers(offered), Links);

    private static ImmutableArray<RosEndpoint> Writers(params RosQos[] offered) =>
        [.. offered.Select(qos => new RosEndpoint(Guid.NewGuid(), qos, "", false))];

    private static StreamOptions Stream() => JointStates.Stream().Options;
}
