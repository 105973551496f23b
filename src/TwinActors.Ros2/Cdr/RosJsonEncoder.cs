using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Cdr;

/// <summary>Writes a JSON tree as CDR; every refusal is a <see cref="FormatException"/> that names the field.</summary>
internal static class RosJsonEncoder
{
    public static void Message(RosSchema schema, JsonNode? value, ref CdrWriter writer, string path)
    {
        if (value is not (null or JsonObject))
        {
            throw new FormatException($"{Name(path)} must be an object with the fields of {schema.Name}");
        }

        var given = value as JsonObject;
        foreach (var (name, _) in given ?? [])
        {
            if (schema.Find(name) is null)
            {
                throw new FormatException($"{Name(path)} has no field \"{name}\"");
            }
        }

        foreach (var field in schema.Fields)
        {
            var part = given?[field.Name];
            var place = path.Length == 0 ? field.Name : $"{path}.{field.Name}";
            if (field.Shape == RosShape.Single)
            {
                Element(field, part, ref writer, place);
            }
            else
            {
                Array(field, part, ref writer, place);
            }
        }
    }

    private static string Name(string path) => path.Length == 0 ? "the message" : path;

    private static void Array(RosField field, JsonNode? value, ref CdrWriter writer, string path)
    {
        if (field.Kind is RosKind.UInt8 or RosKind.Byte && value is JsonValue)
        {
            var bytes = Bytes(value, path);
            CheckCount(field, bytes.Length, ref writer, path);
            writer.WriteBlock(bytes, 1);
            return;
        }

        if (value is not (null or JsonArray))
        {
            throw new FormatException($"{path} must be an array");
        }

        var array = value as JsonArray;
        var count = array?.Count ?? (field.Shape == RosShape.Fixed ? field.Count : 0);
        CheckCount(field, count, ref writer, path);
        for (var i = 0; i < count; i++)
        {
            Element(field, array?[i], ref writer, $"{path}[{i}]");
        }
    }

    private static byte[] Bytes(JsonNode value, string path)
    {
        try
        {
            return Convert.FromBase64String(value.ToString());
        }
        catch (FormatException)
        {
            throw new FormatException($"{path} must be base64 text or an array of numbers");
        }
    }

    private static void CheckCount(RosField field, int count, ref CdrWriter writer, string path)
    {
        if (field.Shape == RosShape.Fixed)
        {
            if (count != field.Count)
            {
                throw new FormatException($"{path} must have {field.Count} elements, not {count}");
            }

            return;
        }

        if (field.Shape == RosShape.Bounded && count > field.Count)
        {
            throw new FormatException($"{path} may have at most {field.Count} elements, not {count}");
        }

        writer.WriteCount(count);
    }

    private static void Element(RosField field, JsonNode? value, ref CdrWriter writer, string path)
    {
        switch (field.Kind)
        {
            case RosKind.Bool:
                writer.WriteBool(Bool(value, path));
                break;
            case RosKind.Byte or RosKind.UInt8:
                writer.WriteUInt8(Integer<byte>(value, path));
                break;
            case RosKind.Int8:
                writer.WriteInt8(Integer<sbyte>(value, path));
                break;
            case RosKind.Int16:
                writer.WriteInt16(Integer<short>(value, path));
                break;
            case RosKind.UInt16:
                writer.WriteUInt16(Integer<ushort>(value, path));
                break;
            case RosKind.Int32:
                writer.WriteInt32(Integer<int>(value, path));
                break;
            case RosKind.UInt32:
                writer.WriteUInt32(Integer<uint>(value, path));
                break;
            case RosKind.Int64:
                writer.WriteInt64(Integer<long>(value, path));
                break;
            case RosKind.UInt64:
                writer.WriteUInt64(Integer<ulong>(value, path));
                break;
            case RosKind.Float32:
                writer.WriteFloat32(Float<float>(value, path));
                break;
            case RosKind.Float64:
                writer.WriteFloat64(Float<double>(value, path));
                break;
            case RosKind.Text:
                writer.WriteText(Text(field, value, path));
                break;
            case RosKind.WideText:
                WideText(field, value, ref writer, path);
                break;
            default:
                Message(field.Message!, value, ref writer, path);
                break;
        }
    }

    private static bool Bool(JsonNode? value, string path) => value?.GetValueKind() switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw new FormatException($"{path} must be true or false"),
    };

    private static T Integer<T>(JsonNode? value, string path)
        where T : INumber<T>, IMinMaxValue<T>
    {
        if (value is null)
        {
            return T.Zero;
        }

        return value is JsonValue && T.TryParse(
            value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{path} must be a whole number from {T.MinValue} to {T.MaxValue}");
    }

    private static T Float<T>(JsonNode? value, string path)
        where T : IFloatingPointIeee754<T>
    {
        if (value is null)
        {
            return T.Zero;
        }

        if (value is not JsonValue || !T.TryParse(
            value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            throw new FormatException($"{path} must be a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
        }

        // .NET's NaN has its sign bit set; C++ peers send the positive one, and equal bytes are easier to compare.
        return T.IsNaN(number) ? -T.NaN : number;
    }

    private static string Text(RosField field, JsonNode? value, string path)
    {
        if (value is null)
        {
            return "";
        }

        if (value.GetValueKind() != JsonValueKind.String)
        {
            throw new FormatException($"{path} must be text");
        }

        var text = value.ToString();
        var length = field.Kind == RosKind.Text ? Encoding.UTF8.GetByteCount(text) : text.Length;
        return field.TextLimit == 0 || length <= field.TextLimit
            ? text
            : throw new FormatException($"{path} has length {length}; at most {field.TextLimit} is allowed");
    }

    private static void WideText(RosField field, JsonNode? value, ref CdrWriter writer, string path)
    {
        var text = Text(field, value, path);
        writer.WriteCount(text.Length);
        foreach (var unit in text)
        {
            writer.WriteUInt32(unit);
        }
    }
}
