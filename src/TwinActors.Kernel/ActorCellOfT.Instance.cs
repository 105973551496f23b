namespace TwinActors.Kernel;

// The instance and what it asked its context for: behaviour, stash, timers, receive timeout. Runs as the cell.
internal sealed partial class ActorCell<T>
{
    private Rarities Exceptional => _rarities ??= new Rarities();

    public void Become(Func<T, CancellationToken, ValueTask>? behavior) => Exceptional.Behavior = behavior;

    public void Stash(T message)
    {
        var stash = Exceptional.Stashed;
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

        while (rarities.Unstashed.TryDequeue(out var message))
        {
            rarities.Stashed.Enqueue(message);
        }

        (rarities.Stashed, rarities.Unstashed) = (rarities.Unstashed, rarities.Stashed);
    }

    public void StartTimer(object key, T message, TimeSpan delay, TimeSpan? interval)
    {
        CancelTimer(key);
        var timer = new ActorTimer<T>(this, key, message, interval);
        Exceptional.Timers[key] = timer;
        timer.Start(delay);
    }

    public bool IsTimerActive(object key) => _rarities?.Timers.ContainsKey(key) == true;

    public void CancelTimer(object key)
    {
        if (_rarities?.Timers.Remove(key, out var timer) == true)
        {
            timer.Cancel();
        }
    }

    public void CancelTimers()
    {
        if (_rarities is null)
        {
            return;
        }

        foreach (var timer in _rarities.Timers.Values)
        {
            timer.Cancel();
        }

        _rarities.Timers.Clear();
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
        _messageAt = System.Time.GetTimestamp();
        Exceptional.ReceiveTimeout = new ReceiveTimeout<T>(this, after, message);
        Exceptional.ReceiveTimeout.Start();
    }

    /// <summary>Time without a user or urgent message; zero while the actor runs. Read by the timers' thread.</summary>
    public TimeSpan IdleFor() => IsBusy
        ? TimeSpan.Zero
        : System.Time.GetElapsedTime(Volatile.Read(ref _messageAt));

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
        if (_rarities is null)
        {
            return;
        }

        CancelTimers();
        _rarities.Behavior = null;
        _rarities.ReceiveTimeout?.Cancel();
        _rarities.ReceiveTimeout = null;
        UnstashAll();
    }

    private protected override void CloseUserLanes()
    {
        _user.Close();
        _urgent?.Queue.Close();
        var letters = System.DeadLetters;
        while (_rarities?.Unstashed.TryDequeue(out var unstashed) == true)
        {
            letters.Add(Path, unstashed, DeadLetterReason.Terminated);
        }

        while (_urgent?.Queue.TryDequeue(out var urgent) == true)
        {
            letters.Add(Path, urgent, DeadLetterReason.Terminated);
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
                    _rarities?.Timers.Remove(due.Timer.Key);
                }

                return Invoke(due.Timer.Message, isUserMessage: false);
            case ReceiveTimeoutNotice<T> idle when idle.Timeout == _rarities?.ReceiveTimeout:
                idle.Timeout.Start();
                return Invoke(idle.Timeout.Message, isUserMessage: false);
            default:
                return default;
        }
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
        public Queue<T> Stashed = [];
        public Queue<T> Unstashed = [];
        public Dictionary<object, ActorTimer<T>> Timers { get; } = [];
        public ReceiveTimeout<T>? ReceiveTimeout;
    }
}

/// <summary>A message that stands in line until something has happened.</summary>
internal sealed class MessageNotice<T>(T message) : Notice
{
    public T Message { get; } = message;
}
