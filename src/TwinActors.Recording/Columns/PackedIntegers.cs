// Hot path: every joint value of every robot goes through it. It allocates nothing; JointBlockTests hold it.
using System.Buffers.Binary;
using System.Numerics;

namespace TwinActors.Recording.Columns;

/// <summary>Packs up to 128 integers as differences of a chosen order, each with the same number of bits.</summary>
/// <remarks>
/// <para>
/// Layout: one byte of order (0 to 3), one byte of width (0 to 64), the first values of the orders below as zigzag
/// varints, the smallest difference as a zigzag varint, then each difference minus the smallest in width bits, lowest
/// bits first. Arithmetic wraps around, so every sequence of 64-bit integers survives.
/// </para>
/// <para>A smooth signal has small second or third differences; a noisy one is better off with lower orders.</para>
/// </remarks>
internal static class PackedIntegers
{
    /// <summary>Most integers of one frame.</summary>
    public const int CountLimit = 128;

    /// <summary>Most bytes that a frame takes: order, width, three first values, the smallest, and all bits.</summary>
    public const int LengthLimit = 2 + (HighestOrder + 1) * LongestVarint + CountLimit * sizeof(ulong);

    private const int HighestOrder = 3;
    private const int LongestVarint = 10;
    private const int HalfWidth = 32;

    /// <summary>Packs integers.</summary>
    /// <param name="values">1 to 128 integers.</param>
    /// <param name="target">Receives at most <see cref="LengthLimit"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(ReadOnlySpan<long> values, Span<byte> target)
    {
        Span<long> differences = stackalloc long[CountLimit];
        values.CopyTo(differences);
        differences = differences[..values.Length];
        var best = Measure(differences, 0);
        for (var order = 1; order <= HighestOrder && order < values.Length; order++)
        {
            Differentiate(differences, order);
            var next = Measure(differences, order);
            best = next.Bits < best.Bits ? next : best;
        }

        // Kept from the loop are the differences of the last order; those of the best one are made again.
        values.CopyTo(differences);
        for (var order = 1; order <= best.Order; order++)
        {
            Differentiate(differences, order);
        }

        target[0] = (byte)best.Order;
        target[1] = (byte)best.Width;
        var position = 2;
        for (var i = 0; i < best.Order; i++)
        {
            WriteVarint(target, ref position, differences[i]);
        }

        WriteVarint(target, ref position, best.Smallest);
        Pack(differences[best.Order..], best.Smallest, best.Width, target, ref position);
        return position;
    }

    /// <summary>Unpacks integers.</summary>
    /// <param name="source">Bytes that begin with a frame; may come from anyone.</param>
    /// <param name="values">Receives as many integers as were packed.</param>
    /// <param name="length">Receives the frame's length [byte].</param>
    /// <returns>Whether the bytes are a frame.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, Span<long> values, out int length)
    {
        length = 2;
        if (source.Length < length || source[0] > HighestOrder || source[0] > values.Length || source[1] > 64)
        {
            return false;
        }

        var (order, width) = (source[0], source[1]);
        for (var i = 0; i < order; i++)
        {
            if (!TryReadVarint(source, ref length, out values[i]))
            {
                return false;
            }
        }

        if (!TryReadVarint(source, ref length, out var smallest)
            || !TryUnpack(source, smallest, width, values[order..], ref length))
        {
            return false;
        }

        for (; order > 0; order--)
        {
            Integrate(values, order);
        }

        return true;
    }

    /// <summary>Takes the difference of each value to the one before it; values below the order stay.</summary>
    private static void Differentiate(Span<long> values, int order)
    {
        for (var i = values.Length - 1; i >= order; i--)
        {
            values[i] = unchecked(values[i] - values[i - 1]);
        }
    }

    private static void Integrate(Span<long> values, int order)
    {
        for (var i = order; i < values.Length; i++)
        {
            values[i] = unchecked(values[i] + values[i - 1]);
        }
    }

