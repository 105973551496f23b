using System.Collections.Immutable;
using TwinActors.Actors.Telemetry;
using TwinActors.Contracts.Telemetry;
using TwinActors.Host.Realtime;
using TwinActors.Robotics.Rings;

namespace TwinActors.UnitTests.Host.Realtime;

public sealed class SubscriptionTests
{
    private const long Start = 1_700_000_000_000_000_000;
    private static readonly JointLayout Two = new(["shoulder", "elbow"]);

    [Fact]
    public void A_rate_limit_leaves_samples_out_evenly()
    {
        var (feed, subscription) = Follow(maximumHz: 50);
        using var looking = subscription;

        Write(feed, Start, samples: 100);

        Assert.Equal(50, Take(subscription));
    }

    [Theory]
    [InlineData(50, 20)]
    [InlineData(30, 30)]
    [InlineData(100, 10)]
    public void The_second_sample_comes_a_period_after_the_first_also_after_a_gap(double maximumHz, double second)
    {
        var (feed, subscription) = Follow(maximumHz);
        using var looking = subscription;

        Write(feed, Start, samples: 10);
        Write(feed, Start + 5_000_000_000, samples: 10);

        var times = Times(subscription);
        Assert.Equal([0, second], times.Where(time => time < 5000).Take(2));
        Assert.Equal([5000, 5000 + second], times.Where(time => time >= 5000).Take(2));
    }

    [Fact]
    public void Samples_at_the_highest_rate_come_whole_although_they_jitter()
    {
        var (feed, subscription) = Follow(maximumHz: 100);
        using var looking = subscription;

        for (var i = 0; i < 100; i++)
        {
            Write(feed, Start + (i * 10_000_000L) + (i % 3 * 2_000_000L), samples: 1);
        }

        Assert.Equal(100, Take(subscription));
    }

    [Fact]
    public void Samples_that_a_stall_held_up_come_whole_when_the_rate_allows_them()
    {
        var (feed, subscription) = Follow(maximumHz: 200);
        using var looking = subscription;
        Write(feed, Start, samples: 50);

        Enumerable.Range(0, 10).ToList().ForEach(_ => Write(feed, Start + 600_000_000, samples: 1));

        Assert.Equal(60, Take(subscription));
    }

    [Fact]
    public void Samples_of_an_earlier_look_are_not_shown()
    {
        var feed = new RobotFeed();
        feed.Joints.AddLayout(Two);
        Write(feed, Start, samples: 3);

        using var subscription = Follow(feed, maximumHz: 200, Two.Names);

        Assert.Equal(0, Take(subscription));
        Write(feed, Start + 3_600_000_000_000, samples: 1);
        Assert.Equal(1, Take(subscription));
    }

    [Fact]
    public void Joints_that_were_told_at_the_start_are_told_again_only_when_others_come()
    {
        var feed = new RobotFeed();
        feed.Joints.AddLayout(Two);
        using var subscription = Follow(feed, maximumHz: 200, Two.Names);
        Write(feed, Start, samples: 1);

        Assert.False(subscription.Next(out var frame));
        Assert.False(frame.IsEmpty);

        var three = new JointLayout(["shoulder", "elbow", "wrist"]);
        var id = feed.Joints.AddLayout(three);
        three.Columns(feed.Joints.BeginWrite(three.FrameLength)).Clear();
        feed.Joints.EndWrite(0, Start + 1_000_000_000, id);

        Assert.True(subscription.Next(out _));
        Assert.Equal(three.Names, subscription.Joints);
    }

    [Fact]
    public void A_clock_that_is_set_back_does_not_stop_the_samples()
    {
        var (feed, subscription) = Follow(maximumHz: 50);
        using var looking = subscription;
        Write(feed, Start, samples: 10);
        Take(subscription);

        Write(feed, Start - 3_600_000_000_000, samples: 100);

        Assert.Equal(50, Take(subscription));
    }

    [Fact]
    public void The_virtual_robot_is_a_look_of_its_own()
    {
        var feed = new RobotFeed();
        feed.Virtual.AddLayout(Two);
        using var subscription = new Subscription(
            1, "arm1", feed, [TelemetryProtocol.VirtualPositions, TelemetryProtocol.Residuals], 100, Start, Two.Names);

        var isWatched = (feed.IsWatched, feed.IsVirtualWatched);
        double[] frameOfTwo = [1, 2, 3, 4, 0.5, 0.25];
        frameOfTwo.CopyTo(Two.Columns(feed.Virtual.BeginWrite(Two.FrameLength)));
        feed.Virtual.EndWrite(Start, Start, 0);

        Assert.Equal((false, true), isWatched);
        Assert.False(subscription.Next(out var frame));
        Assert.Equal([1f, 2f, 0.5f, 0.25f], TelemetryFrame.Sample(frame.Span, 0, 4, out _).ToArray());
        subscription.Dispose();
        Assert.False(feed.IsVirtualWatched);
    }

    private static (RobotFeed Feed, Subscription Subscription) Follow(double maximumHz)
    {
        var feed = new RobotFeed();
        feed.Joints.AddLayout(Two);
        return (feed, Follow(feed, maximumHz, joints: []));
    }

    private static Subscription Follow(RobotFeed feed, double maximumHz, ImmutableArray<string> joints) =>
        new(1, "arm1", feed, [TelemetryProtocol.Positions], maximumHz, Start, joints);

    private static void Write(RobotFeed feed, long fromNs, int samples)
    {
        for (var i = 0; i < samples; i++)
        {
            Two.Columns(feed.Joints.BeginWrite(Two.FrameLength)).Fill(i);
            feed.Joints.EndWrite(0, fromNs + (i * 10_000_000L), 0);
        }
    }

    private static int Take(Subscription subscription) => Times(subscription).Count;

    private static List<double> Times(Subscription subscription)
    {
        var times = new List<double>();
        while (true)
        {
            if (subscription.Next(out var frame))
            {
                continue;
            }

            if (!TelemetryFrame.TryReadHeader(frame.Span, out var header))
            {
                return times;
            }

            for (var i = 0; i < header.Samples; i++)
            {
                TelemetryFrame.Sample(frame.Span, i, header.Columns, out var milliseconds);
                times.Add(milliseconds);
            }
        }
    }
}
