using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;
using TwinActors.Persistence.Volatile;
using TwinActors.SimulationTests.Runs;

namespace TwinActors.SimulationTests.Store;

/// <summary>
/// A node's way to the store: one connection for appends and heads with one statement under way, whatever waits goes
/// with the next; reads on connections of their own. Keeps the unknown rule: a shard with an append that got no answer
/// gets a new epoch before anything else is asked of it.
/// </summary>
internal sealed class SimulatedJournal(SimulatedRun run, SimulatedNode node, VolatileJournal journal) : IJournal
{
    private const int BlockLength = 8;

    private readonly SimulatedWorld _world = run.World;
    private readonly Queue<Call> _waiting = [];
    private readonly List<Statement> _outstanding = [];
    private readonly HashSet<ShardId> _inDoubt = [];
    private Statement? _inLane;
    private bool _isReconnecting;

    /// <inheritdoc/>
    public JournalOwner Owner => journal.Owner;

    /// <inheritdoc/>
    public ValueTask<AppendOutcome> AppendAsync(AppendRequest request, CancellationToken cancellationToken)
    {
        var call = new AppendCall(run.Store, journal, request, run.IsFaulty && _world.Chance(run.Plan.Refuse));
        Ask(call, cancellationToken);
        return new ValueTask<AppendOutcome>(call.Task);
    }

