using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.SimulationTests.Checking;
using TwinActors.SimulationTests.Clients;
using TwinActors.SimulationTests.Lists;
using TwinActors.SimulationTests.Store;

namespace TwinActors.SimulationTests.Runs;

/// <summary>What came of one seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Hash">Hash of the trace; equal whenever the seed runs on the same build.</param>
/// <param name="Violations">Promises that were broken.</param>
/// <param name="History">What was seen.</param>
/// <param name="Lines">The trace, when it was kept.</param>
internal sealed record RunResult(
    int Seed, ulong Hash, IReadOnlyList<Violation> Violations, History History, IReadOnlyList<string> Lines);

/// <summary>
/// One seed: nodes with the real kernel and event log, clients, a store and its faults, then a time without faults in
/// which everything must come to rest, then the checker.
/// </summary>
internal sealed class SimulatedRun
{
    // After the faults: a client's patience, a deadline of the journal and of an entity, restarts, and its other
    // commands.
    private static readonly TimeSpan Recovery = TimeSpan.FromMinutes(3);

    // Longer than almost every late statement is late.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(12);

    private const int MostSteps = 200_000;

    private readonly List<SimulatedClient> _clients = [];
    private readonly Nemesis _nemesis;
    private int _lives;
    private long _values;

    private SimulatedRun(int seed, SimulatedMutation mutation, bool keepsTrace)
    {
        World = new SimulatedWorld(seed, keepsTrace);
        Plan = FaultPlan.Draw(World.Random);
        Mutation = mutation;
        Store = new SimulatedStore(World, this);
        History.IsQuiet = Plan.IsQuiet;
        History.RemembersAll = Plan.RememberedCommands >= FaultPlan.EnoughCommands;
        _nemesis = new Nemesis(this);
    }

    public SimulatedWorld World { get; }

    public FaultPlan Plan { get; }

    public SimulatedStore Store { get; }

    public History History { get; } = new();

    public SimulatedMutation Mutation { get; }

    /// <summary>Whether faults happen still.</summary>
    public bool IsFaulty { get; private set; }

    /// <summary>Runs one seed from its beginning to its judgement.</summary>
    public static RunResult Execute(
        int seed, SimulatedMutation mutation = SimulatedMutation.None, bool keepsTrace = false)
    {
        var run = new SimulatedRun(seed, mutation, keepsTrace);
        try
        {
            run.Execute();
        }
        catch (Exception failure)
        {
            run.History.Accidents.Add($"The run ended early: {failure}");
        }

        var violations = HistoryChecker.Check(run.History);
        return new RunResult(
            seed,
            run.World.Trace.Hash,
            run.World.Trace.LeftThreadAt is { } where
                ? [.. violations, new Violation("a run stays on its thread", where)]
                : violations,
            run.History,
            run.World.Trace.Lines);
    }

    /// <summary>Starts another life of a node.</summary>
    public void StartNode() => World.Nodes.Add(new SimulatedNode(this, ++_lives));

    /// <summary>A node to send to: any while there are faults, then the owner.</summary>
    public SimulatedNode? DrawNode()
    {
        if (!IsFaulty)
        {
            return Owner();
        }

        return World.Nodes.Count == 0 ? null : World.Nodes[World.Random.Next(World.Nodes.Count)];
    }

    /// <summary>One of the entities.</summary>
    public string DrawEntity() => $"l{World.Random.Next(Plan.Entities)}";

    public Guid NextId()
    {
        Span<byte> bytes = stackalloc byte[16];
        World.Random.NextBytes(bytes);
        return new Guid(bytes);
    }

    public long NextValue() => ++_values;

    /// <summary>Whether a node owns the shard of an entity.</summary>
    public bool IsOwner(SimulatedNode node, EntityKey entity) =>
        Store.OwnerOf(ShardId.Of(entity, Plan.Shards)) == node.Journal.Owner.Incarnation;

    /// <summary>The commit of an append, which may fail on either side of the write.</summary>
    public void Commit(Action write)
    {
        var fails = IsFaulty && World.Chance(Plan.FailCommit);
        if (!fails || World.Chance(0.5))
        {
            write();
        }

        if (fails)
        {
            throw new IOException("The commit fails.");
        }
    }

    /// <summary>Compares an entity in the owner's memory with its log, if it is at rest there.</summary>
    public void Remember(EntityKey entity, string occasion)
    {
        if (Owner()?.Views.GetValueOrDefault(entity.Key) is { IsAtRest: true } view)
        {
            History.Remembered.Add(new Remembered(
                World.Step, entity.Key, view.Sequence, view.State.Hash, Store.CountOf(entity), occasion));
        }
    }

    private SimulatedNode? Owner() =>
        World.Nodes.Find(node => node.Journal.Owner.Incarnation == Store.OwnerOf(new ShardId(0)));

    private void Execute()
    {
        World.Trace.Note($"{Plan}");
        IsFaulty = !Plan.IsQuiet;
        StartNode();
        for (var i = 1; i <= Plan.Clients; i++)
        {
            var client = new SimulatedClient(this, i);
            _clients.Add(client);
            World.Soon(client.Next);
        }

        _nemesis.Start();
        World.After(Plan.FaultsEnd, Heal);
        RunUntil(Plan.FaultsEnd + Recovery, () => !IsFaulty && _clients.TrueForAll(client => client.IsDone));
        Heal();
        RunUntil(World.Time.Elapsed + Settling, () => false);
        Judge();
    }

    private void Heal()
    {
        if (!IsFaulty)
        {
            return;
        }

        World.Trace.Note($"faults end");
        IsFaulty = false;
        Store.GoOn();
        foreach (var node in World.Nodes.ToArray())
        {
            node.GoOn();
        }

        if (Owner() is null)
        {
            StartNode();
        }
    }

    private void RunUntil(TimeSpan end, Func<bool> isOver)
    {
        while (!isOver() && World.RunOne(end))
        {
            if (World.Step > MostSteps)
            {
                throw new InvalidOperationException($"Still busy after {MostSteps} steps.");
            }
        }
    }

    private void Judge()
    {
        var reads = Enumerable.Range(0, Plan.Entities)
            .Select(index => $"l{index}")
            .Select(key => (Key: key, Read: Owner()!.ReadAsync(key)))
            .ToArray();
        RunUntil(World.Time.Elapsed + Recovery, () => Array.TrueForAll(reads, r => r.Read.IsCompleted));
        foreach (var (key, read) in reads)
        {
            var entity = ListEvents.KeyOf(key);
            var shown = read.IsCompletedSuccessfully ? read.GetAwaiter().GetResult() : null;
            History.Remembered.Add(new Remembered(
                World.Step, key, shown?.Sequence ?? -1, shown?.State.Hash ?? 0, Store.CountOf(entity), "the end"));
        }

        History.Balances.AddRange(World.Nodes.Select(node => node.Balance()));
        foreach (var (shard, events) in Store.Volatile.Events)
        {
            History.Heads[shard.Value] = events.Count;
        }

        World.Trace.Note($"end after {World.Step} steps, {History.Log.Count} events");
    }
}
