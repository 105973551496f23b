using System.Diagnostics;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Volatile;
using TwinActors.SimulationTests.Checking;
using TwinActors.SimulationTests.Lists;
using TwinActors.SimulationTests.Runs;

namespace TwinActors.SimulationTests.Store;

/// <summary>
/// The database: runs one statement at a time on a volatile store, may stand still, and may crash with statements in
/// the middle. What it holds outlives every node.
/// </summary>
internal sealed class SimulatedStore(SimulatedWorld world, SimulatedRun run)
{
    private readonly List<Statement> _running = [];
    private readonly List<Statement> _held = [];
    private readonly Dictionary<ShardId, int> _noted = [];
    private bool _isPaused;

    /// <summary>What is stored.</summary>
    public VolatileStore Volatile { get; } = new();

    /// <summary>Opens the store for a node: it takes all shards under the next epoch.</summary>
    public VolatileJournal Open(JournalOptions options)
    {
        var journal = VolatileJournal.Open(Volatile, options);
        foreach (var (shard, epoch) in Volatile.Epochs)
        {
            run.History.Epochs.Add(new EpochBegan(shard.Value, epoch, journal.Owner.Incarnation));
        }

        return journal;
    }

    /// <summary>A statement has come in.</summary>
    public void Submit(Statement statement)
    {
        if (_isPaused)
        {
            _held.Add(statement);
            return;
        }

        _running.Add(statement);
        world.After(world.Draw(run.Plan.Delay), () => Run(statement));
    }

    /// <summary>Stands still for a while; what comes in meanwhile waits.</summary>
    public void Pause(TimeSpan length)
    {
        if (_isPaused)
        {
            return;
        }

        world.Trace.Note($"store stands still for {length.TotalSeconds:0.000} s");
        _isPaused = true;
        world.After(length, GoOn);
    }

    /// <summary>Goes on after a pause.</summary>
    public void GoOn()
    {
        _isPaused = false;
        var held = _held.ToArray();
        _held.Clear();
        foreach (var each in held)
        {
            Submit(each);
        }
    }

    /// <summary>
    /// Loses all connections. A statement in the middle is as if it had never been, or is done; the half of it that a
    /// torn write left behind is found and thrown away at the next start.
    /// </summary>
    public void Crash()
    {
        world.Trace.Note($"store crashes with {_running.Count} statements in the middle");
        foreach (var statement in _running.Concat(_held).ToArray())
        {
            if (_running.Contains(statement) && world.Chance(0.5))
            {
                statement.Execute();
            }
            else if (run.Mutation == SimulatedMutation.KeepTornWrites)
            {
                statement.ExecuteHalf();
            }
        }

        _running.Clear();
        _held.Clear();
        foreach (var node in world.Nodes.ToArray())
        {
            node.Journal.Break("the store crashed");
        }
    }

    /// <summary>Who owns a shard.</summary>
    public long OwnerOf(ShardId shard) => Volatile.Owners.GetValueOrDefault(shard);

    /// <summary>Number of events of an entity.</summary>
    public long CountOf(EntityKey entity) => Volatile.Streams.GetValueOrDefault(entity)?.Count ?? 0;

    /// <summary>Begins a new epoch under the same owner; false when the shard has another one.</summary>
    public bool TryBump(ShardId shard, long owner)
    {
        if (OwnerOf(shard) != owner)
        {
            return false;
        }

        var epoch = ++Volatile.Epochs[shard];
        run.History.Epochs.Add(new EpochBegan(shard.Value, epoch, owner));
        world.Trace.Note($"store: shard {shard.Value} epoch {epoch} by {owner}");
        return true;
    }

    /// <summary>Runs an append on the store and notes what it wrote.</summary>
    public AppendOutcome Append(VolatileJournal journal, AppendRequest request)
    {
        var shard = ShardId.Of(request.Entity, journal.Owner.Shards);
        var epoch = Volatile.Epochs[shard];
        var appending = journal.AppendAsync(request, CancellationToken.None);
        Debug.Assert(appending.IsCompleted, "A volatile journal answers at once.");
        var outcome = appending.GetAwaiter().GetResult();
        world.Trace.Note(
            $"store: {request.Entity.Key} +{request.Events.Count} after {request.ExpectedSequence} "
            + $"epoch {request.Epoch} by {journal.Owner.Incarnation}: {Describe(outcome)}");
        NoteWritten(journal.Owner.Incarnation, shard);
        if (Volatile.Epochs[shard] != epoch)
        {
            run.History.Epochs.Add(new EpochBegan(shard.Value, Volatile.Epochs[shard], OwnerOf(shard)));
        }

        run.Remember(request.Entity, "a write");
        return outcome;
    }

    private void Run(Statement statement)
    {
        // A crash has decided about it already.
        if (!_running.Remove(statement))
        {
            return;
        }

        if (_isPaused)
        {
            _held.Add(statement);
            return;
        }

        statement.Execute();
        statement.Return();
        if (statement.IsRepeated)
        {
            world.After(world.Draw(run.Plan.Delay * 10), statement.Repeat);
        }
    }

    private void NoteWritten(long writer, ShardId shard)
    {
        var events = Volatile.Events.GetValueOrDefault(shard) ?? [];
        for (var i = _noted.GetValueOrDefault(shard); i < events.Count; i++)
        {
            var stored = events[i];
            run.History.Log.Add(new Committed(
                world.Step, writer, stored.Entity.Key, stored.Sequence, stored.Position, stored.Epoch, stored.Command,
                ListEvents.Registry.Read(stored).Value));
        }

        _noted[shard] = events.Count;
    }

    private static string Describe(AppendOutcome outcome) => outcome switch
    {
        AppendOutcome.Appended appended =>
            $"appended at {appended.Position}{(appended.AlreadyStored ? " before" : "")}, epoch {appended.Epoch}",
        AppendOutcome.Conflict conflict => $"conflict, has {conflict.LastSequence}",
        AppendOutcome.Fenced fenced => $"fenced, epoch is {fenced.CurrentEpoch}",
        AppendOutcome.Rejected rejected => $"rejected, {rejected.Reason}",
        _ => outcome.ToString(),
    };
}