    /// <inheritdoc/>
    public ValueTask<StreamHead> ReadHeadAsync(EntityKey entity, CancellationToken cancellationToken)
    {
        var call = new HeadCall(journal, entity);
        Ask(call, cancellationToken);
        return new ValueTask<StreamHead>(call.Task);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredEvent> ReadStreamAsync(
        EntityKey entity, long afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (true)
        {
            var block = await ReadAsync(
                new ReadCall(journal, entity, afterSequence, BlockLength), cancellationToken);
            foreach (var stored in block)
            {
                yield return stored;
            }

            if (block.Length < BlockLength)
            {
                yield break;
            }

            afterSequence = block[^1].Sequence;
        }
    }

    /// <inheritdoc/>
    public ValueTask<JournalPage> ReadEntityPageAsync(
        EntityKey entity, Checkpoint after, int limit, CancellationToken cancellationToken) =>
        journal.ReadEntityPageAsync(entity, after, limit, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<JournalPage> ReadPageAsync(Checkpoint after, int limit, CancellationToken cancellationToken) =>
        journal.ReadPageAsync(after, limit, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<KnownEntity>> ListEntitiesAsync(string type, CancellationToken cancellationToken) =>
        journal.ListEntitiesAsync(type, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask SaveSnapshotAsync(NewSnapshot snapshot, CancellationToken cancellationToken) =>
        await ReadAsync(
            new StoreCall<bool>(async () =>
            {
                await journal.SaveSnapshotAsync(snapshot, CancellationToken.None);
                return true;
            }),
            cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<StoredSnapshot?> ReadSnapshotAsync(
        EntityKey entity, long atMost, CancellationToken cancellationToken)
    {
        var stored = await ReadAsync(
            new StoreCall<StoredSnapshot?>(() => journal.ReadSnapshotAsync(entity, atMost, CancellationToken.None)),
            cancellationToken);
        return stored is not null && run.IsFaulty && _world.Chance(run.Plan.DamageSnapshot)
            ? stored with { Body = Damaged(stored.Body) }
            : stored;
    }

    /// <inheritdoc/>
    public ValueTask<long> DeleteEventsAsync(
        EntityKey entity, long epoch, long through, CancellationToken cancellationToken) =>
        journal.DeleteEventsAsync(entity, epoch, through, cancellationToken);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => journal.DisposeAsync();

    /// <summary>Loses the connections: nobody knows what became of that which is under way.</summary>
    public void Break(string reason)
    {
        var lost = _outstanding.ToArray();
        _outstanding.Clear();
        _inLane = null;
        foreach (var call in lost.SelectMany(statement => statement.Calls))
        {
            _inDoubt.UnionWith(call.Writes);
            call.Lose(reason);
        }

        if (!_isReconnecting)
        {
            _isReconnecting = true;
            _world.After(_world.Draw(TimeSpan.FromMilliseconds(20)), () => node.Run(Reconnect));
        }
    }

    /// <summary>The store has run a statement.</summary>
    public void Return(Statement statement)
    {
        if (!statement.LosesAnswer)
        {
            _world.After(_world.Draw(run.Plan.Delay), () => node.Run(() => Complete(statement)));
        }
    }

    private void Ask(Call call, CancellationToken cancellationToken)
    {
        _world.Trace.StayOnThread();
        call.Begin(node.Clock, run.Plan.JournalDeadline, Overdue, cancellationToken);
        _waiting.Enqueue(call);
        Pump();
    }

    private void Pump()
    {
        if (_inLane is not null || _isReconnecting)
        {
            return;
        }

        if (run.Mutation == SimulatedMutation.KeepEpoch)
        {
            _inDoubt.Clear();
        }

        var calls = _inDoubt.Count > 0 ? [new BumpCall(run.Store, journal, [.. _inDoubt])] : TakeWaiting();
        if (!calls.IsEmpty)
        {
            var statement = _inLane = new Statement(this, calls);
            _ = node.Clock.CreateTimer(
                _ => BreakFor(statement, "An answer is overdue."),
                null,
                run.Plan.JournalDeadline,
                Timeout.InfiniteTimeSpan);
            Send(statement);
        }
    }

    private ImmutableArray<Call> TakeWaiting()
    {
        var calls = ImmutableArray.CreateBuilder<Call>();
        var most = _world.Random.Next(1, 9);
        while (calls.Count < most && _waiting.TryDequeue(out var call))
        {
            if (!call.IsOver)
            {
                call.IsSent = true;
                calls.Add(call);
            }
        }

        return calls.ToImmutable();
    }

    private void Send(Statement statement)
    {
        _outstanding.Add(statement);
        var travel = _world.Draw(run.Plan.Delay);
        if (run.IsFaulty && _world.Chance(run.Plan.LoseRequest))
        {
            BreakLater(statement);
            return;
        }

        if (run.IsFaulty && _world.Chance(run.Plan.RunLate))
        {
            travel = TimeSpan.FromSeconds(0.02) + _world.Draw(TimeSpan.FromSeconds(2));
            BreakLater(statement);
        }
        else if (run.IsFaulty && _world.Chance(run.Plan.LoseAnswer))
        {
            statement.LosesAnswer = true;
            BreakLater(statement);
        }

        statement.IsRepeated = run.IsFaulty && _world.Chance(run.Plan.RunTwice);
        _world.After(travel, () => run.Store.Submit(statement));
    }

    // Half of the broken connections are noticed, some before their statement has run; of the others only a deadline
    // tells.
    private void BreakLater(Statement statement)
    {
        if (_world.Chance(0.5))
        {
            _world.After(
                _world.Draw(run.Plan.Delay * 3),
                () => node.Run(() => BreakFor(statement, "The connection was reset.")));
        }
    }

    private void BreakFor(Statement statement, string reason)
    {
        if (_outstanding.Contains(statement))
        {
            Break(reason);
        }
    }

    // In its first part, where the state is: one digit becomes another, or the text makes no sense any more.
    private byte[] Damaged(ReadOnlyMemory<byte> body)
    {
        var damaged = body.ToArray();
        damaged[_world.Random.Next(Math.Min(damaged.Length, 40))] ^= 1;
        return damaged;
    }

    private Task<T> ReadAsync<T>(Call<T> call, CancellationToken cancellationToken)
    {
        call.Begin(node.Clock, run.Plan.JournalDeadline, Overdue, cancellationToken);
        call.IsSent = true;
        Read(call);
        return call.Task;
    }

    private void Read(Call call)
    {
        var statement = new Statement(this, [call]);
        _outstanding.Add(statement);
        if (run.IsFaulty && _world.Chance(run.Plan.HangRead))
        {
            return;
        }

        if (run.IsFaulty && _world.Chance(run.Plan.FailRead))
        {
            _world.After(_world.Draw(run.Plan.Delay), () => node.Run(() => call.Lose("The store failed this read.")));
            return;
        }

        _world.After(_world.Draw(run.Plan.Delay), () => run.Store.Submit(statement));
    }

    private void Complete(Statement statement)
    {
        if (!_outstanding.Remove(statement))
        {
            return;
        }

        if (_inLane == statement)
        {
            _inLane = null;
        }

        foreach (var call in statement.Calls)
        {
            if (call is BumpCall bump)
            {
                _inDoubt.ExceptWith(bump.Shards);
            }

            // Whoever waits goes on now, or after whatever else is ready.
            if (_world.Chance(0.5))
            {
                call.Answer();
            }
            else
            {
                _world.Soon(() => node.Run(call.Answer));
            }
        }

        Pump();
    }

    private void Overdue(Call call)
    {
        if (!call.IsSent)
        {
            call.Withdraw($"The statement waited for {run.Plan.JournalDeadline.TotalSeconds:0.#} s and was not sent.");
            return;
        }

        call.Lose($"No answer came within {run.Plan.JournalDeadline.TotalSeconds:0.#} s.");
    }

    private void Reconnect()
    {
        _isReconnecting = false;
        Pump();
    }
}
