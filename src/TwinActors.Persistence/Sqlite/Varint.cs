using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>Numbers of 7 bits a byte, the lowest first, the top bit set in all bytes but the last.</summary>
internal static class Varint
{
    /// <summary>Most bytes of a number.</summary>
    public const int Longest = 10;

    /// <summary>Writes a number and moves the length behind it.</summary>
    public static void Write(Span<byte> bytes, ref int length, long number)
    {
        var left = (ulong)number;
        while (left >= 0x80)
        {
            bytes[length++] = (byte)(left | 0x80);
            left >>= 7;
        }

        bytes[length++] = (byte)left;
    }

    /// <summary>Reads a number and moves the bytes behind it.</summary>
    /// <exception cref="JournalException">The bytes end within the number.</exception>
    public static long Read(ref ReadOnlySpan<byte> bytes)
    {
        var number = 0UL;
        for (var index = 0; index < Math.Min(bytes.Length, Longest); index++)
        {
            number |= (ulong)(bytes[index] & 0x7F) << (7 * index);
            if (bytes[index] < 0x80)
            {
                bytes = bytes[(index + 1)..];
                return (long)number;
            }
        }

        throw new JournalException(
            JournalFault.Corrupt, "A row of the journal ends within a number. Stop the node and restore a backup.");
    }
}
