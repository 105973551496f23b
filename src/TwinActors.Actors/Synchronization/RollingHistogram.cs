// Hot path: Record runs several times per robot and tick. Allocates nothing after construction.
using System.Numerics;

namespace TwinActors.Actors.Synchronization;

/// <summary>How often values of each size came lately: exact to an eighth, over the newest one to two
/// windows.</summary>
/// <remarks>Values are whole numbers of some unit; what is above 2^24 counts as that.</remarks>
/// <param name="window">Values in a window.</param>
internal sealed class RollingHistogram(int window)
{
    private const int PerOctave = 8;
    private const int Octaves = 24;
    private const int Buckets = PerOctave * (Octaves + 1);

    private int[] _counts = new int[Buckets];
    private int[] _before = new int[Buckets];
    private int _count;
    private int _countBefore;
    private long _largest;
    private long _largestBefore;

    /// <summary>Largest value; 0 when there is none.</summary>
    public long Largest => Math.Max(_largest, _largestBefore);

    /// <summary>Takes in a value; a negative one counts as 0.</summary>
    public void Record(long value)
    {
        if (_count == window)
        {
            (_counts, _before) = (_before, _counts);
            (_countBefore, _largestBefore) = (_count, _largest);
            (_count, _largest) = (0, 0);
            Array.Clear(_counts);
        }

        _counts[Bucket(value)]++;
        _count++;
        _largest = Math.Max(_largest, value);
    }

    /// <summary>The value that a share of all values does not exceed; null when there is none.</summary>
    /// <param name="share">The share, above 0, at most 1.</param>
    public long? Quantile(double share)
    {
        var all = _count + _countBefore;
        if (all == 0)
        {
            return null;
        }

        var wanted = (long)Math.Ceiling(share * all);
        long seen = 0;
        for (var i = 0; i < Buckets; i++)
        {
            seen += _counts[i] + _before[i];
            if (seen >= wanted)
            {
                return Math.Min(Upper(i), Largest);
            }
        }

        return Largest;
    }

    // Values below 8 have a bucket each; above, an octave has eight.
    private static int Bucket(long value)
    {
        if (value < PerOctave)
        {
            return (int)Math.Max(0, value);
        }

        var octave = Math.Min(BitOperations.Log2((ulong)value), Octaves);
        var part = (value >> (octave - 3)) & (PerOctave - 1);
        return Math.Min(((octave - 2) * PerOctave) + (int)part, Buckets - 1);
    }

    private static long Upper(int bucket)
    {
        if (bucket < PerOctave)
        {
            return bucket;
        }

        var octave = (bucket / PerOctave) + 2;
        return ((PerOctave + (bucket % PerOctave) + 1L) << (octave - 3)) - 1;
    }
}
