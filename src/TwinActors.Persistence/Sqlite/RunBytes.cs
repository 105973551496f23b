using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>
/// Places of a run as bytes: for each event the step of its sequence and of its place, as <see cref="Varint"/>.
/// </summary>
internal static class RunBytes
{
    /// <summary>The bytes of places that grow in both numbers.</summary>
    public static byte[] Encode(ReadOnlySpan<EventPlace> places)
    {
        var bytes = new byte[places.Length * 2 * Varint.Longest];
        var length = 0;
        var last = default(EventPlace);
        foreach (var place in places)
        {
            Varint.Write(bytes, ref length, place.Sequence - last.Sequence);
            Varint.Write(bytes, ref length, place.Place - last.Place);
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
            last = new EventPlace(last.Sequence + Varint.Read(ref bytes), last.Place + Varint.Read(ref bytes));
            places.Add(last);
        }

        return places;
    }
}
