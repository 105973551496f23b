using TwinActors.Testing;

namespace TwinActors.SimulationTests.Runs;

/// <summary>The clock of one node: its wall clock may jump, and its timers stand still while the node does.</summary>
/// <param name="world">The time of the run.</param>
/// <param name="run">Runs a due timer on the node: now, when it goes on again, or never.</param>
internal sealed class NodeClock(ManualTimeProvider world, Action<Action> run) : TimeProvider
{
    /// <summary>How far the node's wall clock is ahead of the others.</summary>
    public TimeSpan Offset { get; set; }

    public override long TimestampFrequency => world.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => world.GetUtcNow() + Offset;

    public override long GetTimestamp() => world.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        world.CreateTimer(_ => run(() => callback(state)), null, dueTime, period);
}
