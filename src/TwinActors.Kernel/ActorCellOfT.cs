namespace TwinActors.Kernel;

// Hot path: Enqueue and Execute. Nothing is allocated per message as long as the queue's chunks suffice.

/// <summary>The typed part of an actor: user and urgent lane, the run loop, and the instance.</summary>
internal sealed partial class ActorCell<T> : ActorCell
{
    [ThreadStatic]
    private static ActorCell<T>? t_creating;

    private readonly Props<T> _props;
    private ChunkQueue<T> _user;
    private Actor<T>? _actor;
    private Rarities? _rarities;
    private long _handled;

    public ActorCell(Surroundings surroundings, ActorCell? parent, string name, Props<T> props)
        : base(surroundings, parent, name)
    {
        _props = props;
        Ref = new ActorRef<T>(this);
    }

    public ActorRef<T> Ref { get; }

    public override ActorRef AnyRef => Ref;

    private protected override long UserMessagesEnqueued => _user.Enqueued;

    private protected override bool HasInstance => _actor is not null;

    private protected override SupervisorStrategy Strategy =>
        _props.SupervisorStrategy ?? _actor?.Strategy ?? SupervisorStrategy.Default;

    private protected override BackoffOptions? Backoff => _props.Backoff;

    private protected override bool HasUserWork =>
        !_user.IsEmpty || _rarities is { HasMessages: true };

    /// <summary>The cell whose factory runs on this thread; taken by the constructor of the instance.</summary>
    public static ActorCell<T>? TakeCreating()
    {
        var cell = t_creating;
        t_creating = null;
        return cell;
    }

    public Enqueued Enqueue(in T message) =>
        KernelTelemetry.IsOn ? EnqueueWithSending(in message) : EnqueueAlone(in message);

    private Enqueued EnqueueAlone(in T message)
    {
        var options = _props.Mailbox;
        var hasOverflowed = false;
        var result = options.WhenFull == Overflow.RejectNewest
            ? _user.Enqueue(in message, options.Capacity)
            : _user.EnqueueDroppingOldest(in message, options.Capacity, out hasOverflowed);
        if (result == Enqueued.Accepted)
        {
            Wake();
        }

        if (hasOverflowed || result == Enqueued.Full)
        {
            Interlocked.Increment(ref Extras.Overflowed);
        }

        return result;
    }

    /// <summary>Sends to the urgent lane; false when the actor has ended.</summary>
    public bool EnqueueUrgent(in T message)
    {
        var rarities = Exceptional;
        var lane = rarities.Urgent
            ?? Interlocked.CompareExchange(ref rarities.Urgent, new UrgentLane(), null)
            ?? rarities.Urgent;
        if (lane.Queue.Enqueue(in message, int.MaxValue) != Enqueued.Accepted || _user.IsClosed)
        {
            return false;
        }

        Wake();
        return true;
    }

    /// <summary>Turns a refused message into a dead letter.</summary>
    public void Refuse(Enqueued result, T message) => System.DeadLetters.Add(
        Path, message, result == Enqueued.Full ? DeadLetterReason.MailboxFull : DeadLetterReason.Terminated);

    public override void Execute()
    {
        _activeAt = System.CoarseNow;
        _isExecuting = true;
        if (_isParked)
        {
            try
            {
                Unpark();
            }
            catch (Exception failure)
            {
                Fail(failure);
            }
        }

        var turn = new TurnState { Left = Quantum };
        while (TryBegin(ref turn, out var running))
        {
            if (running.IsCompletedSuccessfully)
            {
                continue;
            }

            if (!running.IsCompleted)
            {
                Park(running);
                return;
            }

            Conclude(running);
        }

        if (_user.HasSurplus)
        {
            PlanTrim();
        }

        Release();
    }

