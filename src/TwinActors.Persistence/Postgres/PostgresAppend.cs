using Npgsql;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>The statement that fences and writes a batch, in the variant that does the least for it.</summary>
/// <remarks>
/// The whole safety of the journal: a shard whose epoch, owner or head is not what the writer believes drops out of f,
/// and with it everything that would be written to it. One statement, so it happens whole or not at all, and behind
/// any pooler.
/// </remarks>
internal sealed class PostgresAppend : IDisposable
{
    private readonly PostgresRows _rows;
    private readonly NpgsqlCommand _many;
    private readonly NpgsqlCommand _manyAndRuns;
    private readonly NpgsqlCommand _one;
    private readonly NpgsqlParameter<int> _shard = new();
    private readonly NpgsqlParameter<long> _epoch = new();
    private readonly NpgsqlParameter<long> _head = new();
    private readonly NpgsqlParameter<long> _entity = new();
    private readonly NpgsqlParameter<long> _sequence = new();
    private readonly NpgsqlParameter<int> _kind = new();
    private readonly NpgsqlParameter<Guid?> _command = new();
    private readonly NpgsqlParameter<long?> _commandHash = new();
    private readonly NpgsqlParameter<long> _at = new();
    private readonly NpgsqlParameter<ReadOnlyMemory<byte>> _body = new();

    public PostgresAppend(NpgsqlConnection connection, PostgresRows rows, JournalOwner owner)
    {
        _rows = rows;
        _many = Many(connection, rows, owner, "");

        // Runs hold events of earlier statements, whose rows this one sees.
        _manyAndRuns = Many(
            connection, rows, owner,
            """
            , r as (
              insert into ta_run(shard, entity, first, last, places)
              select v.shard, v.entity, min(v.eseq), max(v.eseq), array_agg(v.sseq order by v.eseq)
              from u join f on f.shard = u.shard cross join lateral (
                select * from ta_event e where e.shard = u.shard and e.sseq > u.indexed and e.sseq <= u.due
                order by e.sseq limit u.due - u.indexed) v
              where u.due > u.indexed
              group by v.shard, v.entity, (v.eseq - 1) / 512)
            """);

        // A lone writer waits for its server alone: this takes half of the time of the variant for many.
        _one = new NpgsqlCommand(
            """
            with f as (
              update ta_shard set head = $3 + 1 where shard = $1 and epoch = $2 and owner = $4 and head = $3
              returning shard, epoch)
            insert into ta_event(sseq, epoch, entity, eseq, at, command_hash, shard, part, kind, command, body)
            select $3 + 1, f.epoch, $5, $6, $7, $8, f.shard, 0, $9, $10, $11 from f
            returning shard
            """,
            connection)
        {
            Parameters =
            {
                _shard, _epoch, _head, new NpgsqlParameter<long> { TypedValue = owner.Incarnation }, _entity,
                _sequence, _at, _commandHash, _kind, _command, _body,
            },
        };
        _many.Prepare();
        _manyAndRuns.Prepare();
        _one.Prepare();
    }

    /// <summary>Writes the rows; tells which shards took them.</summary>
    public void Execute(HashSet<ShardId> taken)
    {
        using var row = (_rows.HasRuns ? _manyAndRuns : _rows.IsOne ? One() : _many).ExecuteReader();
        while (row.Read())
        {
            taken.Add(new ShardId(row.GetInt32(0)));
        }
    }

    public void Dispose()
    {
        _many.Dispose();
        _manyAndRuns.Dispose();
        _one.Dispose();
    }

    private NpgsqlCommand One()
    {
        _shard.TypedValue = _rows.FenceShard[0];
        _epoch.TypedValue = _rows.FenceEpoch[0];
        _head.TypedValue = _rows.FenceHead[0];
        _entity.TypedValue = _rows.Entity[0];
        _sequence.TypedValue = _rows.Sequence[0];
        _kind.TypedValue = _rows.Kind[0];
        _command.TypedValue = _rows.Command[0];
        _commandHash.TypedValue = _rows.CommandHash[0];
        _at.TypedValue = _rows.At[0];
        _body.TypedValue = _rows.Body[0];
        return _one;
    }

    private static NpgsqlCommand Many(
        NpgsqlConnection connection, PostgresRows rows, JournalOwner owner, string andRuns)
    {
        return new NpgsqlCommand(
            $"""
            with u as (
              select * from unnest($1::int[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
                as u(shard, epoch, head, next, indexed, due)),
            f as (
              update ta_shard s set head = u.next, indexed = u.due from u
              where s.shard = u.shard and s.epoch = u.epoch and s.owner = $7 and s.head = u.head
              returning s.shard, s.epoch),
            n as (
              insert into ta_entity(shard, entity, tenant, type, key)
              select e.shard, e.entity, e.tenant, e.type, e.key
              from unnest($8::int[], $9::bigint[], $10::int[], $11::text[], $12::text[])
                as e(shard, entity, tenant, type, key) join f on f.shard = e.shard),
            v as (
              insert into ta_event(
                sseq, epoch, entity, eseq, at, command_hash, shard, part, kind, command, body)
              select e.sseq, f.epoch, e.entity, e.eseq, e.at, e.hash, f.shard, e.part, e.kind, e.command, e.body
              from unnest(
                $13::int[], $14::bigint[], $15::bigint[], $16::bigint[], $17::int[], $18::int[], $19::uuid[],
                $20::bigint[], $21::bigint[], $22::bytea[])
                as e(shard, sseq, entity, eseq, part, kind, command, hash, at, body) join f on f.shard = e.shard)
            {andRuns}
            select shard from f
            """,
            connection)
        {
            Parameters =
            {
                Column(rows.FenceShard), Column(rows.FenceEpoch), Column(rows.FenceHead), Column(rows.FenceNext),
                Column(rows.FenceIndexed), Column(rows.FenceDue),
                new NpgsqlParameter<long> { TypedValue = owner.Incarnation },
                Column(rows.EntityShard), Column(rows.EntityId), Column(rows.EntityTenant), Column(rows.EntityType),
                Column(rows.EntityKey),
                Column(rows.Shard), Column(rows.ShardSequence), Column(rows.Entity), Column(rows.Sequence),
                Column(rows.Part), Column(rows.Kind), Column(rows.Command), Column(rows.CommandHash), Column(rows.At),
                Column(rows.Body),
            },
        };
    }

    private static NpgsqlParameter<List<T>> Column<T>(List<T> values) => new() { TypedValue = values };
}
