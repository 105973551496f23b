using System.Collections.Immutable;
using System.Globalization;

namespace TwinActors.Ros2.Schemas;

/// <summary>Something wrong in a message definition.</summary>
/// <param name="Line">Line in the text, counted from 1; 0 when it concerns the whole.</param>
/// <param name="Message">What is wrong and what is expected.</param>
/// <param name="Column">Character in the line, counted from 1; 0 when it concerns the whole line.</param>
/// <param name="File">File of the text; null when the text comes from no file.</param>
public sealed record RosTextProblem(int Line, string Message, int Column = 0, string? File = null)
{
    /// <inheritdoc/>
    public override string ToString() => (File, Line, Column) switch
    {
        (null, 0, _) => Message,
        (null, _, _) => $"line {Line}: {Message}",
        (_, 0, _) => $"{File}: {Message}",
        (_, _, 0) => $"{File}:{Line}: {Message}",
        _ => $"{File}:{Line}:{Column}: {Message}",
    };
}

/// <summary>Reads message definitions: <c>.msg</c> text, or several joined the way recordings store them.</summary>
/// <remarks>
/// Joined text starts with the root type; every further type follows a line of at least 8 '=' and a line
/// <c>MSG: pkg/Type</c>. Only syntax is read here, names are resolved by <see cref="RosSchemaSet"/>.
/// </remarks>
internal static class RosMessageText
{
    /// <summary>Longest definition text taken, in characters: the largest of ROS's own are near 100,000.</summary>
    public const int LengthLimit = 4 * 1024 * 1024;

    private const string SectionMark = "MSG:";

    private static readonly Dictionary<string, RosKind> Primitives = new(StringComparer.Ordinal)
    {
        ["bool"] = RosKind.Bool,
        ["byte"] = RosKind.Byte,
        ["char"] = RosKind.UInt8,
        ["int8"] = RosKind.Int8,
        ["uint8"] = RosKind.UInt8,
        ["int16"] = RosKind.Int16,
        ["uint16"] = RosKind.UInt16,
        ["int32"] = RosKind.Int32,
        ["uint32"] = RosKind.UInt32,
        ["int64"] = RosKind.Int64,
        ["uint64"] = RosKind.UInt64,
        ["float32"] = RosKind.Float32,
        ["float64"] = RosKind.Float64,
        ["string"] = RosKind.Text,
        ["wstring"] = RosKind.WideText,
    };

    /// <summary>A definition before its nested types are known.</summary>
    internal sealed record Definition(string Name, Place Place, List<Field> Fields, List<RosConstant> Constants);

    /// <summary>Where something stands.</summary>
    internal readonly record struct Place(int Line, int Column, string? File)
    {
        public RosTextProblem Problem(string message) => new(Line, message, Column, File);
    }

    /// <summary>A field whose type may be the name of another definition.</summary>
    internal sealed record Field(
        Place Place, string Name, RosKind Kind, RosShape Shape, int Count, int TextLimit, string? MessageType);

    /// <summary>Splits a text into definitions.</summary>
    /// <param name="root">Type of what stands before the first section mark; null when every type has its mark.</param>
    /// <param name="text">Definition text, lines ended by LF or CR LF.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="file">File of the text, for problems; null when it comes from none.</param>
    /// <param name="linesBefore">Lines of the file that stand before the text.</param>
    public static List<Definition> Read(
        string? root, string text, List<RosTextProblem> problems, string? file = null, int linesBefore = 0)
    {
        var definitions = new List<Definition>();
        if (text.Length > LengthLimit)
        {
            problems.Add(new(0, $"the text has {text.Length} characters; at most {LengthLimit} are read", 0, file));
            return definitions;
        }

        var current = Open(definitions, root, new Place(0, 0, file), problems);
        var number = linesBefore;
        foreach (var raw in text.AsSpan().EnumerateLines())
        {
            number++;
            var line = raw.Trim();
            if (line.IsEmpty || line[0] == '#' || line.StartsWith("========"))
            {
                continue;
            }

            var place = new Place(number, raw.IndexOf(line, StringComparison.Ordinal) + 1, file);
            if (line.StartsWith(SectionMark))
            {
                current = Open(definitions, line[SectionMark.Length..].Trim().ToString(), place, problems);
            }
            else if (current is null)
            {
                problems.Add(place.Problem($"a field stands before the first \"{SectionMark} pkg/Type\" line"));
                return definitions;
            }
            else
            {
                ReadLine(current, line, place, problems);
            }
        }

        return definitions;
    }

