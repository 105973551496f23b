// Hot path: matched once per sample on the receive thread.
using System.Collections.Immutable;
using System.Text;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;

namespace TwinActors.Ros2.Links;

/// <summary>The joint names of one sender and where its values go in the frames of a layout.</summary>
internal sealed class JointNameTable
{
    private readonly ImmutableArray<byte[]> _names;
    private readonly byte[] _raw;

    private JointNameTable(ImmutableArray<byte[]> names, byte[] raw, int layoutId, int[] columns)
    {
        _names = names;
        _raw = raw;
        LayoutId = layoutId;
        Columns = columns;
        Count = columns.Length;
        IsInOrder = columns.AsSpan().SequenceEqual(Enumerable.Range(0, columns.Length).ToArray());
    }

    /// <summary>Layout of the frames.</summary>
    public int LayoutId { get; }

    /// <summary>Frame column of each value of the message.</summary>
    public int[] Columns { get; }

    /// <summary>Number of joints.</summary>
    public int Count { get; }

    /// <summary>Whether the values of the message stand in the order of the columns.</summary>
    public bool IsInOrder { get; }

    /// <summary>Makes the table of names that were not seen before.</summary>
    /// <param name="names">Names in message order.</param>
    /// <param name="raw">The same names as they stand in the message, count included; kept.</param>
    /// <param name="ring">Its layouts are searched for one with the same joints in any order; else one is
    /// added.</param>
    /// <param name="layoutLimit">Most layouts that the ring may have.</param>
    /// <returns>The table, or null when the ring has as many layouts as <paramref name="layoutLimit"/>.</returns>
    public static JointNameTable? Create(
        ImmutableArray<byte[]> names, byte[] raw, SampleRing<JointLayout> ring, int layoutLimit)
    {
        var texts = names.Select(Encoding.UTF8.GetString).ToImmutableArray();
        var layouts = ring.Layouts;
        var id = 0;
        while (id < layouts.Length && !IsSameSet(layouts[id].Names, texts))
        {
            id++;
        }

        if (id == layouts.Length && id >= layoutLimit)
        {
            return null;
        }

        id = id < layouts.Length ? id : ring.AddLayout(new JointLayout(texts));
        var order = ring.Layouts[id].Names;
        return new JointNameTable(names, raw, id, [.. texts.Select(name => order.IndexOf(name))]);
    }

    /// <summary>Whether these names stand next in a message; the reader moves behind them if so.</summary>
    public bool Matches(ref CdrReader reader) => reader.TrySkip(_raw);

    /// <summary>Whether these names stand next, with padding bytes of any content.</summary>
    /// <param name="reader">A copy of the reader: it is left anywhere when they do not.</param>
    public bool MatchesWithoutPadding(ref CdrReader reader)
    {
        if (reader.ReadCount(4) != _names.Length)
        {
            return false;
        }

        foreach (var name in _names)
        {
            if (!reader.ReadText().SequenceEqual(name))
            {
                return false;
            }
        }

        return reader.IsValid;
    }

    private static bool IsSameSet(ImmutableArray<string> one, ImmutableArray<string> other) =>
        one.Length == other.Length && other.All(name => one.Contains(name));
}
