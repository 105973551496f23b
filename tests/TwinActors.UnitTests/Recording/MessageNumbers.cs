using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;

namespace TwinActors.UnitTests.Recording;

/// <summary>Tallies every number of messages outside their headers, as the reference data does.</summary>
internal sealed class MessageNumbers
{
    public double Sum { get; private set; }

    public long Finite { get; private set; }

    public long NaN { get; private set; }

    public long Infinite { get; private set; }

    /// <summary>Adds the numbers of a message; false when it does not decode.</summary>
    public bool Add(RosSchema schema, ReadOnlySpan<byte> payload)
    {
        var reader = new CdrReader(payload);
        Add(schema, isCounted: true, ref reader);
        return reader.IsValid;
    }

    private void Add(RosSchema schema, bool isCounted, ref CdrReader reader)
    {
        foreach (var field in schema.Fields)
        {
            var count = field.Shape switch
            {
                RosShape.Single => 1,
                RosShape.Fixed => field.Count,
                _ => reader.ReadCount(Math.Max(1, field.ElementSize)),
            };
            for (var i = 0; i < count && reader.IsValid; i++)
            {
                Add(field, isCounted && field.Name != "header", ref reader);
            }
        }
    }

    private void Add(RosField field, bool isCounted, ref CdrReader reader)
    {
        switch (field.Kind)
        {
            case RosKind.Message:
                Add(field.Message!, isCounted, ref reader);
                return;
            case RosKind.Text:
                reader.ReadText();
                return;
            case RosKind.Bool:
                reader.ReadBool();
                return;
            default:
                var number = Number(field.Kind, ref reader);
                if (isCounted)
                {
                    Count(number);
                }

                return;
        }
    }

    private static double Number(RosKind kind, ref CdrReader reader) => kind switch
    {
        RosKind.Byte or RosKind.UInt8 => reader.ReadUInt8(),
        RosKind.Int8 => reader.ReadInt8(),
        RosKind.Int16 => reader.ReadInt16(),
        RosKind.UInt16 => reader.ReadUInt16(),
        RosKind.Int32 => reader.ReadInt32(),
        RosKind.UInt32 => reader.ReadUInt32(),
        RosKind.Int64 => reader.ReadInt64(),
        RosKind.UInt64 => reader.ReadUInt64(),
        RosKind.Float32 => reader.ReadFloat32(),
        RosKind.Float64 => reader.ReadFloat64(),
        _ => throw new NotSupportedException($"No number is of kind {kind}."),
    };

    private void Count(double number)
    {
        if (double.IsFinite(number))
        {
            Finite++;
            Sum += number;
        }
        else if (double.IsNaN(number))
        {
            NaN++;
        }
        else
        {
            Infinite++;
        }
    }
}