    private static Definition? Open(
        List<Definition> definitions, string? name, Place place, List<RosTextProblem> problems)
    {
        if (name is null)
        {
            return null;
        }

        if (!RosNames.TryFullType(name, out var full))
        {
            problems.Add(place.Problem($"\"{name}\" is not a type name like sensor_msgs/msg/JointState"));
            return null;
        }

        var definition = new Definition(full, place, [], []);
        definitions.Add(definition);
        return definition;
    }

    // "type name", "type name default" or "type NAME=value"; '=' right after the name makes the constant.
    private static void ReadLine(
        Definition definition, ReadOnlySpan<char> line, Place place, List<RosTextProblem> problems)
    {
        var typeEnd = line.IndexOfAny(' ', '\t');
        var rest = typeEnd < 0 ? default : line[typeEnd..].TrimStart();
        var nameEnd = 0;
        while (nameEnd < rest.Length && (char.IsAsciiLetterOrDigit(rest[nameEnd]) || rest[nameEnd] == '_'))
        {
            nameEnd++;
        }

        var name = rest[..nameEnd];
        if (!RosNames.IsIdentifier(name))
        {
            problems.Add(place.Problem($"\"{line}\" is not a field; expected a type and a name"));
            return;
        }

        if (!TryType(line[..typeEnd], out var field, out var expected))
        {
            problems.Add(place.Problem($"\"{line[..typeEnd]}\" is not a type; {expected}"));
            return;
        }

        var after = rest[nameEnd..].TrimStart();
        if (!after.IsEmpty && after[0] == '=' && field.Kind != RosKind.Message && field.Shape == RosShape.Single)
        {
            definition.Constants.Add(new(name.ToString(), field.Kind, ConstantValue(after[1..].Trim(), field.Kind)));
            return;
        }

        field = field with { Place = place, Name = name.ToString() };
        if (definition.Fields.Exists(other => other.Name == field.Name))
        {
            var second = place with { Column = place.Column + (line.Length - rest.Length) };
            problems.Add(second.Problem($"{definition.Name} has two fields named \"{name}\""));
            return;
        }

        definition.Fields.Add(field);
    }

    private static string ConstantValue(ReadOnlySpan<char> text, RosKind kind)
    {
        if (kind is not (RosKind.Text or RosKind.WideText))
        {
            var comment = text.IndexOf('#');
            return (comment < 0 ? text : text[..comment]).Trim().ToString();
        }

        var isQuoted = text.Length > 1 && text[0] is '"' or '\'' && text[^1] == text[0];
        return (isQuoted ? text[1..^1] : text).ToString();
    }

    // T, T[], T[N], T[<=N]; a string may have its own bound: string<=5[<=3].
    private static bool TryType(ReadOnlySpan<char> text, out Field field, out string expected)
    {
        field = new Field(default, "", RosKind.Message, RosShape.Single, 0, 0, null);
        expected = "array sizes are [], [N] or [<=N] with N from 1";
        var bracket = text.IndexOf('[');
        if (bracket >= 0)
        {
            if (text[^1] != ']' || !TryArray(text[(bracket + 1)..^1], ref field))
            {
                return false;
            }

            text = text[..bracket];
        }

        expected = "text limits are string<=N with N from 1";
        var limit = text.IndexOf("<=");
        if (limit >= 0)
        {
            if (!TryCount(text[(limit + 2)..], out var textLimit))
            {
                return false;
            }

            field = field with { TextLimit = textLimit };
            text = text[..limit];
        }

        var name = text.ToString();
        if (Primitives.TryGetValue(name, out var kind))
        {
            field = field with { Kind = kind };
            return limit < 0 || kind is RosKind.Text or RosKind.WideText;
        }

        field = field with { MessageType = name };
        expected = "a message type is T, pkg/T or pkg/msg/T";
        return limit < 0 && (RosNames.IsIdentifier(text) || RosNames.TryFullType(name, out _));
    }

    private static bool TryArray(ReadOnlySpan<char> size, ref Field field)
    {
        if (size.IsEmpty)
        {
            field = field with { Shape = RosShape.Unbounded };
            return true;
        }

        var isBound = size.StartsWith("<=");
        if (!TryCount(isBound ? size[2..] : size, out var count))
        {
            return false;
        }

        field = field with { Shape = isBound ? RosShape.Bounded : RosShape.Fixed, Count = count };
        return true;
    }

    private static bool TryCount(ReadOnlySpan<char> text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count) && count > 0;
}
