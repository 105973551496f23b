using Microsoft.Data.Sqlite;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>
/// The writer's connection and what it knows about the shards it owns. Used by the writer thread alone.
/// </summary>
/// <remarks>
/// Invariant: while no batch is under way, epoch, head and last sequences in memory are those of the file for every
/// shard that is not lost. After any failure everything is forgotten and read again, so the invariant never rests on
/// undoing.
/// </remarks>
internal sealed class SqliteLedger : IDisposable
{
    /// <summary>Entities remembered at most: 100,000 × about 200 B = 20 MB.</summary>
    private const int RememberedEntities = 100_000;

    private readonly SqliteFile _file;
    private readonly TimeProvider _time;
    private readonly IReadOnlySet<string> _packedTypes;
    private readonly Dictionary<EntityKey, EntityState> _entities = [];
    private readonly Dictionary<EventName, int> _kinds = [];
    private readonly long[] _epochs;
    private readonly long[] _heads;
    private readonly bool[] _lost;
    private readonly long[] _nextEntity;
    private SqliteConnection? _connection;
    private SqliteStatements? _statements;

    /// <summary>Takes all shards of the file under a new epoch, in one transaction.</summary>
    public SqliteLedger(SqliteFile file, JournalOptions options)
    {
        _file = file;
        _time = options.Time;
        _packedTypes = options.PackedTypes;
        _epochs = new long[options.Shards];
        _heads = new long[options.Shards];
        _lost = new bool[options.Shards];
        _nextEntity = new long[options.Shards];
        Young = new YoungEvents(options.Shards);
        _connection = file.OpenWriter();
        try
        {
            SqliteSchema.Prepare(_connection, file.Path, options.Shards);
            Owner = SqliteOwnership.Acquire(_connection, options);
            _statements = new SqliteStatements(_connection);
            SqliteIndexing.CatchUp(this, IndexedPlace(), Indexed());
            Load();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public JournalOwner Owner { get; }

    public string Path => _file.Path;

    /// <summary>The committed events that no run holds yet.</summary>
    public YoungEvents Young { get; }

    public SqliteStatements Statements => _statements ?? throw new InvalidOperationException("No connection.");

    public long EpochOf(ShardId shard) => _epochs[shard.Value];

    public long HeadOf(ShardId shard) => _heads[shard.Value];

    public bool IsLost(ShardId shard) => _lost[shard.Value];

    /// <summary>Opens the connection again when the last one was given up.</summary>
    public void Open()
    {
        if (_statements is null)
        {
            _connection = _file.OpenWriter();
            Load();
        }
    }

    /// <summary>Starts a transaction that may write.</summary>
    public void Begin()
    {
        Open();
        if (_entities.Count > RememberedEntities)
        {
            _entities.Clear();
        }

        Statements.Begin();
    }

    /// <summary>
    /// The entity as the file or the batch under way has it; a new one has <see cref="EntityState.Id"/> 0.
    /// </summary>
    public EntityState EntityOf(EntityKey key, ShardId shard)
    {
        if (!_entities.TryGetValue(key, out var entity))
        {
            var found = Statements.FindEntity(key, shard);
            entity = new EntityState(key, shard, found?.Id ?? 0, found is { } known ? LastOf(shard, known) : 0);
            _entities.Add(key, entity);
        }

        return entity;
    }

    /// <summary>Where the events of a stream lie, behind a sequence.</summary>
    public IEnumerable<EventPlace> PlacesOf(ShardId shard, long entity, long after) =>
        Statements.Runs.Find(shard, entity, after, Young.PlacesOf(shard, entity));

    /// <summary>Where the stream of an entity ends.</summary>
    public StreamHead EndOf(EntityKey key, ShardId shard)
    {
        var (epoch, isOwner) = CheckOwner(shard);
        return isOwner
            ? new StreamHead(shard, epoch, EntityOf(key, shard).Last)
            : throw new JournalException(
                JournalFault.Fenced,
                $"Shard {shard} of journal {Path} belongs to another node since epoch {epoch}. "
                + "Two nodes have opened the same file: stop one of them.");
    }

    /// <summary>A command inside the transaction that is under way.</summary>
    public SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        var command = _connection!.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return command;
    }

    /// <summary>
    /// Whether the events share a row with others. Those of a command do not: its id must stand in the unique index.
    /// </summary>
    public bool IsPacked(PendingAppend append) =>
        append.Request.Command is null && _packedTypes.Contains(append.Request.Entity.Type);

    /// <summary>Gives a new entity its row.</summary>
    public void Register(EntityState entity)
    {
        ref var next = ref _nextEntity[entity.Shard.Value];
        if (next == 0)
        {
            next = Statements.NextEntity(entity.Shard);
        }

        entity.Id = next++;
        Statements.InsertEntity(entity);
    }

    /// <summary>Number of a kind of event, given at its first use.</summary>
    public int KindOf(EventName name)
    {
        if (!_kinds.TryGetValue(name, out var kind))
        {
            kind = Statements.InsertKind(name);
            _kinds.Add(name, kind);
        }

        return kind;
    }

    /// <summary>Moves the fence of a shard inside the transaction.</summary>
    public bool MoveHead(ShardId shard, long next) =>
        Statements.MoveHead(shard, EpochOf(shard), Owner.Incarnation, HeadOf(shard), next);

    /// <summary>Remembers a head that has been committed.</summary>
    public void Moved(ShardId shard, long head) => _heads[shard.Value] = head;

    /// <summary>Who owns a shard according to the file; remembers a loss.</summary>
    public (long Epoch, bool IsOwner) CheckOwner(ShardId shard)
    {
        var (epoch, owner, _) = Statements.FindShard(shard);
        _lost[shard.Value] = owner != Owner.Incarnation;
        return (epoch, !_lost[shard.Value]);
    }

    /// <summary>
    /// Undoes the transaction, if there is one; whatever was not committed is certainly gone when this returns.
    /// </summary>
    public void Abandon()
    {
        try
        {
            if (_statements?.InTransaction == true)
            {
                _statements.Rollback();
            }

            Forget();
        }
        catch (SqliteException)
        {
            // Closing the connection rolls back as well; the next Open makes a new one.
            Close();
        }
    }

    /// <summary>Forgets what the batch changed in memory only.</summary>
    public void Forget()
    {
        if (_connection is not null)
        {
            Load();
        }
    }

    /// <summary>
    /// The unknown rule: takes shards again under the next epoch on a new connection, so that a late commit can no
    /// longer happen, and learns their true heads.
    /// </summary>
    public void Renew(IEnumerable<ShardId> shards, string reason)
    {
        Close();
        _connection = _file.OpenWriter();
        SqliteOwnership.Renew(_connection, Owner, shards, reason, _time);
        Load();
    }

    /// <summary>Gives the shards back, so that the next opening finds them free.</summary>
    public void Release()
    {
        if (_connection is not null)
        {
            SqliteOwnership.Release(_connection, Owner);
        }
    }

    public void Dispose() => Close();

    /// <summary>Closes the connection, which rolls back what is not committed.</summary>
    private void Close()
    {
        _statements?.Dispose();
        _statements = null;
        _connection?.Dispose();
        _connection = null;
    }

    private long LastOf(ShardId shard, (long Id, long Last) entity)
    {
        var young = Young.Of(shard);
        for (var index = young.Count - 1; index >= 0; index--)
        {
            if (young[index].Entity == entity.Id)
            {
                return young[index].EntitySequence;
            }
        }

        return entity.Last;
    }

    private long[] Indexed()
    {
        var indexed = new long[_heads.Length];
        using var command = Command("select shard, indexed from ta_shard");
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            indexed[row.GetInt32(0)] = row.GetInt64(1);
        }

        return indexed;
    }

