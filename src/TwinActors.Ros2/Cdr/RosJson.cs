using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Cdr;

/// <summary>Turns CDR messages of any known type into JSON trees and back; for tools and cold paths.</summary>
/// <remarks>
/// A message is an object with the ROS field names. 64-bit integers keep all digits; a float that is not finite is the
/// string <c>NaN</c>, <c>Infinity</c> or <c>-Infinity</c>; arrays of uint8, byte and char are base64 text, as rosbridge
/// has them. Time is {sec, nanosec} like any message.
/// </remarks>
public static class RosJson
{
    /// <summary>Decodes one message.</summary>
    /// <param name="schema">Its type.</param>
    /// <param name="payload">CDR with encapsulation header, either byte order. May come from anyone.</param>
    /// <param name="value">Receives the message, or null when the payload is too short or breaks a rule of CDR.</param>
    public static bool TryDecode(
        RosSchema schema, ReadOnlySpan<byte> payload, [NotNullWhen(true)] out JsonObject? value)
    {
        ArgumentNullException.ThrowIfNull(schema);
        var reader = new CdrReader(payload);
        var message = DecodeMessage(schema, ref reader);
        value = reader.IsValid ? message : null;
        return reader.IsValid;
    }

    /// <summary>Encodes one message as little-endian CDR with encapsulation header.</summary>
    /// <param name="schema">Its type.</param>
    /// <param name="value">Fields by name; a missing one is zero, empty or false.</param>
    /// <param name="payload">Receives the message, or null.</param>
    /// <param name="problem">Receives what does not fit and where, or null.</param>
    public static bool TryEncode(
        RosSchema schema,
        JsonNode? value,
        [NotNullWhen(true)] out byte[]? payload,
        [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(schema);
        payload = null;
        try
        {
            var measure = new CdrWriter([]);
            RosJsonEncoder.Message(schema, value, ref measure, "");
            var buffer = new byte[measure.Length];
            var writer = new CdrWriter(buffer);
            RosJsonEncoder.Message(schema, value, ref writer, "");
            payload = buffer;
            problem = null;
            return true;
        }
        catch (FormatException wrong)
        {
            problem = $"{schema.Name}: {wrong.Message}";
            return false;
        }
    }

    private static JsonObject DecodeMessage(RosSchema schema, ref CdrReader reader)
    {
        var message = new JsonObject();
        foreach (var field in schema.Fields)
        {
            // Stops at the first error, so that what is built never outgrows what was received.
            if (!reader.IsValid)
            {
                break;
            }

            message.Add(field.Name, field.Shape == RosShape.Single
                ? DecodeElement(field, ref reader)
                : DecodeArray(field, ref reader));
        }

        return message;
    }

    private static JsonNode? DecodeArray(RosField field, ref CdrReader reader)
    {
        var count = field.Shape == RosShape.Fixed ? field.Count : reader.ReadCount(field.MinimumElementSize);
        if (field.Shape == RosShape.Bounded && count > field.Count)
        {
            reader.Fail();
            return null;
        }

        if (field.Kind is RosKind.UInt8 or RosKind.Byte)
        {
            return JsonValue.Create(Convert.ToBase64String(reader.ReadBlock(count, 1)));
        }

        var array = new JsonArray();
        for (var i = 0; i < count && reader.IsValid; i++)
        {
            array.Add(DecodeElement(field, ref reader));
        }

        return array;
    }

    private static JsonNode? DecodeElement(RosField field, ref CdrReader reader) => field.Kind switch
    {
        RosKind.Bool => JsonValue.Create(reader.ReadBool()),
        RosKind.Byte or RosKind.UInt8 => JsonValue.Create(reader.ReadUInt8()),
        RosKind.Int8 => JsonValue.Create(reader.ReadInt8()),
        RosKind.Int16 => JsonValue.Create(reader.ReadInt16()),
        RosKind.UInt16 => JsonValue.Create(reader.ReadUInt16()),
        RosKind.Int32 => JsonValue.Create(reader.ReadInt32()),
        RosKind.UInt32 => JsonValue.Create(reader.ReadUInt32()),
        RosKind.Int64 => JsonValue.Create(reader.ReadInt64()),
        RosKind.UInt64 => JsonValue.Create(reader.ReadUInt64()),
        RosKind.Float32 => Number(reader.ReadFloat32()),
        RosKind.Float64 => Number(reader.ReadFloat64()),
        RosKind.Text => DecodeText(field, ref reader),
        RosKind.WideText => DecodeWideText(field, ref reader),
        _ => DecodeMessage(field.Message!, ref reader),
    };

    private static JsonValue Number(float value) =>
        float.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(NotFinite(value));

    private static JsonValue Number(double value) =>
        double.IsFinite(value) ? JsonValue.Create(value) : JsonValue.Create(NotFinite(value));

    private static string NotFinite(double value) => value switch
    {
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        _ => "NaN",
    };

    private static JsonValue DecodeText(RosField field, ref CdrReader reader)
    {
        var utf8 = reader.ReadText();
        if (field.TextLimit > 0 && utf8.Length > field.TextLimit)
        {
            reader.Fail();
        }

        return JsonValue.Create(Encoding.UTF8.GetString(utf8));
    }

    // A count of units without terminator, 4 bytes each, whatever the sender's own wide characters are.
    private static JsonValue DecodeWideText(RosField field, ref CdrReader reader)
    {
        var count = reader.ReadCount(sizeof(uint));
        if (field.TextLimit > 0 && count > field.TextLimit)
        {
            reader.Fail();
        }

        var text = new StringBuilder();
        for (var i = 0; i < count && reader.IsValid; i++)
        {
            var unit = reader.ReadUInt32();
            if (unit <= char.MaxValue)
            {
                text.Append((char)unit);
            }
            else if (Rune.TryCreate(unit, out var rune))
            {
                text.Append(rune);
            }
            else
            {
                reader.Fail();
            }
        }

        return JsonValue.Create(text.ToString());
    }
}
