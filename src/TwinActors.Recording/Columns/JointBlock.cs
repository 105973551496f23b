using System.Buffers.Binary;

namespace TwinActors.Recording.Columns;

/// <summary>Reads blocks of columns that <see cref="JointBlockEncoder"/> wrote; reused from block to block.</summary>
public sealed class JointBlock
{
    private readonly int _columns;
    private readonly double[] _values;
    private readonly long[] _stamps = new long[JointBlockEncoder.RowLimit];
    private readonly long[] _received = new long[JointBlockEncoder.RowLimit];

    /// <param name="columns">Values of one row, 1 to 65,535.</param>
    public JointBlock(int columns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, ushort.MaxValue);
        _columns = columns;
        _values = new double[columns * JointBlockEncoder.RowLimit];
    }

    /// <summary>Rows of the block that was read last.</summary>
    public int Rows { get; private set; }

    /// <summary>When each row was measured [ns since 1970, robot's clock]; shape (rows).</summary>
    public ReadOnlySpan<long> StampsNs => _stamps.AsSpan(0, Rows);

    /// <summary>When each row was received [ns since 1970, recorder's clock]; shape (rows).</summary>
    public ReadOnlySpan<long> ReceivedNs => _received.AsSpan(0, Rows);

    /// <summary>One column; shape (rows).</summary>
    public ReadOnlySpan<double> Column(int column) =>
        _values.AsSpan(column * JointBlockEncoder.RowLimit, JointBlockEncoder.RowLimit)[..Rows];

    /// <summary>Copies one row.</summary>
    /// <param name="row">Its number, from 0.</param>
    /// <param name="values">Receives one value per column; shape (columns).</param>
    public void CopyRow(int row, Span<double> values)
    {
        for (var column = 0; column < _columns; column++)
        {
            values[column] = Column(column)[row];
        }
    }

    /// <summary>Reads a block.</summary>
    /// <param name="block">Its bytes; may come from anyone.</param>
    /// <returns>Whether it is a whole block with as many columns as expected; else <see cref="Rows"/> is 0.</returns>
    public bool TryRead(ReadOnlySpan<byte> block)
    {
        Rows = 0;
        if (block.Length < JointBlockEncoder.HeadLength || block[0] != JointBlockEncoder.Version
            || block[1] is 0 or > JointBlockEncoder.RowLimit
            || BinaryPrimitives.ReadUInt16LittleEndian(block[2..]) != _columns)
        {
            return false;
        }

        var rows = block[1];
        var rest = block[JointBlockEncoder.HeadLength..];
        if (!TryReadTimes(ref rest, rows))
        {
            return false;
        }

        for (var column = 0; column < _columns; column++)
        {
            var values = _values.AsSpan(column * JointBlockEncoder.RowLimit, rows);
            if (!ColumnCodec.TryRead(rest, values, out var length))
            {
                return false;
            }

            rest = rest[length..];
        }

        Rows = rest.IsEmpty ? rows : 0;
        return rest.IsEmpty;
    }

    private bool TryReadTimes(ref ReadOnlySpan<byte> rest, int rows)
    {
        var stamps = _stamps.AsSpan(0, rows);
        var received = _received.AsSpan(0, rows);
        if (!PackedIntegers.TryRead(rest, stamps, out var length))
        {
            return false;
        }

        rest = rest[length..];
        if (rest is not [0 or 1, ..] || !PackedIntegers.TryRead(rest[1..], received, out length))
        {
            return false;
        }

        for (var row = 0; row < rows && rest[0] == 1; row++)
        {
            received[row] = unchecked(received[row] + stamps[row]);
        }

        rest = rest[(1 + length)..];
        return true;
    }
}
