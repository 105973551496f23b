using System.Globalization;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Links;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.InteropTests.Ros2;

/// <summary>Joint states to and from programs whose DDS, serializer and types are not ours.</summary>
public class OtherMakersTests
{
    private const int Joints = 28;
    private const string JointState = "sensor_msgs/msg/JointState";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("Cyclone")]
    [InlineData("FastDds")]
    public async Task Their_joint_states_reach_the_ring_with_every_value(string maker)
    {
        const int Count = 1000;
        var domain = Domain();
        using var links = Links(domain);
        var stream = Stream(Count + 2);
        await using var link = Link(links, stream);
        await link.OpenAsync(CancellationToken.None);

        await using var peer = await NativePeer.StartAsync(
            maker, domain, "pub", "rt/arm1/joint_states", $"{Joints}", $"{Count}");
        await Eventually.TrueAsync(() => stream.Published == Count, "every sample is in the ring", Patience);
        await Eventually.TrueAsync(() => peer.HasEnded, "the peer has its acknowledgments", Patience);

        Assert.Equal(0, peer.ExitCode);
        Assert.Equal((0, 0), (stream.Counters.Rejected, stream.Counters.Lost));
        var cursor = new RingCursor(0);
        var frame = new SampleFrame<JointLayout>();
        for (var n = 0; n < Count; n++)
        {
            Assert.True(cursor.TryNext(stream.Joints!, frame));
            Assert.Equal(((n + 1) * 1_000_000_000L) + n, frame.Header.StampNs);
            for (var i = 0; i < Joints; i++)
            {
                Assert.Equal(n + (i / 8.0), frame.Layout!.Positions(frame.Bytes)[i]);
                Assert.Equal(-(double)i, frame.Layout.Velocities(frame.Bytes)[i]);
                Assert.Equal(double.NaN, frame.Layout.Efforts(frame.Bytes)[i]);
            }
        }

        Assert.Equal(Enumerable.Range(0, Joints).Select(i => $"joint_{i}"), frame.Layout!.Names);
    }

    [Theory]
    [InlineData("Cyclone")]
    [InlineData("FastDds")]
    public async Task They_read_what_we_write(string maker)
    {
        const int Count = 200;
        var options = Domain();
        using var domain = DdsDomain.Open(options);
        using var writer = domain.Advertise(
            "/arm1/joint_states", RosSchemaSet.Standard.Get(JointState), RosQos.Default with { Depth = null });
        await using var peer = await NativePeer.StartAsync(maker, options, "sub", "rt/arm1/joint_states", $"{Count}");
        await Eventually.TrueAsync(
            () => writer.Subscribers == 1 && peer.Lines.Contains("matched"), "writer and peer match", Patience);

        var expected = new List<string> { "matched" };
        for (var n = 0; n < Count; n++)
        {
            Assert.Equal(RosWriteResult.Written, writer.Write(Message(n)));
            expected.Add(string.Create(
                CultureInfo.InvariantCulture, $"{n} 5 base a,bcdef,ghijkl {n},0.5,-1.25  {n + 0.125},1048576.25,0"));
        }

        await Eventually.TrueAsync(() => peer.Lines.Count > Count, "every sample is read", Patience);
        Assert.Equal(expected, peer.Lines);
    }

    [Fact]
    public async Task Their_broken_samples_are_counted_and_the_good_ones_arrive()
    {
        const int Count = 100;
        var domain = Domain();
        using var links = Links(domain);
        var stream = Stream(Count);
        await using var link = Link(links, stream);
        await link.OpenAsync(CancellationToken.None);

        await using var peer = await NativePeer.StartAsync(
            "FastDds", domain, "bad", "rt/arm1/joint_states", $"{Joints}", $"{Count}");

        await Eventually.TrueAsync(() => stream.Published == Count / 2, "every good sample is in the ring", Patience);
        await Eventually.TrueAsync(() => stream.Counters.Rejected == Count / 2, "every bad one is counted", Patience);
        Assert.Equal(Count / 2, stream.Counters.Reasons["malformed"]);
    }

    private static DdsRobotLinks Links(DdsDomainOptions domain) => new(
        domain,
        RosSchemaSet.Standard,
        new DdsLinkOptions { ToleratedStall = TimeSpan.FromSeconds(1), KeepsAll = true },
        TimeProvider.System);

    private static RobotStream Stream(int slots) => new(new StreamOptions
    {
        Name = "joint_states",
        Topic = "/arm1/joint_states",
        Type = JointState,
        Kind = StreamKind.Joints,
        Slots = slots,
    });

    private static IRobotLink Link(DdsRobotLinks links, RobotStream stream) => links.Make(new RobotLinkOptions
    {
        Robot = RobotId.Parse("arm1"),
        Kind = "ros2",
        Streams = [stream],
        Clock = TimeProvider.System,
    });

    // Fast DDS knows no tags: the domain number alone keeps these tests apart.
    private static DdsDomainOptions Domain()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        return DdsDomainOptions.Loopback(TestDomains.NextNumber());
    }

    private static byte[] Message(int n)
    {
        var buffer = new byte[512];
        var writer = new CdrWriter(buffer);
        writer.WriteTime((n * 1_000_000_000L) + 5);
        writer.WriteText("base");
        writer.WriteCount(3);
        writer.WriteText("a");
        writer.WriteText("bcdef");
        writer.WriteText("ghijkl");
        writer.WriteFloat64Sequence([n, 0.5, -1.25]);
        writer.WriteFloat64Sequence([]);
        writer.WriteFloat64Sequence([n + 0.125, 1048576.25, 0]);
        return writer.Written.ToArray();
    }
}
