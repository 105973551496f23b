namespace TwinActors.SimulationTests.Runs;

/// <summary>
/// Size and faults of one run. Each seed has a few kinds of faults only, some often: bugs that many kinds together
/// would drown show themselves too.
/// </summary>
internal sealed record FaultPlan
{
    /// <summary>More commands than a run has.</summary>
    public const int EnoughCommands = 1024;

    /// <summary>Nodes that take turns as owner of the store.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Shards of the store.</summary>
    public int Shards { get; init; } = 1;

    /// <summary>Entities that commands go to.</summary>
    public int Entities { get; init; } = 1;

    /// <summary>Clients that send commands.</summary>
    public int Clients { get; init; } = 1;

    /// <summary>Commands of each client.</summary>
    public int Commands { get; init; } = 10;

    /// <summary>Commands that one client has under way at most.</summary>
    public int Window { get; init; } = 1;

    /// <summary>Command ids that an entity remembers.</summary>
    public int RememberedCommands { get; init; } = EnoughCommands;

    /// <summary>Messages that the mailbox of an entity holds.</summary>
    public int EntityMailbox { get; init; } = 1024;

    /// <summary>When the faults stop.</summary>
    public TimeSpan FaultsEnd { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Usual time of a message between two places.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromMilliseconds(2);

    /// <summary>Usual pause of a client between two commands.</summary>
    public TimeSpan Think { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long the journal waits for the store.</summary>
    public TimeSpan JournalDeadline { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How long an entity waits for the journal.</summary>
    public TimeSpan AppendDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long the node waits for an entity.</summary>
    public TimeSpan AskDeadline { get; init; } = TimeSpan.FromSeconds(8);

    /// <summary>Idle time after which the region ends an entity; null: never.</summary>
    public TimeSpan? Leaving { get; init; }

    /// <summary>Idle time after which the kernel passivates an entity; null: never.</summary>
    public TimeSpan? Passivation { get; init; }

    /// <summary>Time between events that an entity decides on its own; null: it has none.</summary>
    public TimeSpan? Ticks { get; init; }

    /// <summary>Events from one snapshot of an entity to the next; 0: it has none.</summary>
    public int SnapshotEvery { get; init; }

    /// <summary>Entities of a node that recover at a time; null: any number.</summary>
    public int? Recoveries { get; init; }

    /// <summary>Part of the statements that never reach the store.</summary>
    public double LoseRequest { get; init; }

    /// <summary>Part of the statements that reach the store long after their connection broke.</summary>
    public double RunLate { get; init; }

    /// <summary>Part of the statements that the store gets once more, after they have run.</summary>
    public double RunTwice { get; init; }

    /// <summary>Part of the statements whose answer is lost.</summary>
    public double LoseAnswer { get; init; }

    /// <summary>Part of the statements that the store refuses for sure.</summary>
    public double Refuse { get; init; }

    /// <summary>Part of the commits that fail inside the store, before or after the write.</summary>
    public double FailCommit { get; init; }

    /// <summary>Part of the reads that fail.</summary>
    public double FailRead { get; init; }

    /// <summary>Part of the reads that are never answered.</summary>
    public double HangRead { get; init; }

    /// <summary>Part of the snapshots that turn out to be damaged.</summary>
    public double DamageSnapshot { get; init; }

    /// <summary>Part of the answers to clients that are lost.</summary>
    public double LoseReply { get; init; }

    /// <summary>Part of the commands that a client sends to two nodes at once.</summary>
    public double SendTwice { get; init; }

    /// <summary>Part of the sendings without an answer after which a client asks no more.</summary>
    public double GiveUp { get; init; } = 0.1;

    /// <summary>Part of the effects that fail.</summary>
    public double FailEffect { get; init; }

    /// <summary>Mean time between what happens to nodes, store and actors; null: it does not happen.</summary>
    public TimeSpan? CrashNode { get; init; }

    /// <inheritdoc cref="CrashNode"/>
    public TimeSpan? PauseNode { get; init; }

    /// <inheritdoc cref="CrashNode"/>
    public TimeSpan? StartNode { get; init; }

    /// <inheritdoc cref="CrashNode"/>
    public TimeSpan? PauseStore { get; init; }

    /// <inheritdoc cref="CrashNode"/>
    public TimeSpan? CrashStore { get; init; }

    /// <inheritdoc cref="CrashNode"/>
    public TimeSpan? FailEntity { get; init; }

    /// <inheritdoc cref="CrashNode"/>
    public TimeSpan? HoldEntity { get; init; }

    /// <inheritdoc cref="CrashNode"/>
    public TimeSpan? FailRegion { get; init; }

    /// <inheritdoc cref="CrashNode"/>
    public TimeSpan? JumpClock { get; init; }

    /// <summary>Whether anything can go wrong at all.</summary>
    public bool IsQuiet { get; init; }

    /// <summary>
    /// Whether an entity may end before messages that wait: its region fails, or sends it away while it puts some off.
    /// </summary>
    public bool MayEndEarly => FailRegion is not null || (HoldEntity is not null && Leaving is not null);

    /// <summary>The plan of a seed.</summary>
    public static FaultPlan Draw(Random random)
    {
        var plan = new FaultPlan
        {
            Nodes = random.Next(1, 4),
            Shards = random.Next(1, 4),
            Entities = random.Next(1, 7),
            Clients = random.Next(1, 4),
            Commands = random.Next(5, 20),
            Window = random.Next(1, 5),
            EntityMailbox = random.Next(8) == 0 ? 2 : 1024,
            FaultsEnd = TimeSpan.FromSeconds(random.Next(3, 15)),
            Delay = TimeSpan.FromMilliseconds(Pick(random, 0.2, 2, 20, 100)),
            Think = TimeSpan.FromMilliseconds(Pick(random, 5, 100, 400)),
            JournalDeadline = TimeSpan.FromSeconds(Pick(random, 1, 4, 9)),
            AppendDeadline = TimeSpan.FromSeconds(Pick(random, 2, 5)),
            AskDeadline = TimeSpan.FromSeconds(Pick(random, 1, 8)),
            Leaving = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(20, 800)) : null,
            Passivation = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(20, 800)) : null,
            Ticks = random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(100, 2000)) : null,
            SnapshotEvery = random.Next(2) == 0 ? random.Next(1, 12) : 0,
            Recoveries = random.Next(3) == 0 ? random.Next(1, 3) : null,
        };
        return random.Next(10) == 0 ? Quiet(plan) : WithFaults(plan, random);
    }

