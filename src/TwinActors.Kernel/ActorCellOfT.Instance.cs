using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace TwinActors.Kernel;

// The instance and what it asked its context for: behaviour, stash, timers, idle times. Runs as the cell.
internal sealed partial class ActorCell<T>
{
    private Rarities Exceptional =>
        _rarities ?? Interlocked.CompareExchange(ref _rarities, new Rarities(), null) ?? _rarities;

    public void Become(Func<T, CancellationToken, ValueTask>? behavior) => Exceptional.Behavior = behavior;

    public void Stash(T message)
    {
        var stash = Exceptional.Stashed ??= [];
        if (stash.Count >= _props.Mailbox.Capacity)
        {
            throw new InvalidOperationException(
                $"{Path} has stashed {stash.Count} messages already, as many as its mailbox may hold.");
        }

        stash.Enqueue(message);
    }

    /// <summary>Puts all stashed messages before all others, in the order in which they came.</summary>
    public void UnstashAll()
    {
        if (_rarities is not { Stashed.Count: > 0 } rarities)
        {
            return;
        }

        while (rarities.Unstashed?.TryDequeue(out var message) == true)
        {
            rarities.Stashed.Enqueue(message);
        }

        (rarities.Stashed, rarities.Unstashed) = (rarities.Unstashed, rarities.Stashed);
    }

    public void StartTimer(object key, T message, TimeSpan delay, TimeSpan? interval)
    {
        CancelTimer(key);
        var timer = new ActorTimer<T>(this, key, message, interval);
        (Exceptional.Timers ??= [])[key] = timer;
        timer.Start(delay);
    }

    public bool IsTimerActive(object key) => _rarities?.Timers?.ContainsKey(key) == true;

    public void CancelTimer(object key)
    {
        if (_rarities?.Timers?.Remove(key, out var timer) == true)
        {
            timer.Cancel();
        }
    }

    public void CancelTimers()
    {
        if (_rarities?.Timers is not { } timers)
        {
            return;
        }

        foreach (var timer in timers.Values)
        {
            timer.Cancel();
        }

        timers.Clear();
    }