    private static (int Order, int Width, long Smallest, int Bits) Measure(ReadOnlySpan<long> differences, int order)
    {
        var (smallest, largest) = (long.MaxValue, long.MinValue);
        foreach (var difference in differences[order..])
        {
            smallest = Math.Min(smallest, difference);
            largest = Math.Max(largest, difference);
        }

        var width = 64 - BitOperations.LeadingZeroCount(unchecked((ulong)(largest - smallest)));
        var bits = (differences.Length - order) * width + 8 * VarintLength(smallest);
        for (var i = 0; i < order; i++)
        {
            bits += 8 * VarintLength(differences[i]);
        }

        return (order, width, smallest, bits);
    }

    /// <summary>Wide values go as two runs, low halves first, so that one step never needs more than 64 bits.</summary>
    private static void Pack(
        ReadOnlySpan<long> differences, long smallest, int width, Span<byte> target, ref int position)
    {
        PackRun(differences, smallest, 0, Math.Min(width, HalfWidth), target, ref position);
        if (width > HalfWidth)
        {
            PackRun(differences, smallest, HalfWidth, width - HalfWidth, target, ref position);
        }
    }

    private static void PackRun(
        ReadOnlySpan<long> differences, long smallest, int shift, int width, Span<byte> target, ref int position)
    {
        var mask = (1UL << width) - 1;
        var (pending, count) = (0UL, 0);
        foreach (var difference in differences)
        {
            pending |= ((unchecked((ulong)(difference - smallest)) >> shift) & mask) << count;
            count += width;
            if (count >= HalfWidth)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(target[position..], (uint)pending);
                position += sizeof(uint);
                pending >>= HalfWidth;
                count -= HalfWidth;
            }
        }

        for (; count > 0; count -= 8)
        {
            target[position++] = (byte)pending;
            pending >>= 8;
        }
    }

    private static bool TryUnpack(
        ReadOnlySpan<byte> source, long smallest, int width, Span<long> values, ref int position)
    {
        values.Fill(smallest);
        return TryUnpackRun(source, 0, Math.Min(width, HalfWidth), values, ref position)
            && (width <= HalfWidth || TryUnpackRun(source, HalfWidth, width - HalfWidth, values, ref position));
    }

    private static bool TryUnpackRun(
        ReadOnlySpan<byte> source, int shift, int width, Span<long> values, ref int position)
    {
        var length = (values.Length * width + 7) / 8;
        if (length > source.Length - position)
        {
            return false;
        }

        var run = source.Slice(position, length);
        position += length;
        var mask = (1UL << width) - 1;
        var (pending, count, next) = (0UL, 0, 0);
        foreach (ref var value in values)
        {
            if (count < width && next + sizeof(uint) <= run.Length)
            {
                pending |= (ulong)BinaryPrimitives.ReadUInt32LittleEndian(run[next..]) << count;
                next += sizeof(uint);
                count += HalfWidth;
            }

            for (; count < width; count += 8)
            {
                pending |= (ulong)run[next++] << count;
            }

            value = unchecked(value + (long)((pending & mask) << shift));
            pending >>= width;
            count -= width;
        }

        return true;
    }

    private static ulong Zigzag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static int VarintLength(long value) =>
        Math.Max(1, (64 - BitOperations.LeadingZeroCount(Zigzag(value)) + 6) / 7);

    private static void WriteVarint(Span<byte> target, ref int position, long value)
    {
        var rest = Zigzag(value);
        for (; rest >= 0x80; rest >>= 7)
        {
            target[position++] = (byte)(rest | 0x80);
        }

        target[position++] = (byte)rest;
    }

    private static bool TryReadVarint(ReadOnlySpan<byte> source, ref int position, out long value)
    {
        var bits = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (position >= source.Length)
            {
                break;
            }

            var next = source[position++];
            bits |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                value = (long)(bits >> 1) ^ -(long)(bits & 1);
                return true;
            }
        }

        value = 0;
        return false;
    }
}