    private bool TryBegin(ref TurnState turn, out ValueTask running)
    {
        if (_phase != Phase.Running || _control.HasSystem)
        {
            return TryBeginLifeCycleStep(out running);
        }

        if (turn.Left <= 0 || IsOver(ref turn))
        {
            return TryBeginLastSignal(ref turn, out running);
        }

        turn.Left--;
        if (_rarities is { HasMessages: true } && _rarities.TryDequeue(out var message))
        {
            running = Invoke(message, isUserMessage: true);
            return true;
        }

        if (_control.HasNotices && _control.TakeNotice(_user.Dequeued) is { } notice)
        {
            running = BeginNotice(notice);
            return true;
        }

        if (_rarities?.Sendings is { } lane && (!lane.IsEmpty || KernelTelemetry.IsOn))
        {
            return TryBeginWithSending(lane, ref turn, out running);
        }

        if (TryDequeueUser(out message))
        {
            running = Invoke(message, isUserMessage: true);
            return true;
        }

        return TryBeginSignal(ref turn, out running);
    }

    private bool TryBeginLifeCycleStep(out ValueTask running)
    {
        if (_phase == Phase.Starting)
        {
            running = CreateAsync(restartCause: null);
            return true;
        }

        if (_control.HasSystem)
        {
            running = HandleSystemMessageAsync();
            return true;
        }

        if (_phase == Phase.Passive && HasMessages)
        {
            running = CreateAsync(restartCause: null);
            return true;
        }

        running = default;
        return false;
    }

    // Reading the clock costs as much as a short handler: it is looked at after 2, 4, 8, 16 and 32 messages.
    private bool IsOver(ref TurnState turn)
    {
        var taken = Quantum - turn.Left;
        return (taken & (taken - 1)) == 0 && taken > 1 && IsTimeUp(ref turn);
    }

    private bool IsTimeUp(ref TurnState turn)
    {
        var now = System.Time.GetTimestamp();
        turn.Until ??= now + System.QuantumTicks;
        return now >= turn.Until;
    }

    // User messages may fill quantum after quantum: signals get their chance at the end of each.
    private bool TryBeginLastSignal(ref TurnState turn, out ValueTask running)
    {
        turn.Left = 0;
        if (!turn.HasSignalled)
        {
            return TryBeginSignal(ref turn, out running);
        }

        running = default;
        return false;
    }

    private bool TryBeginSignal(ref TurnState turn, out ValueTask running)
    {
        running = default;
        if (!_control.HasSignals)
        {
            return false;
        }

        turn.HasSignalled = true;
        try
        {
            running = _actor!.ReceiveSignals(_control.TakeSignals(), StoppingToken);
        }
        catch (Exception failure)
        {
            Fail(failure);
        }

        return true;
    }

    private bool TryDequeueUser(out T message) => _props.Mailbox.WhenFull == Overflow.RejectNewest
        ? _user.TryDequeue(out message)
        : _user.TryDequeueLocked(out message);

    private ValueTask Invoke(T message, bool isUserMessage)
    {
        _handled++;
        try
        {
            return Handle(message, isUserMessage);
        }
        catch (Exception failure)
        {
            Fail(failure);
            return default;
        }
    }

    private ValueTask Handle(T message, bool isUserMessage)
    {
        if (_rarities is not { } rarities)
        {
            return _actor!.Receive(message, StoppingToken);
        }

        if (isUserMessage)
        {
            Volatile.Write(ref rarities.MessageAt, _activeAt);
        }

        rarities.Show(message);
        return rarities.Behavior is { } behavior
            ? behavior(message, StoppingToken)
            : _actor!.Receive(message, StoppingToken);
    }

    private void Conclude(ValueTask running)
    {
        try
        {
            running.GetAwaiter().GetResult();
        }
        catch (Exception failure)
        {
            Fail(failure);
        }
    }

    private struct TurnState
    {
        public int Left;
        public long? Until;
        public bool HasSignalled;
    }

    private sealed class UrgentLane
    {
        public ChunkQueue<T> Queue;
    }
}
