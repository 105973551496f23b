using System.Collections.Immutable;

namespace TwinActors.Ros2.Links;

/// <summary>Joint names as they stand in messages, kept once for all robots that send the same.</summary>
/// <remarks>
/// Each joint state is compared with the names of the one before. Robots of one kind send the same names: kept once,
/// they stay in the processor's cache, where a copy per robot would come from memory for each sample.
/// </remarks>
public sealed class JointNamePool
{
    // Kinds of robots in a fleet are few; who sends ever new names gets copies of its own.
    private const int MostKept = 256;

    private ImmutableList<byte[]> _kept = [];

    /// <summary>The kept bytes that equal these, or a copy of these.</summary>
    public byte[] Share(ReadOnlySpan<byte> raw)
    {
        while (true)
        {
            var kept = _kept;
            foreach (var one in kept)
            {
                if (raw.SequenceEqual(one))
                {
                    return one;
                }
            }

            var copy = raw.ToArray();
            if (kept.Count == MostKept || Interlocked.CompareExchange(ref _kept, kept.Add(copy), kept) == kept)
            {
                return copy;
            }
        }
    }
}