    public void SetReceiveTimeout(TimeSpan? timeout, T message)
    {
        _rarities?.ReceiveTimeout?.Cancel();
        if (timeout is not { } after)
        {
            if (_rarities is not null)
            {
                _rarities.ReceiveTimeout = null;
            }

            return;
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(after, TimeSpan.Zero, nameof(timeout));
        Exceptional.MessageAt = System.CoarseNow;
        Exceptional.ReceiveTimeout = new IdleTimer<T>(this, after, message);
        Exceptional.ReceiveTimeout.Start();
    }

    /// <summary>Puts the end of the instance in line behind the messages that wait now.</summary>
    public void Passivate()
    {
        if (!Exceptional.IsToPassivate)
        {
            Exceptional.IsToPassivate = true;
            Post(new Passivation());
        }
    }

    /// <summary>Time without a user or urgent message; zero while the actor runs. Read by the timers' thread.</summary>
    public TimeSpan IdleFor() => IsBusy || _rarities is not { } rarities
        ? TimeSpan.Zero
        : System.CoarselySince(Volatile.Read(ref rarities.MessageAt));

    /// <summary>Time since the actor last began to run; zero while it runs. Read by the timers' thread.</summary>
    public TimeSpan RestingFor() => IsBusy ? TimeSpan.Zero : System.CoarselySince(Volatile.Read(ref _activeAt));

    /// <summary>Gives back what a burst left, if the actor rests. Called by the timers' thread.</summary>
    public bool TryTrim()
    {
        if (!TryTakeIdle())
        {
            return false;
        }

        _user.Trim();
        _rarities!.Trim = null;
        Release();
        return true;
    }

    private void PlanTrim()
    {
        if (Exceptional.Trim is null)
        {
            Exceptional.Trim = new MailboxTrim<T>(this);
            Exceptional.Trim.Start();
        }
    }

    private protected override void CreateInstance()
    {
        t_creating = this;
        try
        {
            _actor = _props.Factory();
        }
        finally
        {
            t_creating = null;
        }

        if (_props.PassivateAfter is { } idle)
        {
            Exceptional.MessageAt = System.CoarseNow;
            Exceptional.IdleLimit = new IdleTimer<T>(this, idle, default!);
            Exceptional.IdleLimit.Start();
        }
    }

    private protected override ValueTask PreStartAsync() => _actor!.Begin(StoppingToken);

    private protected override ValueTask PostRestartAsync(Exception cause) => _actor!.BeginAgain(cause, StoppingToken);

    // Asynchronous methods, so that a hook that throws at once fails its task too.
    private protected override async ValueTask PreRestartAsync(Exception cause) =>
        await _actor!.GiveWay(cause).ConfigureAwait(false);

    private protected override async ValueTask PostStopAsync() => await _actor!.End().ConfigureAwait(false);

    private protected override void DropInstance()
    {
        _actor = null;
        _user.Trim();
        if (_rarities is null)
        {
            return;
        }

        CancelTimers();
        _rarities.Behavior = null;
        _rarities.ReceiveTimeout?.Cancel();
        _rarities.ReceiveTimeout = null;
        _rarities.IdleLimit?.Cancel();
        _rarities.IdleLimit = null;
        _rarities.IsToPassivate = false;
        UnstashAll();
    }

    private protected override void CloseUserLanes()
    {
        _user.Close();
        _rarities?.Urgent?.Queue.Close();
        _rarities?.CompleteTaps();
        _rarities?.Trim?.Cancel();
        var letters = System.DeadLetters;
        while (_rarities?.TryDequeue(out var rare) == true)
        {
            letters.Add(Path, rare, DeadLetterReason.Terminated);
        }

        if (TryDequeueUser(out var first))
        {
            letters.Add(Path, first, DeadLetterReason.Terminated);
            var more = 0L;
            while (TryDequeueUser(out _))
            {
                more++;
            }

            letters.AddMany<T>(Path, more);
        }
    }

    private ValueTask BeginNotice(Notice notice)
    {
        switch (notice)
        {
            case PoisonPill:
                return StopAsync();
            case Death death when TryTakeWatched(death.Dead, out var instead):
                return instead is MessageNotice<T> known
                    ? Invoke(known.Message, isUserMessage: false)
                    : BeginTerminated(death.Dead);
            case TimerNotice<T> due when due.Timer.TryTake():
                if (due.Timer.Interval is null)
                {
                    _rarities?.Timers?.Remove(due.Timer.Key);
                }

                return Invoke(due.Timer.Message, isUserMessage: false);
            case IdleNotice<T> idle when idle.Timer == _rarities?.ReceiveTimeout:
                idle.Timer.Start();
                return Invoke(idle.Timer.Message, isUserMessage: false);
            case IdleNotice<T> idle when idle.Timer == _rarities?.IdleLimit:
                return BeginIdlePassivation(idle.Timer);
            case Passivation when _rarities is { IsToPassivate: true }:
                return PassivateAsync();
            default:
                notice.Conclude();
                return default;
        }
    }

    // What waits would only make the next instance at once.
    private ValueTask BeginIdlePassivation(IdleTimer<T> timer)
    {
        if (!HasUserWork && _rarities is not { Stashed.Count: > 0 })
        {
            return PassivateAsync();
        }

        timer.Start();
        return default;
    }

    private ValueTask BeginTerminated(ActorCell dead)
    {
        try
        {
            return _actor!.ReceiveTerminated(new Terminated(dead.AnyRef), StoppingToken);
        }
        catch (Exception failure)
        {
            Fail(failure);
            return default;
        }
    }

    /// <summary>What only few instances ask for.</summary>
    private sealed class Rarities
    {
        public Func<T, CancellationToken, ValueTask>? Behavior;
        public UrgentLane? Urgent;
        public SendingLane? Sendings;
        public Queue<T>? Stashed;
        public Queue<T>? Unstashed;
        public Dictionary<object, ActorTimer<T>>? Timers;
        public IdleTimer<T>? ReceiveTimeout;
        public IdleTimer<T>? IdleLimit;
        public MailboxTrim<T>? Trim;
        public bool IsToPassivate;
        public long MessageAt;
        private ImmutableArray<ActorTap> _taps = [];

        public bool HasMessages => Unstashed is { Count: > 0 } || Urgent is { Queue.IsEmpty: false };

        public void Add(ActorTap tap) =>
            ImmutableInterlocked.Update(ref _taps, static (all, one) => all.Add(one), tap);

        public void Remove(ActorTap tap) =>
            ImmutableInterlocked.Update(ref _taps, static (all, one) => all.Remove(one), tap);

        public void Show(T message)
        {
            foreach (var tap in _taps)
            {
                tap.Offer(message);
            }
        }

        public void CompleteTaps()
        {
            foreach (var tap in _taps)
            {
                tap.Complete();
            }
        }

        /// <summary>Takes an urgent message, or one that comes back from the stash.</summary>
        public bool TryDequeue([MaybeNullWhen(false)] out T message)
        {
            if (Urgent is { } urgent && urgent.Queue.TryDequeue(out message))
            {
                return true;
            }

            message = default;
            return Unstashed?.TryDequeue(out message) == true;
        }
    }

    private sealed class Passivation : Notice;
}

/// <summary>A message that stands in line until something has happened.</summary>
internal sealed class MessageNotice<T>(T message) : Notice
{
    public T Message { get; } = message;
}
