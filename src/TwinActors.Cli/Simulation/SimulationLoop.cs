// Hot path: paces every step of its robots. Allocates nothing per step.
using System.Collections.Immutable;
using TwinActors.Robotics.State;

namespace TwinActors.Cli.Simulation;

/// <summary>Steps some robots on one thread, each step at its own deadline, the robots spread over the
/// period.</summary>
/// <remarks>
/// Deadlines are counted from one instant, so a late step does not move the next one. Waiting is in whole milliseconds,
/// rounded up: a step is up to 1 ms late, its stamp is exact. A loop that is further behind than
/// <see cref="LongestDelay"/> passes over whole periods and counts them as missed.
/// </remarks>
internal sealed class SimulationLoop
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseCheck = TimeSpan.FromMilliseconds(20);

    private readonly ImmutableArray<SimulationPublisher> _robots;
    private readonly SimulationPace _pace;
    private readonly TimeProvider _time;
    private readonly int _slots;
    private readonly double _slotSeconds;
    private long _missed;

    /// <param name="robots">At least one; all with the same period.</param>
    /// <param name="pace">How fast simulated time goes.</param>
    /// <param name="time">Clock of deadlines and of the robots.</param>
    public SimulationLoop(ImmutableArray<SimulationPublisher> robots, SimulationPace pace, TimeProvider time)
    {
        _robots = robots;
        _pace = pace;
        _time = time;
        // A wait is a millisecond long at least: more slots than milliseconds would run in bunches anyway.
        _slots = (int)Math.Clamp(robots[0].StepNanoseconds / 1_000_000, 1, robots.Length);
        _slotSeconds = robots[0].StepNanoseconds * 1e-9 / _slots;
    }

    /// <summary>Steps passed over because the loop was held up; safe from any thread.</summary>
    public long Missed => Volatile.Read(ref _missed);

    /// <summary>Steps the robots until told to stop.</summary>
    public void Run(CancellationToken stopping)
    {
        var pace = _pace.Current;
        var (anchor, tick, stepped) = (_time.GetTimestamp(), 0L, 0L);
        // Taken together with the anchor: what passes between them is how far all stamps are off, for ever. The first
        // step is the one that is due now.
        var startNs = Stamp.From(_time.GetUtcNow()).Nanoseconds;
        for (var i = 0; i < _robots.Length; i++)
        {
            _robots[i].Begin(startNs - _robots[i].StepNanoseconds + (long)(_slotSeconds * 1e9 * SlotOf(i)));
        }

        while (!stopping.IsCancellationRequested)
        {
            var now = _pace.Current;
            if (now.Version != pace.Version)
            {
                pace = now;
                // The slot in turn is kept, so every robot steps once per period over the change too.
                (anchor, tick) = (_time.GetTimestamp(), tick % _slots);
                anchor -= (long)(tick * _slotSeconds / pace.Speed * _time.TimestampFrequency);
            }

            if (pace.IsPaused)
            {
                if (stepped < now.StepsAsked)
                {
                    StepAll();
                    stepped++;
                }
                else
                {
                    stopping.WaitHandle.WaitOne(PauseCheck);
                }

                continue;
            }

            var delay = _time.GetElapsedTime(anchor) - TimeSpan.FromSeconds(tick * _slotSeconds / pace.Speed);
            if (delay < TimeSpan.Zero)
            {
                stopping.WaitHandle.WaitOne((int)Math.Ceiling(-delay.TotalMilliseconds));
                continue;
            }

            if (delay > LongestDelay && tick % _slots == 0)
            {
                tick += PassOver(delay, pace.Speed);
            }

            for (var i = (int)(tick % _slots); i < _robots.Length; i += _slots)
            {
                _robots[i].Step();
            }

            tick++;
        }
    }

    private void StepAll()
    {
        foreach (var robot in _robots)
        {
            robot.Step();
        }
    }

    private int SlotOf(int robot) => robot % _slots;

    private long PassOver(TimeSpan delay, double speed)
    {
        var periods = (long)(delay.TotalSeconds * speed / (_slotSeconds * _slots));
        foreach (var robot in _robots)
        {
            robot.Skip(periods);
        }

        Volatile.Write(ref _missed, _missed + (periods * _robots.Length));
        return periods * _slots;
    }
}
