using System.Collections.Concurrent;
using TwinActors.Robotics;
using TwinActors.Robotics.Rings;

namespace TwinActors.Actors.Telemetry;

/// <summary>Joint states of one robot on their way to pages: filled by the joints child while somebody looks.</summary>
public sealed class RobotFeed
{
    // 2.5 s at 100 Hz: a page that sleeps longer loses frames and is told so.
    private const int Slots = 256;
    private int _subscribers;

    /// <summary>The newest joint states, every joint of the robot in one frame; stamps as in the robot's own
    /// stream.</summary>
    public SampleRing<JointLayout> Joints { get; } = new(Slots);

    /// <summary>Whether somebody looks.</summary>
    public bool IsWatched => Volatile.Read(ref _subscribers) > 0;

    /// <summary>Starts looking; the joints child fills the feed until the lease is disposed.</summary>
    public IDisposable Watch()
    {
        Interlocked.Increment(ref _subscribers);
        return new Lease(this);
    }

    private sealed class Lease(RobotFeed feed) : IDisposable
    {
        private RobotFeed? _feed = feed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _feed, null) is { } watched)
            {
                Interlocked.Decrement(ref watched._subscribers);
            }
        }
    }
}

/// <summary>The feeds of all robots of this node.</summary>
public sealed class TelemetryFeed
{
    private readonly ConcurrentDictionary<RobotId, RobotFeed> _robots = [];

    /// <summary>Feed of one robot; the same object for as long as the node runs, across restarts of its
    /// actors.</summary>
    public RobotFeed For(RobotId robot) => _robots.GetOrAdd(robot, static _ => new RobotFeed());
}
