using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Robotics.Links;

namespace TwinActors.Recording.Replays;

/// <summary>A recording as a robot: what was recorded comes into the robot's streams as it came then.</summary>
/// <remarks>
/// Nothing of it goes over a network. It is played on timer threads, one call at a time. A link that is opened again
/// begins where the registration says.
/// </remarks>
/// <param name="options">The robot.</param>
/// <param name="path">Bag file, bag folder, or a robot's folder of recordings.</param>
public sealed class ReplayRobotLink(RobotLinkOptions options, string path) : IRobotLink
{
    // A replay that has fallen behind gives its thread back in between.
    private const int MostAtOnce = 1_000;

    // Nearer than a timer can tell.
    private static readonly TimeSpan Soonest = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private readonly ReplaySource _source = options.Replay
        ?? throw new ArgumentException("A replay needs a source.", nameof(options));
    private readonly long _openedAt = options.Clock.GetTimestamp();
    private RobotLinkStatus _status = new(RobotLinkState.Closed, options.Clock.GetUtcNow(), null);
    private ImmutableArray<UnmappedTopic> _unmapped = [];
    private BagReplay? _replay;
    private ITimer? _timer;

    /// <inheritdoc/>
    public RobotLinkStatus Status => Volatile.Read(ref _status);

    /// <inheritdoc/>
    public ImmutableArray<UnmappedTopic> Unmapped
    {
        get
        {
            lock (_lock)
            {
                return _unmapped;
            }
        }
    }

    private string Name => _source.Recording is { } robot ? $"recordings of {robot}" : _source.Bag!;

    private long NowNs => options.Clock.GetElapsedTime(_openedAt).Ticks * TimeSpan.NanosecondsPerTick;

    /// <inheritdoc/>
    public async ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        // A bag without an index is read once from end to end.
        var bag = await Task.Run(OpenBag, cancellationToken).ConfigureAwait(false);
        lock (_lock)
        {
            try
            {
                _replay = new BagReplay(bag, Name, options, _source, NowNs);
            }
            catch
            {
                bag.Dispose();
                throw;
            }

            _unmapped = _replay.Unmapped;
            _timer = options.Clock.CreateTimer(
                _ => Play(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            PlayDue();
        }
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            Abandon();
            SetStatus(RobotLinkState.Closed, null);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync(CancellationToken.None);

    /// <summary>Changes how the replay goes on, and says how it is then; safe from any thread.</summary>
    /// <param name="control">The change; one without content changes nothing.</param>
    /// <returns>The replay; <see langword="null"/> when it is not open.</returns>
    public ReplayReading? Control(ReplayControl control)
    {
        ArgumentNullException.ThrowIfNull(control);
        lock (_lock)
        {
            if (_replay is null)
            {
                return null;
            }

            if (control != new ReplayControl())
            {
                Guard(() => _replay.Control(control, NowNs));
                PlayDue();
            }

            return _replay?.Read(NowNs);
        }
    }

    private BagReader OpenBag()
    {
        try
        {
            return BagReader.Open(path, byIndex: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new RobotLinkException($"{Name} cannot be replayed: {failure.Message}", failure);
        }
    }

    private void Play()
    {
        lock (_lock)
        {
            PlayDue();
        }
    }

    private void PlayDue()
    {
        TimeSpan? wait = null;
        Guard(() => wait = _replay?.Play(NowNs, MostAtOnce));
        if (_replay is null)
        {
            return;
        }

        _timer!.Change(
            wait is { } time ? (time > Soonest ? time : Soonest) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        var (state, reason) = _replay.State switch
        {
            ReplayState.Ended => (RobotLinkState.Lost, $"The replay of {Name} has ended."),
            ReplayState.Paused => (RobotLinkState.Connected, $"The replay of {Name} is paused."),
            _ => (RobotLinkState.Connected, $"This is a replay of {Name}."),
        };
        SetStatus(state, reason);
    }

    // What is damaged stays so: the owner sees the state, and nobody is above us to catch anything.
    private void Guard(Action play)
    {
        try
        {
            play();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Abandon();
            SetStatus(RobotLinkState.Failed, $"The replay of {Name} cannot go on: {failure.Message}");
        }
    }

    private void Abandon()
    {
        _timer?.Dispose();
        _replay?.Dispose();
        (_timer, _replay) = (null, null);
    }

    private void SetStatus(RobotLinkState state, string? reason)
    {
        if (_status.State != state || _status.Reason != reason)
        {
            var since = _status.State == state ? _status.Since : options.Clock.GetUtcNow();
            Volatile.Write(ref _status, new RobotLinkStatus(state, since, reason));
        }
    }
}