    // Nothing is full and nothing is late.
    private static FaultPlan Quiet(FaultPlan plan) => plan with
    {
        IsQuiet = true,
        EntityMailbox = 1024,
        JournalDeadline = TimeSpan.FromMinutes(1),
        AppendDeadline = TimeSpan.FromMinutes(1),
        AskDeadline = TimeSpan.FromMinutes(1),
    };

    private static FaultPlan WithFaults(FaultPlan plan, Random random) => plan with
    {
        RememberedCommands = random.Next(6) == 0 ? random.Next(1, 6) : EnoughCommands,
        LoseRequest = Share(random),
        RunLate = Share(random),
        RunTwice = Share(random),
        LoseAnswer = Share(random),
        Refuse = Share(random),
        FailCommit = Share(random),
        FailRead = Share(random),
        HangRead = Share(random) / 4,
        DamageSnapshot = Share(random),
        LoseReply = Share(random),
        SendTwice = Share(random),
        GiveUp = Pick(random, 0.05, 0.1, 0.9),
        FailEffect = Share(random) / 4,
        CrashNode = Every(random),
        PauseNode = Every(random),
        StartNode = Every(random),
        PauseStore = Every(random),
        CrashStore = Every(random),
        FailEntity = Every(random),
        HoldEntity = Every(random),
        FailRegion = Every(random),
        JumpClock = Every(random),
    };

    private static double Pick(Random random, params ReadOnlySpan<double> values) => values[random.Next(values.Length)];

    private static double Share(Random random) =>
        random.Next(3) == 0 ? random.NextDouble() * random.NextDouble() / 2 : 0;

    private static TimeSpan? Every(Random random) =>
        random.Next(3) == 0 ? TimeSpan.FromMilliseconds(random.Next(300, 5000)) : null;
}
