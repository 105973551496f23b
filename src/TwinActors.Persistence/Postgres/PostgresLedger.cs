using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>
/// The connection of one lane and what the lane knows about its shards. Used by the lane's thread alone.
/// </summary>
/// <remarks>
/// Invariant: while no batch is under way, epochs, heads and last sequences in memory are those of the database for
/// every shard of the lane that is not lost. After any failure everything is forgotten and read again, so the
/// invariant never rests on undoing.
/// </remarks>
internal sealed class PostgresLedger : IDisposable
{
    /// <summary>Entities remembered at most: 100,000 × about 200 B = 20 MB.</summary>
    private const int RememberedEntities = 100_000;

    /// <summary>
    /// Events of a shard that make runs worth their rows. A reader of a stream looks through so many of its shard.
    /// </summary>
    private const int RunEvents = 256;

    private readonly PostgresServer _server;
    private readonly TimeProvider _time;
    private readonly Dictionary<EntityKey, EntityState> _entities = [];
    private readonly Dictionary<EventName, int> _kinds = [];
    private readonly long[] _epochs;
    private readonly long[] _heads;
    private readonly long[] _indexed;
    private readonly bool[] _lost;
    private PostgresStatements? _statements;

    public PostgresLedger(PostgresServer server, JournalOwner owner, TimeProvider time)
    {
        _server = server;
        _time = time;
        Owner = owner;
        _epochs = new long[owner.Shards];
        _heads = new long[owner.Shards];
        _indexed = new long[owner.Shards];
        _lost = new bool[owner.Shards];
    }

    public JournalOwner Owner { get; }

    /// <summary>The database for messages.</summary>
    public string Store => _server.Name;

    /// <summary>What the next append statement writes.</summary>
    public PostgresRows Rows { get; } = new();

    /// <summary>Whether there is a connection; it may turn out to be dead.</summary>
    public bool IsOpen => _statements is { IsOpen: true };

    public PostgresStatements Statements => _statements ?? throw new InvalidOperationException("No connection.");

    public long EpochOf(ShardId shard) => _epochs[shard.Value];

    public long HeadOf(ShardId shard) => _heads[shard.Value];

    /// <summary>Last shard sequence that runs hold.</summary>
    public long IndexedOf(ShardId shard) => _indexed[shard.Value];

    /// <summary>Last shard sequence that they are to hold after the next append; the same when no run is due.</summary>
    public long DueOf(ShardId shard) => HeadOf(shard) - IndexedOf(shard) < RunEvents ? IndexedOf(shard) : HeadOf(shard);

    public bool IsLost(ShardId shard) => _lost[shard.Value];

    /// <summary>Gives up the connection, if there is one, and opens another.</summary>
    public void Reopen() => Open(static _ => { });

    /// <summary>
    /// The unknown rule: on a new connection, ends the epochs under which a statement may still be running and tells
    /// the head that each of the shards had then.
    /// </summary>
    public Dictionary<ShardId, long> Renew(IReadOnlyCollection<(ShardId Shard, long Epoch)> epochs, string reason)
    {
        Dictionary<ShardId, long> ends = [];
        Open(connection =>
        {
            PostgresOwnership.Renew(connection, Owner, epochs, reason, _time);
            ends = PostgresOwnership.EndsOf(connection, epochs);
        });
        return ends;
    }

    /// <summary>Makes sure that the entities of calls are known, with one question for all that are not.</summary>
    public void Meet(IEnumerable<(EntityKey Entity, ShardId Shard)> calls)
    {
        if (_entities.Count > RememberedEntities)
        {
            _entities.Clear();
        }

        List<EntityState>? strangers = null;
        foreach (var (key, shard) in calls)
        {
            if (!_entities.ContainsKey(key))
            {
                var stranger = new EntityState(key, shard, 0, 0);
                _entities.Add(key, stranger);
                (strangers ??= []).Add(stranger);
            }
        }

        if (strangers is null)
        {
            return;
        }

        try
        {
            Statements.Find(strangers);
        }
        catch
        {
            _entities.Clear();
            throw;
        }
    }

    /// <summary>
    /// The entity as the database or the batch under way has it; a new one has <see cref="EntityState.Id"/> 0.
    /// </summary>
    public EntityState EntityOf(EntityKey key) => _entities[key];

    /// <summary>Number of a kind of event, given at its first use.</summary>
    public int KindOf(EventName name)
    {
        if (!_kinds.TryGetValue(name, out var kind))
        {
            kind = Statements.KindOf(name);
            _kinds.Add(name, kind);
        }

        return kind;
    }

    /// <summary>Remembers a head that has been committed, and with it the runs that were due.</summary>
    public void Moved(ShardId shard, long head) =>
        (_indexed[shard.Value], _heads[shard.Value]) = (DueOf(shard), head);

    /// <summary>Reads some shards again; forgets what is known of entities when one of them has changed.</summary>
    public void Check(IEnumerable<ShardId> shards)
    {
        var changed = false;
        Statements.ReadShards(shards, (shard, epoch, owner, head, indexed) =>
        {
            var lost = owner != Owner.Incarnation;
            changed |= (epoch, head, lost) != (_epochs[shard], _heads[shard], _lost[shard]);
            (_epochs[shard], _heads[shard], _lost[shard], _indexed[shard]) = (epoch, head, lost, indexed);
        });
        if (changed)
        {
            _entities.Clear();
        }
    }

    /// <summary>Forgets what is known of entities and reads all shards again.</summary>
    public void Load()
    {
        _entities.Clear();
        try
        {
            Check(Enumerable.Range(0, Owner.Shards).Select(shard => new ShardId(shard)));
        }
        catch
        {
            Close();
            throw;
        }
    }

    /// <summary>Closes the connection, which rolls back what is not committed.</summary>
    public void Close()
    {
        _statements?.Dispose();
        _statements = null;
    }

    public void Dispose() => Close();

    private void Open(Action<NpgsqlConnection> first)
    {
        Close();
        var connection = _server.OpenWriter();
        try
        {
            first(connection);
            _statements = new PostgresStatements(connection, Rows, Owner);
            Load();
        }
        catch
        {
            _statements = null;
            connection.Dispose();
            throw;
        }
    }
}
