namespace TwinActors.SimulationTests.Mutants;

/// <summary>A guard of the product that is left out, in a copy of the product's sources.</summary>
/// <param name="Name">What the product then does wrong.</param>
/// <param name="File">The source file, below <c>src</c>.</param>
/// <param name="Guard">Text of the guard, a statement or an expression; it occurs once in the file.</param>
/// <param name="Instead">What stands in its place; empty: nothing.</param>
internal sealed record Mutant(string Name, string File, string Guard, string Instead)
{
    /// <summary>Seeds within which the checker must notice; most are noticed within a hundred.</summary>
    public const int MostSeeds = 3000;

    private const string ActorInstance = "TwinActors.Kernel/ActorCellOfT.Instance.cs";
    private const string EventSourcedActor = "TwinActors.Kernel/EventSourcing/EventSourcedActor.cs";
    private const string EventLog = "TwinActors.Persistence/Journal/JournalEventLog.cs";
    private const string Snapshots = "TwinActors.Persistence/Snapshots/JournalSnapshots.cs";
    private const string Volatile = "TwinActors.Persistence/Volatile/VolatileJournal.cs";

    /// <summary>Text right before the guard, where the guard alone would not be told from others.</summary>
    public string Behind { get; init; } = "";

    /// <summary>All of them. The number of one in a mutated product is its index plus one.</summary>
    public static IReadOnlyList<Mutant> All { get; } =
    [
        new("the store takes appends of an old owner", Volatile, "!isOwner || request.Epoch != epoch", "false"),
        new(
            "the store takes appends of its owner under an old epoch",
            Volatile,
            "return new AppendOutcome.Fenced(shard, epoch, isOwner);",
            "if (!isOwner) { return new AppendOutcome.Fenced(shard, epoch, isOwner); }"),
        new(
            "the store takes appends that expect other events",
            Volatile,
            "request.ExpectedSequence != last",
            "false"),
        new(
            "the store does not know commands that it has",
            Volatile,
            "_store.Commands.TryGetValue((request.Entity, command), out var first)",
            "false"),
        new(
            "an entity answers before its events are durable",
            EventSourcedActor,
            "_log.AppendAsync(append, overdue.Token)",
            """
            ((Func<ValueTask<AppendResult>>)(() =>
            {
                var last = LastSequenceNr + append.Events.Length;
                reply?.Invoke(new CommandOutcome.Accepted(last, new JournalPosition(0, last)));
                return _log.AppendAsync(append, overdue.Token);
            }))()
            """),
        new(
            "an entity goes on after an append with an unknown outcome",
            EventSourcedActor,
            "throw Lose(JournalFailure.Unknown, failure.Message, failure, reply);",
            "reply?.Invoke(new CommandOutcome.Unknown(failure.Message)); return null;"),
        new(
            "recovery reads events before it waits for what is under way",
            EventLog,
            "await ReadEpochAsync(entity, cancellationToken).ConfigureAwait(false);",
            "")
        {
            Behind = "events read below are all there are.\n        ",
        },
        new("recovery trusts a damaged snapshot", Snapshots, "!stored.IsIntact", "false"),
        new("a restart loses the stash", ActorInstance, "UnstashAll();", "_rarities.Stashed?.Clear();"),
        new(
            "unstashed messages change places",
            ActorInstance,
            "(rarities.Stashed, rarities.Unstashed) = (rarities.Unstashed, rarities.Stashed);",
            """
            rarities.Unstashed ??= new();
            foreach (var last in global::System.Linq.Enumerable.Reverse(rarities.Stashed))
            {
                rarities.Unstashed.Enqueue(last);
            }

            rarities.Stashed.Clear();
            """),
        new(
            "an actor ends without a count of what waits for it",
            ActorInstance,
            "letters.AddMany<T>(Path, more);",
            ""),
        new(
            "a poison pill overtakes messages",
            "TwinActors.Kernel/ControlLanes.cs",
            "first.Position > taken",
            "first.Position > long.MaxValue - taken"),
        new(
            "a watcher does not learn of an end",
            "TwinActors.Kernel/ActorCell.Supervision.cs",
            "cell.Post(new Death(this));",
            ""),
        new(
            "an ask has no deadline",
            "TwinActors.Kernel/AskPromise.cs",
            "asked.System.Clock.Add(promise, deadline);",
            ""),
        new(
            "a late reply answers another ask",
            "TwinActors.Kernel/AskPromise.cs",
            "Interlocked.CompareExchange(ref _state, (version * 2) + 1, version * 2) == version * 2",
            "Interlocked.CompareExchange(ref _state, (Version * 2) + 1, Version * 2) == Version * 2"),
    ];

    public override string ToString() => Name;
}
