using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Kernel;

/// <summary>What a supervisor does about a failed child.</summary>
public enum Directive
{
    /// <summary>The child goes on with the state it has; the failing message is lost.</summary>
    Resume,

    /// <summary>A fresh instance takes over the ref and the mailbox; the failing message is lost.</summary>
    Restart,

    /// <summary>The child ends.</summary>
    Stop,

    /// <summary>The supervisor fails itself with the same cause.</summary>
    Escalate,
}

/// <summary>
/// Waiting times between restarts: doubled from <paramref name="Minimum"/> to <paramref name="Maximum"/>.
/// </summary>
/// <param name="Minimum">Wait before the first restart; positive.</param>
/// <param name="Maximum">Longest wait, jitter included; at least <paramref name="Minimum"/>.</param>
/// <param name="Jitter">Part of the wait that is added at random, 0..1: 0.2 adds up to 20 %.</param>
public sealed record BackoffOptions(TimeSpan Minimum, TimeSpan Maximum, double Jitter = 0.2)
{
    /// <summary>
    /// The wait starts over when the actor has run this long without failing; null: <see cref="Maximum"/>.
    /// </summary>
    public TimeSpan? ResetAfter { get; init; }

    /// <summary>The wait before one restart.</summary>
    /// <param name="restarts">Restarts since the wait last started over.</param>
    /// <param name="random">A random number in [0, 1).</param>
    public TimeSpan Delay(int restarts, double random)
    {
        var doubled = Minimum.Ticks * Math.Pow(2, Math.Min(restarts, 60));
        var jittered = Math.Min(doubled, Maximum.Ticks) * (1 + (Jitter * random));
        return TimeSpan.FromTicks((long)Math.Min(jittered, Maximum.Ticks));
    }
}

/// <summary>How an actor supervises its children.</summary>
public abstract record SupervisorStrategy
{
    private protected SupervisorStrategy()
    {
    }

    /// <summary>One for one, restart at once, without limit; a child that cannot even start is stopped.</summary>
    public static SupervisorStrategy Default { get; } = new OneForOneStrategy();

    /// <summary>Chooses the directive from the cause of a failure.</summary>
    public Func<Exception, Directive> Decider { get; init; } = DefaultDecider;

    /// <summary>
    /// Restarts allowed within <see cref="Within"/>; one more failure stops the child. Null: no limit.
    /// </summary>
    public int? MaxRetries { get; init; }

    /// <summary>The window of <see cref="MaxRetries"/>, beginning at a failure; null: the child's whole life.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>Wait before a restart, unless the child's props say otherwise; null: none.</summary>
    public BackoffOptions? Backoff { get; init; }

    /// <summary>
    /// Stop when the actor could not be made or started, was killed, or cannot read its own journal; otherwise restart.
    /// A failed journal append is a restart: the fresh instance recovers from the journal.
    /// </summary>
    /// <param name="cause">What the child failed with.</param>
    public static Directive DefaultDecider(Exception cause) => cause switch
    {
        ActorInitializationException or ActorKilledException or RecoveryFailedException => Directive.Stop,
        _ => Directive.Restart,
    };

    // Going on after one of these would mean to go on without an instance or with a state that may be wrong.
    internal Directive Decide(Exception cause)
    {
        var directive = Decider(cause);
        var hasNoState = cause is ActorInitializationException or JournalFailedException or RecoveryFailedException;
        return directive == Directive.Resume && hasNoState ? Directive.Restart : directive;
    }
}

/// <summary>Only the failed child is restarted or stopped.</summary>
public sealed record OneForOneStrategy : SupervisorStrategy;

/// <summary>All children are restarted or stopped when one fails; resume concerns only the failed one.</summary>
public sealed record AllForOneStrategy : SupervisorStrategy;

/// <summary>An actor could not be made, or its <c>PreStart</c> or <c>PostRestart</c> failed.</summary>
public sealed class ActorInitializationException(string path, Exception cause)
    : Exception($"{path} could not start: {cause.Message}", cause);

/// <summary>An actor was told to fail by <see cref="ActorRef.Kill"/>.</summary>
public sealed class ActorKilledException(string path) : Exception($"{path} was killed.");

/// <summary>An actor that was watched has ended, and its watcher does not handle <see cref="Terminated"/>.</summary>
public sealed class DeathPactException(ActorRef dead)
    : Exception($"{dead} has ended, and its watcher cannot do without it.")
{
    /// <summary>The actor that has ended.</summary>
    public ActorRef Dead { get; } = dead;
}

/// <summary>An actor has failed. Published on the event stream by its supervisor, or by itself while it ends.</summary>
/// <param name="Path">Path of the failed actor.</param>
/// <param name="Cause">What it failed with.</param>
/// <param name="Directive">What its supervisor does about it; null: it was restarting or ending anyway.</param>
/// <param name="RestartIn">Wait before the restart; null when it is not restarted.</param>
public sealed record ActorFailed(string Path, Exception Cause, Directive? Directive, TimeSpan? RestartIn);

/// <summary>A failed actor has a fresh instance and handles messages again.</summary>
/// <param name="Path">Path of the actor.</param>
/// <param name="Restarts">Number of its restarts so far.</param>
public sealed record ActorRestarted(string Path, int Restarts);
