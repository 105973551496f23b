using System.Collections.Concurrent;
using TwinActors.Robotics;
using TwinActors.Robotics.Rings;

namespace TwinActors.Actors.Telemetry;

/// <summary>Joint states of one robot and of its virtual robot on their way to pages: filled by the joints child and
/// the synchronizer while somebody looks.</summary>
public sealed class RobotFeed
{
    // 2.5 s at 100 Hz: a page that sleeps longer loses frames and is told so.
    private const int Slots = 256;
    private int _subscribers;
    private int _virtualSubscribers;
    private Action? _watched;

    /// <summary>The newest joint states, every joint of the robot in one frame; stamps as in the robot's own
    /// stream.</summary>
    public SampleRing<JointLayout> Joints { get; } = new(Slots);

    /// <summary>The virtual robot's joints at each tick; both stamps are the tick's instant on the node's clock. In the
    /// place of efforts stand the newest residuals [rad or m].</summary>
    public SampleRing<JointLayout> Virtual { get; } = new(Slots);

    /// <summary>Whether somebody looks at <see cref="Joints"/>.</summary>
    public bool IsWatched => Volatile.Read(ref _subscribers) > 0;

    /// <summary>Whether somebody looks at <see cref="Virtual"/>.</summary>
    public bool IsVirtualWatched => Volatile.Read(ref _virtualSubscribers) > 0;

    /// <summary>Sets who fills <see cref="Joints"/>, and so must know that somebody looks.</summary>
    /// <param name="watched">Called when somebody begins to look, on any thread; must not block or throw.
    /// <see langword="null"/> for nobody.</param>
    public void OnWatched(Action? watched) => Volatile.Write(ref _watched, watched);

    /// <summary>Starts looking; the joints child fills <see cref="Joints"/> until the lease is disposed.</summary>
    public IDisposable Watch()
    {
        Interlocked.Increment(ref _subscribers);
        Volatile.Read(ref _watched)?.Invoke();
        return new Lease(() => Interlocked.Decrement(ref _subscribers));
    }

    /// <summary>Starts looking; the synchronizer fills <see cref="Virtual"/> until the lease is disposed.</summary>
    public IDisposable WatchVirtual()
    {
        Interlocked.Increment(ref _virtualSubscribers);
        return new Lease(() => Interlocked.Decrement(ref _virtualSubscribers));
    }

    private sealed class Lease(Action end) : IDisposable
    {
        private Action? _end = end;

        public void Dispose() => Interlocked.Exchange(ref _end, null)?.Invoke();
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
