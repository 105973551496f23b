using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.State;
using TwinActors.Robotics.Urdf;

namespace TwinActors.Simulation.Links;

/// <summary>Robot link to a simulated robot in this process: for nodes without DDS, and for tests.</summary>
/// <remarks>
/// Runs on a timer of the twin's clock. Each call of the timer does the steps that are due by then, so late calls make
/// no
/// drift; steps more than <see cref="LongestCatchUp"/> behind are passed over, as samples of a stalled robot would be
/// lost.
/// </remarks>
public sealed class SimulatedRobotLink : IRobotLink
{
    /// <summary>Steps due longer ago than this are passed over instead of written late.</summary>
    public static readonly TimeSpan LongestCatchUp = TimeSpan.FromMilliseconds(250);

    private readonly RobotLinkOptions _options;
    private readonly SimulatedRobot _robot;
    private readonly ImmutableArray<SimulatedStream> _streams;
    private readonly Lock _gate = new();
    private volatile RobotLinkStatus _status;
    private ITimer? _timer;
    private long _openedAt;
    private long _startNs;
    private long _stepsAtOpen;
    private bool _isSilent;

    /// <summary>Makes the link, not opened yet.</summary>
    /// <param name="options">What the link needs to know; <see cref="RobotLinkOptions.Urdf"/> is the robot that
    /// moves.</param>
    /// <param name="simulation">How the robot moves and measures.</param>
    /// <exception cref="RobotLinkException">There is no model, or it has errors.</exception>
    public SimulatedRobotLink(RobotLinkOptions options, SimulationOptions simulation)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _robot = new SimulatedRobot(ReadModel(options), simulation);
        _streams =
            [.. options.Streams.Select(stream => SimulatedStream.Connect(_robot, stream)).OfType<SimulatedStream>()];
        Unmapped = FindUnmapped();
        _status = new RobotLinkStatus(RobotLinkState.Closed, options.Clock.GetUtcNow(), null);
    }

    /// <inheritdoc/>
    public RobotLinkStatus Status => _status;

    /// <inheritdoc/>
    public ImmutableArray<UnmappedTopic> Unmapped { get; }

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_timer is not null)
            {
                return ValueTask.CompletedTask;
            }

            _openedAt = _options.Clock.GetTimestamp();
            _startNs = Stamp.From(_options.Clock.GetUtcNow()).Nanoseconds - _robot.ElapsedNanoseconds;
            _stepsAtOpen = _robot.Steps;
            SetConnected();
            var period = TimeSpan.FromMicroseconds(_robot.StepNanoseconds / 1000);
            _timer = _options.Clock.CreateTimer(_ => OnTimer(), null, period, period);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        ITimer? timer;
        lock (_gate)
        {
            (timer, _timer) = (_timer, null);
            SetPublishers(0);
            SetStatus(RobotLinkState.Closed, null);
        }

        if (timer is not null)
        {
            await timer.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Makes the robot fall silent, as when its network cable is pulled: it moves on, nothing
    /// arrives.</summary>
    public void Interrupt()
    {
        lock (_gate)
        {
            if (_timer is not null && !_isSilent)
            {
                _isSilent = true;
                SetPublishers(0);
                SetStatus(RobotLinkState.Lost, "The simulated robot was told to fall silent.");
            }
        }
    }

    /// <summary>Ends <see cref="Interrupt"/>.</summary>
    public void Restore()
    {
        lock (_gate)
        {
            if (_timer is not null && _isSilent)
            {
                SetConnected();
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync(CancellationToken.None);

    private static RobotModel ReadModel(RobotLinkOptions options)
    {
        if (options.Urdf is null)
        {
            throw new RobotLinkException(
                $"Robot '{options.Robot}' has no URDF, so there is nothing to simulate. Register it with a model.");
        }

        var result = UrdfReader.Read(options.Urdf, $"model of {options.Robot}");
        return result.Model ?? throw new RobotLinkException(
            string.Join('\n', result.Problems.Where(problem => problem.Severity is UrdfSeverity.Error)));
    }

    private ImmutableArray<UnmappedTopic> FindUnmapped()
    {
        var mapped = _streams.Aggregate(SimulatedOutputs.None, (all, stream) => all | stream.Output);
        var unmapped = ImmutableArray.CreateBuilder<UnmappedTopic>();
        foreach (var (output, topic, type) in SimulatedTopics.All)
        {
            if (_robot.Outputs.HasFlag(output) && !mapped.HasFlag(output))
            {
                unmapped.Add(new UnmappedTopic(
                    SimulatedTopics.Absolute(_options.Robot, topic),
                    type,
                    null,
                    "not configured",
                    Publishers: 1));
            }
        }

        return unmapped.ToImmutable();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            if (_timer is null)
            {
                return;
            }

            try
            {
                CatchUp();
            }
            catch (Exception exception) when (exception is ArithmeticException or ArgumentException)
            {
                // The timer's thread has no owner who could see an exception: it becomes the link's state.
                SetPublishers(0);
                SetStatus(RobotLinkState.Failed, $"The simulation failed: {exception.Message}");
                _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void CatchUp()
    {
        var elapsedNs = (long)_options.Clock.GetElapsedTime(_openedAt).TotalNanoseconds;
        var due = (elapsedNs / _robot.StepNanoseconds) - (_robot.Steps - _stepsAtOpen);
        var late = due - Math.Max(1, (long)LongestCatchUp.TotalNanoseconds / _robot.StepNanoseconds);
        if (late > 0)
        {
            _robot.Skip(late);
            due -= late;
        }

        for (; due > 0; due--)
        {
            var outputs = _robot.Step();
            if (!_isSilent)
            {
                Write(outputs);
            }
        }
    }

    private void Write(SimulatedOutputs outputs)
    {
        var stampNs = _startNs + _robot.ElapsedNanoseconds;
        var receivedAtNs = Stamp.From(_options.Clock.GetUtcNow()).Nanoseconds;
        foreach (var stream in _streams)
        {
            if ((outputs & stream.Output) != 0)
            {
                stream.Write(stampNs, receivedAtNs);
            }
        }
    }

    private void SetConnected()
    {
        _isSilent = false;
        SetPublishers(1);
        SetStatus(RobotLinkState.Connected, null);
    }

    private void SetPublishers(int publishers)
    {
        foreach (var stream in _streams)
        {
            stream.Counters.SetPublishers(publishers);
        }
    }

    private void SetStatus(RobotLinkState state, string? reason) =>
        _status = new RobotLinkStatus(state, _options.Clock.GetUtcNow(), reason);
}
