namespace TwinActors.Kernel;

/// <summary>What a full mailbox does with one more message.</summary>
public enum Overflow
{
    /// <summary>
    /// The newcomer is refused: its sender learns it (ask, <c>TryTell</c>) or it becomes a counted dead letter.
    /// </summary>
    RejectNewest,

    /// <summary>The oldest waiting message is dropped and counted. For telemetry only, never for commands.</summary>
    DropOldest,
}

/// <summary>
/// Limits of a mailbox. System and urgent messages, signals, timers and death notices are outside of them.
/// </summary>
/// <param name="Capacity">Highest number of waiting user messages; at least 1.</param>
/// <param name="WhenFull">What happens to one more.</param>
public sealed record MailboxOptions(
    int Capacity = MailboxOptions.DefaultCapacity,
    Overflow WhenFull = Overflow.RejectNewest)
{
    /// <summary>
    /// Capacity of a mailbox that names none: 16,384 messages, 0.4 MB of 24-byte messages, a quarter of a second of
    /// work for a handler of 15 µs.
    /// </summary>
    public const int DefaultCapacity = 16_384;

    /// <summary>16,384 messages, the newest refused.</summary>
    public static MailboxOptions Default { get; } = new();

    /// <summary>Highest number of waiting user messages.</summary>
    public int Capacity { get; init; } = Capacity >= 1
        ? Capacity
        : throw new ArgumentOutOfRangeException(nameof(Capacity), Capacity, "A mailbox holds at least one message.");
}

/// <summary>How to make an actor and how to run it. Immutable; vary it with <c>with</c>.</summary>
/// <typeparam name="T">
/// The messages of the actor; usually one closed family of records, or a struct on a hot path.
/// </typeparam>
/// <param name="Factory">
/// Makes a fresh instance at the start and at every restart; runs on the actor's own thread.
/// </param>
public sealed record Props<T>(Func<Actor<T>> Factory)
{
    /// <summary>Limits of the mailbox.</summary>
    public MailboxOptions Mailbox { get; init; } = MailboxOptions.Default;

    /// <summary>A name of <see cref="Dispatchers"/>.</summary>
    public string Dispatcher { get; init; } = Dispatchers.Shared;

    /// <summary>
    /// How this actor supervises its children; null: as <see cref="Actor{T}.SupervisorStrategy"/> says.
    /// </summary>
    public SupervisorStrategy? SupervisorStrategy { get; init; }

    /// <summary>How long this actor waits before it is restarted; null: as its supervisor's strategy says.</summary>
    public BackoffOptions? Backoff { get; init; }

    /// <summary>
    /// Ends the instance, and all below it, when it has had no user or urgent message for this long [system's clock, in
    /// whole ms]; null: never. The ref stays valid: the next message or signal makes a fresh instance.
    /// </summary>
    public TimeSpan? PassivateAfter { get; init; }

    /// <summary>
    /// The clock of the actor's timers; null: its parent's. A replay gives its actors the clock of the replay.
    /// </summary>
    public TimeProvider? Time { get; init; }
}

/// <summary>Makes <see cref="Props{T}"/> without naming the message type.</summary>
public static class Props
{
    /// <summary>Props of actors that <paramref name="factory"/> makes.</summary>
    /// <param name="factory">Makes a fresh instance at the start and at every restart.</param>
    public static Props<T> Create<T>(Func<Actor<T>> factory) => new(factory);
}