    private long IndexedPlace()
    {
        using var command = Command("select indexed_pos from ta_cluster");
        return (long)command.ExecuteScalar()!;
    }

    /// <summary>Forgets everything and reads the shards again.</summary>
    private void Load()
    {
        _statements ??= new SqliteStatements(_connection!);
        _entities.Clear();
        _kinds.Clear();
        Array.Clear(_nextEntity);

        using var command = _connection!.CreateCommand();
        command.CommandText = "select shard, epoch, head, owner, indexed from ta_shard";
        using (var row = command.ExecuteReader())
        {
            while (row.Read())
            {
                var shard = row.GetInt32(0);
                _epochs[shard] = row.GetInt64(1);
                _heads[shard] = row.GetInt64(2);
                _lost[shard] = row.IsDBNull(3) || row.GetInt64(3) != Owner.Incarnation;
                Young.Drop(new ShardId(shard), row.GetInt64(4));
            }
        }

        // What an unknown commit has written after all, or the next owner of a shard that is lost.
        foreach (var (shard, stored) in _statements.EventsBehind(Young.LastPlace))
        {
            Young.Add(shard, stored);
        }

        command.CommandText = "select kind, name, version from ta_event_kind";
        using var kinds = command.ExecuteReader();
        while (kinds.Read())
        {
            _kinds.Add(new EventName(kinds.GetString(1), kinds.GetInt32(2)), kinds.GetInt32(0));
        }
    }
}
