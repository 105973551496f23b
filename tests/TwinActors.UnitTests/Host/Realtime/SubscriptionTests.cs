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

        // The first two periods make up for samples that were not there yet.
        Assert.InRange(Take(subscription), 50, 52);
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

    private static (RobotFeed Feed, Subscription Subscription) Follow(double maximumHz)
    {
        var feed = new RobotFeed();
        feed.Joints.AddLayout(Two);
        var subscription = new Subscription(1, "arm1", feed, [TelemetryProtocol.Positions], maximumHz, Start);
        return (feed, subscription);
    }

    private static void Write(RobotFeed feed, long fromNs, int samples)
    {
        for (var i = 0; i < samples; i++)
        {
            Two.Columns(feed.Joints.BeginWrite(Two.FrameLength)).Fill(i);
            feed.Joints.EndWrite(0, fromNs + (i * 10_000_000L), 0);
        }
    }

    private static int Take(Subscription subscription)
    {
        var samples = 0;
        while (true)
        {
            if (subscription.Next(out var frame))
            {
                continue;
            }

            if (!TelemetryFrame.TryReadHeader(frame.Span, out var header))
            {
                return samples;
            }

            samples += header.Samples;
        }
    }
}
