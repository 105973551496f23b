using System.Collections.Immutable;
using System.Diagnostics;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Synchronization;
using TwinActors.Actors.Telemetry;
using TwinActors.Kernel;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Benchmarks.Sync;

/// <summary>The synchronizers of many robots, ticked by the node's scheduler while another thread writes their joint
/// states.</summary>
internal sealed class TickedFleet : IAsyncDisposable
{
    private const int Joints = 28;
    private static readonly JointLayout Layout = new([.. Enumerable.Range(0, Joints).Select(i => $"joint{i}")]);

    private readonly ActorSystem _system = new();
    private readonly TickScheduler _writing = new(TimeProvider.System);
    private readonly TickScheduler _ticks = new(TimeProvider.System);
    private readonly ImmutableArray<RobotStream> _streams;
    private readonly ImmutableArray<SyncLoop> _loops;

    private TickedFleet(int robots, double hz, bool isTicked)
    {
        var twin = _system.ActorOf(() => new DeafTwin());
        _streams =
            [.. Enumerable.Range(0, robots).Select(_ => new RobotStream(new StreamOptions
            {
                Name = "joints",
                Topic = "/robot/joint_states",
                Type = "sensor_msgs/msg/JointState",
                Kind = StreamKind.Joints,
                Slots = 256,
            }))];
        _loops = isTicked ? [.. _streams.Select(stream => Loop(stream, hz, twin))] : [];
        foreach (var loop in _loops)
        {
            loop.Start(static failure => throw failure);
        }

        foreach (var stream in _streams)
        {
            stream.Joints!.AddLayout(Layout);
            _writing.Add(hz, _ => Write(stream.Joints), static failure => throw failure);
        }
    }

    /// <summary>What a fleet does for some seconds, after it has settled for two.</summary>
    /// <param name="robots">Robots in it.</param>
    /// <param name="hz">Rate of samples and of ticks [Hz].</param>
    /// <param name="isTicked">Whether there are synchronizers; else samples are only written.</param>
    /// <param name="seconds">How long [s].</param>
    public static async Task<FleetFigures> MeasureAsync(int robots, double hz, bool isTicked, double seconds)
    {
        await using var fleet = new TickedFleet(robots, hz, isTicked);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        using var process = Process.GetCurrentProcess();
        var (cpu, before, start) = (process.TotalProcessorTime, fleet.Done(), TimeProvider.System.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System);
        var elapsed = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        process.Refresh();
        var done = fleet.Done() - before;
        return new FleetFigures(
            done / (robots * hz * elapsed),
            fleet._loops.IsEmpty ? 0 : fleet._loops.Max(loop => loop.Read().Pace?.JitterMs.P99 ?? double.NaN),
            (process.TotalProcessorTime - cpu).TotalMicroseconds / done);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var loop in _loops)
        {
            loop.Stop();
        }

        _writing.Dispose();
        _ticks.Dispose();
        await _system.DisposeAsync();
    }

    // Ticks, or samples when nothing is ticked.
    private long Done() => _loops.IsEmpty
        ? _streams.Sum(stream => stream.Published)
        : _loops.Sum(loop => loop.Read().Pace?.Ticks ?? 0);

    private SyncLoop Loop(RobotStream stream, double hz, ActorRef<RobotTwinMessage> twin) => new(new SyncProps
    {
        Streams = [stream],
        Model = null,
        Hz = hz,
        CeilingHz = hz,
        Observer = new SyncOptions(),
        Feed = new RobotFeed(),
        Share = new SyncShare(),
        Ticks = _ticks,
        Twin = twin,
        Clock = TimeProvider.System,
    });

    private static void Write(SampleRing<JointLayout> ring)
    {
        var now = Stamp.From(TimeProvider.System.GetUtcNow()).Nanoseconds;
        var columns = Layout.Columns(ring.BeginWrite(Layout.FrameLength));
        columns[..Joints].Fill(Math.Sin(now * 1e-9));
        columns[Joints..(2 * Joints)].Fill(Math.Cos(now * 1e-9));
        ring.EndWrite(now, now, 0);
    }

    private sealed class DeafTwin : Actor<RobotTwinMessage>
    {
        protected override ValueTask ReceiveAsync(RobotTwinMessage message, CancellationToken stopping) => default;
    }
}

/// <summary>What a fleet did.</summary>
/// <param name="Achieved">Ticks, or samples when nothing is ticked, as a share of those that were asked for.</param>
/// <param name="JitterP99Ms">The 99th percentile of how late ticks began, of the worst robot [ms].</param>
/// <param name="MicrosecondsPerTick">Processor time of the whole process for each of them [µs].</param>
internal readonly record struct FleetFigures(double Achieved, double JitterP99Ms, double MicrosecondsPerTick);
