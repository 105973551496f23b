// Hot path: every joint value of every robot goes through it. It allocates nothing; JointBlockTests hold it.
using System.Buffers.Binary;

namespace TwinActors.Recording.Columns;

/// <summary>Writes one column of up to 128 doubles so that every bit comes back.</summary>
/// <remarks>
/// <para>
/// Sensors are quantised: a column of whole multiples of a known step is stored as these integers, about a byte each. A
/// few values that are none (a NaN, a negative zero) are stored beside it as they are. Else a column of widened singles
/// is stored as their bits, and any other as the bits of the doubles, in an order that keeps neighbours close.
/// </para>
/// <para>
/// Layout: one byte of form; for <see cref="Form.Same"/> the eight bytes of the value; for
/// <see cref="Form.Multiples"/> the number of the quantum, the number of odd values, their rows and bits; then the
/// integers, except for <see cref="Form.Same"/>.
/// </para>
/// </remarks>
internal static class ColumnCodec
{
    /// <summary>Most bytes that a column takes.</summary>
    public const int LengthLimit = 3 + OddLimit * (1 + sizeof(long)) + PackedIntegers.LengthLimit;

    // More than these cost more than the next form: nine bytes each.
    private const int OddLimit = 8;

    private enum Form : byte
    {
        Same = 0,
        Doubles = 1,
        Singles = 2,
        Multiples = 3,
    }

    /// <summary>Writes a column.</summary>
    /// <param name="values">1 to 128 values.</param>
    /// <param name="hint">Quantum to try first; receives the one that was used.</param>
    /// <param name="target">Receives at most <see cref="LengthLimit"/> bytes.</param>
    /// <returns>How many bytes were written.</returns>
    public static int Write(ReadOnlySpan<double> values, ref byte hint, Span<byte> target)
    {
        if (IsSame(values))
        {
            target[0] = (byte)Form.Same;
            BinaryPrimitives.WriteDoubleLittleEndian(target[1..], values[0]);
            return 1 + sizeof(double);
        }

        Span<long> integers = stackalloc long[PackedIntegers.CountLimit];
        integers = integers[..values.Length];
        Span<byte> odd = stackalloc byte[OddLimit];
        var oddCount = FindQuantum(values, integers, odd, ref hint);
        if (oddCount <= OddLimit)
        {
            return WriteMultiples(values, integers, odd[..oddCount], hint, target);
        }

        target[0] = (byte)(TryNarrow(values, integers) ? Form.Singles : Form.Doubles);
        if (target[0] == (byte)Form.Doubles)
        {
            for (var i = 0; i < values.Length; i++)
            {
                integers[i] = Ordered(BitConverter.DoubleToInt64Bits(values[i]));
            }
        }

        return 1 + PackedIntegers.Write(integers, target[1..]);
    }

