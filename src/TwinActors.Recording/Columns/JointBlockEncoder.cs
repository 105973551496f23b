// Hot path: it takes every joint state of every robot. Add and Close allocate nothing; JointBlockTests hold it.
using System.Buffers.Binary;

namespace TwinActors.Recording.Columns;

/// <summary>Gathers joint states of one robot and writes them as one block of columns.</summary>
/// <remarks>
/// Layout of a block: one byte of version (1), one byte of rows, u16 columns; the column of stamps and that of receive
/// times as <see cref="PackedIntegers"/>, the latter relative to the former when that is shorter; then each column of
/// values as <see cref="ColumnCodec"/> writes it. One thread at a time.
/// </remarks>
public sealed class JointBlockEncoder
{
    /// <summary>Most rows of a block: 1.28 s at 100 Hz.</summary>
    public const int RowLimit = PackedIntegers.CountLimit;

    /// <summary>Longest span of a block, from the first receive time to the last: what a crash may lose.</summary>
    public static readonly TimeSpan SpanLimit = TimeSpan.FromSeconds(2);

    internal const byte Version = 1;
    internal const int HeadLength = 1 + 1 + sizeof(ushort);

    private readonly int _columns;
    private readonly double[] _values;
    private readonly byte[] _hints;
    private readonly byte[] _block;
    private readonly long[] _stamps = new long[RowLimit];
    private readonly long[] _received = new long[RowLimit];

    /// <param name="columns">Values of one row, 1 to 65,535.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of columns is outside its range.</exception>
    public JointBlockEncoder(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, ushort.MaxValue);
        _columns = columns;
        _values = new double[columns * RowLimit];
        _hints = new byte[columns];
        _block = new byte[HeadLength + 2 * (1 + PackedIntegers.LengthLimit) + columns * ColumnCodec.LengthLimit];
    }

    /// <summary>Rows gathered so far.</summary>
    public int Rows { get; private set; }

    /// <summary>Receive time of the first row [ns since 1970]; only when there is one.</summary>
    public long FirstReceivedNs => _received[0];

    /// <summary>Receive time of the last row [ns since 1970]; only when there is one.</summary>
    public long LastReceivedNs => _received[Rows - 1];

    /// <summary>Whether a row still belongs to this block; otherwise close it first.</summary>
    /// <param name="receivedNs">The row's receive time [ns since 1970].</param>
    public bool HasRoomFor(long receivedNs) =>
        Rows == 0 || (Rows < RowLimit && receivedNs >= LastReceivedNs
            && receivedNs - FirstReceivedNs <= SpanLimit.Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>Adds a row.</summary>
    /// <param name="stampNs">When it was measured [ns since 1970, robot's clock].</param>
    /// <param name="receivedNs">When it was received [ns since 1970, recorder's clock].</param>
    /// <param name="values">One value per column, any bits; shape (columns).</param>
    /// <exception cref="ArgumentException">Another number of values.</exception>
    /// <exception cref="InvalidOperationException">The block has no room.</exception>
    public void Add(long stampNs, long receivedNs, ReadOnlySpan<double> values)
    {
        if (values.Length != _columns)
        {
            throw new ArgumentException($"{values.Length} values for {_columns} columns.", nameof(values));
        }

        if (!HasRoomFor(receivedNs))
        {
            throw new InvalidOperationException(
                $"The block has {Rows} of {RowLimit} rows and spans {SpanLimit} at most; close it first.");
        }

        _stamps[Rows] = stampNs;
        _received[Rows] = receivedNs;
        for (var column = 0; column < values.Length; column++)
        {
            _values[column * RowLimit + Rows] = values[column];
        }

        Rows++;
    }

    /// <summary>Writes the rows gathered so far as a block, and begins the next one.</summary>
    /// <returns>The block, valid until the next call; empty without rows.</returns>
    public ReadOnlySpan<byte> Close()
    {
        if (Rows == 0)
        {
            return default;
        }

        _block[0] = Version;
        _block[1] = (byte)Rows;
        BinaryPrimitives.WriteUInt16LittleEndian(_block.AsSpan(2), (ushort)_columns);
        var position = HeadLength;
        position += PackedIntegers.Write(_stamps.AsSpan(0, Rows), _block.AsSpan(position));
        position += WriteReceived(_block.AsSpan(position));
        for (var column = 0; column < _columns; column++)
        {
            position += ColumnCodec.Write(
                _values.AsSpan(column * RowLimit, Rows), ref _hints[column], _block.AsSpan(position));
        }

        Rows = 0;
        return _block.AsSpan(0, position);
    }

    /// <summary>Writes receive times, as they are (0) or as the delay since the stamp (1).</summary>
    private int WriteReceived(Span<byte> target)
    {
        Span<long> delays = stackalloc long[RowLimit];
        for (var row = 0; row < Rows; row++)
        {
            delays[row] = unchecked(_received[row] - _stamps[row]);
        }

        target[0] = 0;
        var plain = PackedIntegers.Write(_received.AsSpan(0, Rows), target[1..]);
        Span<byte> other = stackalloc byte[PackedIntegers.LengthLimit];
        var delay = PackedIntegers.Write(delays[..Rows], other);
        if (delay >= plain)
        {
            return 1 + plain;
        }

        target[0] = 1;
        other[..delay].CopyTo(target[1..]);
        return 1 + delay;
    }
}
