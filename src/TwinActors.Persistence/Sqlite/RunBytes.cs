using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>
/// Places of a run as bytes: for each event the step of its sequence and of its place, as numbers of 7 bits a byte, the
/// lowest first, the top bit set in all but the last.
/// </summary>
internal static class RunBytes
{
    private const int LongestNumber = 10;

    /// <summary>The bytes of places that grow in both numbers.</summary>
    public static byte[] Encode(ReadOnlySpan<EventPlace> places)
    {
        var bytes = new byte[places.Length * 2 * LongestNumber];
        var length = 0;
        var last = default(EventPlace);
        foreach (var place in places)
        {
            Write(bytes, ref length, place.Sequence - last.Sequence);
            Write(bytes, ref length, place.Place - last.Place);
            last = place;
        }

        return bytes[..length];
    }

    /// <summary>The places of bytes that <see cref="Encode"/> made.</summary>
    /// <exception cref="JournalException">They are none.</exception>
    public static List<EventPlace> Decode(ReadOnlySpan<byte> bytes)
    {
        var places = new List<EventPlace>(bytes.Length / 2);
        var last = default(EventPlace);
        while (bytes.Length > 0)
        {
            last = new EventPlace(last.Sequence + Read(ref bytes), last.Place + Read(ref bytes));
            places.Add(last);
        }

        return places;
    }

    private static void Write(byte[] bytes, ref int length, long step)
    {
        var left = (ulong)step;
        while (left >= 0x80)
        {
            bytes[length++] = (byte)(left | 0x80);
            left >>= 7;
        }

        bytes[length++] = (byte)left;
    }

    private static long Read(ref ReadOnlySpan<byte> bytes)
    {
        var step = 0UL;
        for (var index = 0; index < Math.Min(bytes.Length, LongestNumber); index++)
        {
            step |= (ulong)(bytes[index] & 0x7F) << (7 * index);
            if (bytes[index] < 0x80)
            {
                bytes = bytes[(index + 1)..];
                return (long)step;
            }
        }

        throw new JournalException(
            JournalFault.Corrupt, "A run of the journal ends within a number. Restore a backup.");
    }
}