    /// <summary>Reads a column.</summary>
    /// <param name="source">Bytes that begin with a column; may come from anyone.</param>
    /// <param name="values">Receives as many values as were written.</param>
    /// <param name="length">Receives the column's length [byte].</param>
    /// <returns>Whether the bytes are a column.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, Span<double> values, out int length)
    {
        length = 1;
        if (source.IsEmpty)
        {
            return false;
        }

        Span<long> integers = stackalloc long[PackedIntegers.CountLimit];
        integers = integers[..values.Length];
        switch ((Form)source[0])
        {
            case Form.Same when source.Length > sizeof(double):
                values.Fill(BinaryPrimitives.ReadDoubleLittleEndian(source[1..]));
                length += sizeof(double);
                return true;
            case Form.Multiples:
                return TryReadMultiples(source, integers, values, out length);
            case Form.Singles when PackedIntegers.TryRead(source[1..], integers, out var packed):
                length += packed;
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BitConverter.Int32BitsToSingle(Ordered((int)integers[i]));
                }

                return true;
            case Form.Doubles when PackedIntegers.TryRead(source[1..], integers, out var packed):
                length += packed;
                for (var i = 0; i < values.Length; i++)
                {
                    values[i] = BitConverter.Int64BitsToDouble(Ordered(integers[i]));
                }

                return true;
            default:
                return false;
        }
    }

    private static bool IsSame(ReadOnlySpan<double> values)
    {
        var first = BitConverter.DoubleToInt64Bits(values[0]);
        foreach (var value in values)
        {
            if (BitConverter.DoubleToInt64Bits(value) != first)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Finds the quantum with the fewest odd values; the first one of equals, which is the coarsest.</summary>
    /// <returns>Number of odd values; above <see cref="OddLimit"/> when there is no such quantum.</returns>
    private static int FindQuantum(
        ReadOnlySpan<double> values, Span<long> integers, Span<byte> odd, ref byte hint)
    {
        var limit = Math.Min(OddLimit, values.Length / 8);
        var fewest = Count(values, Quantum.All[hint], limit, integers, odd);
        if (fewest == 0)
        {
            return 0;
        }

        var best = hint;
        for (var next = 0; next < Quantum.All.Length && fewest > 0; next++)
        {
            var found = Count(values, Quantum.All[next], Math.Min(limit, fewest - 1), integers, odd);
            if (found < fewest)
            {
                (fewest, best) = (found, (byte)next);
            }
        }

        if (fewest > limit)
        {
            return OddLimit + 1;
        }

        hint = best;
        return Count(values, Quantum.All[best], limit, integers, odd);
    }

    /// <summary>Counts a column in a quantum; gives up above a limit.</summary>
    private static int Count(
        ReadOnlySpan<double> values, Quantum quantum, int limit, Span<long> integers, Span<byte> odd)
    {
        var (count, last) = (0, 0L);
        for (var i = 0; i < values.Length; i++)
        {
            if (quantum.TryCount(values[i], out integers[i]))
            {
                last = integers[i];
                continue;
            }

            if (count == limit)
            {
                return limit + 1;
            }

            // Its place is filled with its neighbour, which costs the fewest bits.
            integers[i] = last;
            odd[count++] = (byte)i;
        }

        return count;
    }

    private static int WriteMultiples(
        ReadOnlySpan<double> values,
        ReadOnlySpan<long> integers,
        ReadOnlySpan<byte> odd,
        byte quantum,
        Span<byte> target)
    {
        target[0] = (byte)Form.Multiples;
        target[1] = quantum;
        target[2] = (byte)odd.Length;
        var position = 3;
        foreach (var row in odd)
        {
            target[position] = row;
            BinaryPrimitives.WriteDoubleLittleEndian(target[(position + 1)..], values[row]);
            position += 1 + sizeof(double);
        }

        return position + PackedIntegers.Write(integers, target[position..]);
    }

    private static bool TryReadMultiples(
        ReadOnlySpan<byte> source, Span<long> integers, Span<double> values, out int length)
    {
        length = 3;
        if (source.Length < length || source[1] >= Quantum.All.Length)
        {
            return false;
        }

        var oddLength = source[2] * (1 + sizeof(double));
        if (source.Length < length + oddLength
            || !PackedIntegers.TryRead(source[(length + oddLength)..], integers, out var packed))
        {
            return false;
        }

        var quantum = Quantum.All[source[1]];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = quantum.Value(integers[i]);
        }

        for (; oddLength > 0; oddLength -= 1 + sizeof(double), length += 1 + sizeof(double))
        {
            if (source[length] >= values.Length)
            {
                return false;
            }

            values[source[length]] = BinaryPrimitives.ReadDoubleLittleEndian(source[(length + 1)..]);
        }

        length += packed;
        return true;
    }

    private static bool TryNarrow(ReadOnlySpan<double> values, Span<long> integers)
    {
        for (var i = 0; i < values.Length; i++)
        {
            var narrow = (float)values[i];
            if (BitConverter.DoubleToInt64Bits(narrow) != BitConverter.DoubleToInt64Bits(values[i]))
            {
                return false;
            }

            integers[i] = Ordered(BitConverter.SingleToInt32Bits(narrow));
        }

        return true;
    }

    /// <summary>Turns the bits of floating-point numbers into integers in the same order; its own inverse.</summary>
    private static long Ordered(long bits) => bits ^ ((bits >> 63) & long.MaxValue);

    private static int Ordered(int bits) => bits ^ ((bits >> 31) & int.MaxValue);
}
