using System.Globalization;
using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Persistence.Journal;

/// <summary>Number of a shard: a fixed slice of all entities that one node owns at a time.</summary>
/// <param name="Value">0 to the journal's number of shards minus one.</param>
public readonly record struct ShardId(int Value)
{
    /// <summary>Shards of a journal unless configured otherwise; fixed for the life of a journal.</summary>
    public const int DefaultCount = 256;

    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Shard of one entity: the same for ever, on every machine and in every store.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="shards">Number of shards of the journal; positive.</param>
    /// <remarks>
    /// 64-bit FNV-1a over the tenant (4 bytes, little endian), the type and the key (UTF-16 code units in lower case,
    /// little endian), each text closed by a zero unit so that ("ab", "c") and ("a", "bc") differ; then modulo the
    /// number of shards.
    /// </remarks>
    public static ShardId Of(EntityKey entity, int shards)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(shards);

        var hash = OffsetBasis;
        hash = Add(hash, (ushort)entity.Tenant);
        hash = Add(hash, (ushort)(entity.Tenant >> 16));
        hash = Add(hash, entity.Type);
        hash = Add(hash, entity.Key);
        return new ShardId((int)(hash % (ulong)shards));
    }

    /// <summary>The number in decimal digits.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    private static ulong Add(ulong hash, string text)
    {
        foreach (var unit in text)
        {
            hash = Add(hash, char.ToLowerInvariant(unit));
        }

        return Add(hash, '\0');
    }

    private static ulong Add(ulong hash, ushort unit)
    {
        hash = (hash ^ (byte)unit) * Prime;
        return (hash ^ (byte)(unit >> 8)) * Prime;
    }
}
