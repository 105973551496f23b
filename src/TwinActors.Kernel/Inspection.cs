using System.Collections.Immutable;

namespace TwinActors.Kernel;

/// <summary>What an actor is doing.</summary>
public enum ActorState
{
    /// <summary>Its instance is being made or recovers.</summary>
    Starting,

    /// <summary>It waits for messages.</summary>
    Idle,

    /// <summary>It handles messages or is queued to do so.</summary>
    Running,

    /// <summary>Its handler awaits something.</summary>
    Awaiting,

    /// <summary>It has failed and waits for its supervisor.</summary>
    Failed,

    /// <summary>It waits for its children to end, or for its backoff, before a fresh instance is made.</summary>
    Restarting,

    /// <summary>It has no instance until the next message, or waits for its children to end to get there.</summary>
    Passive,

    /// <summary>It waits for its children to end, then ends.</summary>
    Stopping,

    /// <summary>It has ended.</summary>
    Terminated,
}

/// <summary>Waiting messages by lane.</summary>
/// <param name="System">Life-cycle messages.</param>
/// <param name="Urgent">Urgent messages.</param>
/// <param name="User">Ordinary messages.</param>
/// <param name="Signals">Sources with news.</param>
/// <param name="Stashed">Messages that the actor put aside; 0 when it has none.</param>
public readonly record struct MailboxDepth(int System, int Urgent, long User, int Signals, int Stashed)
{
    /// <summary>All of them together.</summary>
    public long Total => System + Urgent + User + Signals + Stashed;
}

/// <summary>The last failure of an actor.</summary>
/// <param name="At">When.</param>
/// <param name="Type">Name of the exception's type.</param>
/// <param name="Message">Its message.</param>
public sealed record ActorFailure(DateTimeOffset At, string Type, string Message);

/// <summary>One actor as seen at one moment; the parts may be some microseconds apart.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Type">Name of its class; null while it has no instance.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Mailbox">What waits.</param>
/// <param name="Handled">Messages handled, all instances together.</param>
/// <param name="Limits">Limits of the mailbox: whether one message too many is refused or drops another.</param>
/// <param name="Overflowed">Messages refused or dropped because the mailbox was full.</param>
/// <param name="Restarts">Restarts so far.</param>
/// <param name="LastFailure">Its last failure; null when it never failed.</param>
/// <param name="LastActive">Time since it last began to run; null: it never ran.</param>
/// <param name="IsExecuting">Whether it is in a handler or a life-cycle hook, or awaits in one.</param>
/// <param name="Children">The actors below it, by name; empty below the asked depth.</param>
public sealed record ActorSnapshot(
    string Path,
    string? Type,
    ActorState State,
    MailboxDepth Mailbox,
    long Handled,
    MailboxOptions Limits,
    long Overflowed,
    int Restarts,
    ActorFailure? LastFailure,
    TimeSpan? LastActive,
    bool IsExecuting,
    ImmutableArray<ActorSnapshot> Children)
{
    /// <summary>Whether the actor has been in one handler or hook for longer than <paramref name="limit"/>.</summary>
    /// <param name="limit">Time that no handler should take.</param>
    public bool IsStuck(TimeSpan limit) => IsExecuting && LastActive > limit;

    /// <summary>The actor and all below it that were looked at, by path.</summary>
    public IEnumerable<ActorSnapshot> WithAllBelow() =>
        Children.SelectMany(child => child.WithAllBelow()).Prepend(this);
}

// What an actor looks like from outside.
internal abstract partial class ActorCell
{
    private protected abstract string? InstanceType { get; }

    private protected abstract long Handled { get; }

    private protected abstract MailboxDepth Depth { get; }

    private protected abstract MailboxOptions Limits { get; }

    /// <summary>Looks at the actor and those below it. Called by any thread, at any time.</summary>
    /// <param name="levels">Levels below this one to include; 0: none.</param>
    public ActorSnapshot Inspect(int levels)
    {
        var rare = _rare;
        var failure = rare?.LastFailure;
        var activeAt = Volatile.Read(ref _activeAt);
        return new ActorSnapshot(
            Path.Length == 0 ? "/" : Path,
            InstanceType,
            State(),
            Depth,
            Handled,
            Limits,
            rare is null ? 0 : Interlocked.Read(ref rare.Overflowed),
            rare?.Restarts ?? 0,
            failure is null ? null : new ActorFailure(rare!.LastFailureAt, failure.GetType().Name, failure.Message),
            activeAt == Never ? null : System.CoarselySince(activeAt),
            _isExecuting,
            levels == 0 || _children is null
                ? []
                : [.. _children.ToImmutableArray()
                    .OrderBy(child => child.Name, StringComparer.Ordinal)
                    .Select(child => child.Inspect(levels - 1))]);
    }

    private ActorState State() => _phase switch
    {
        Phase.Starting => ActorState.Starting,
        Phase.Failed => ActorState.Failed,
        Phase.Restarting or Phase.BackingOff => ActorState.Restarting,
        Phase.Passivating or Phase.Passive => ActorState.Passive,
        Phase.Stopping => ActorState.Stopping,
        Phase.Terminated => ActorState.Terminated,
        _ when _isParked => ActorState.Awaiting,
        _ => IsBusy ? ActorState.Running : ActorState.Idle,
    };
}

internal sealed partial class ActorCell<T>
{
    private protected override string? InstanceType => _actor?.GetType().Name;

    private protected override long Handled => Volatile.Read(ref _handled);

    private protected override MailboxOptions Limits => _props.Mailbox;

    private protected override MailboxDepth Depth => new(
        _control.CountSystem(),
        (int)(_rarities?.Urgent?.Queue.Depth ?? 0),
        _user.Depth,
        global::System.Numerics.BitOperations.PopCount(_control.PendingSignals),
        (_rarities?.Stashed?.Count ?? 0) + (_rarities?.Unstashed?.Count ?? 0));
}
