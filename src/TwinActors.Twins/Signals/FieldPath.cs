using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TwinActors.Robotics.Rings;

namespace TwinActors.Twins.Signals;

/// <summary>A value that a field path has found.</summary>
/// <param name="Key">What stood for the <c>*</c> of the path; <see langword="null"/> when it has none.</param>
/// <param name="Value">The value, in the unit of the message; <see langword="null"/> when it is absent or no
/// number.</param>
public readonly record struct FoundValue(string? Key, double? Value);

/// <summary>Where a number stands in a message: field names, with array elements by number or by a key.</summary>
/// <remarks>
/// <para><c>temperature</c>, <c>wrench.force.z</c>; <c>motors[3].current</c> is of the fourth element;
/// <c>motors[name=knee].current</c> of the element whose field <c>name</c> is <c>knee</c>;
/// <c>motors[name=*].current</c> of each element, told by its name. In an array of numbers the key is an array of texts
/// beside it: <c>temperature[name=knee]</c>. A text that is a number counts as one, as diagnostics have it.</para>
/// <para>At most one <c>*</c>. Of elements with the same key the first counts.</para>
/// </remarks>
public sealed class FieldPath
{
    private const string Any = "*";
    private const string Repeated = "[]";

    private readonly ImmutableArray<Part> _parts;

    private FieldPath(string text, ImmutableArray<Part> parts)
    {
        Text = text;
        _parts = parts;
    }

    /// <summary>The path as it was written.</summary>
    public string Text { get; }

    /// <summary>Whether the path stands for a value of each element.</summary>
    public bool IsForEach => _parts.Any(part => part.Value == Any);

    /// <summary>Reads a path.</summary>
    /// <param name="text">The text.</param>
    /// <param name="path">Receives the path, or null.</param>
    /// <param name="problem">Receives what is wrong and at which character, counted from 1; null when nothing
    /// is.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out FieldPath? path, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = ImmutableArray.CreateBuilder<Part>();
        var place = 0;
        path = null;
        do
        {
            if (ReadPart(text, ref place) is not { } part)
            {
                problem = $"\"{text}\" is wrong at character {place + 1}: a field name is needed, behind it nothing, "
                    + "'.', [NUMBER] or [KEY=VALUE]";
                return false;
            }

            parts.Add(part);
        }
        while (place < text.Length && text[place++] == '.');

        path = new FieldPath(text, parts.ToImmutable());
        problem = parts.Count(part => part.Value == Any) > 1 ? $"\"{text}\" has more than one *" : null;
        return problem is null;
    }

    /// <summary>Finds the values in a sample.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="problem">Receives why there is none; null when some are found.</param>
    public ImmutableArray<FoundValue> Read(SampleReader sample, out string? problem)
    {
        var search = new Search();
        Walk(sample, 0, "", -1, null, search);
        problem = search.Found.Count > 0 ? null : search.Problem ?? $"no element has what {Text} asks for";
        return [.. search.Found];
    }

    private readonly record struct Part(string Name, int? Index, string? Key, string? Value)
    {
        public bool IsSelected => Index is not null || Key is not null;
    }

    private sealed class Search
    {
        public List<FoundValue> Found { get; } = [];

        public string? Problem { get; set; }
    }

    private static Part? ReadPart(string text, ref int place)
    {
        var start = place;
        place = EndOfName(text, place, "");
        if (place == start)
        {
            return null;
        }

        var name = text[start..place];
        if (place == text.Length || text[place] == '.')
        {
            return new Part(name, null, null, null);
        }

        if (text[place] != '[')
        {
            return null;
        }

        var inside = ++place;
        var end = text.IndexOf(']', inside);
        var isLast = end == text.Length - 1;
        if (end < 0 || (!isLast && text[end + 1] != '.'))
        {
            return null;
        }

        place = end + 1;
        var number = text.AsSpan(inside, end - inside);
        if (int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            return new Part(name, index, null, null);
        }

        var equals = EndOfName(text, inside, ".");
        if (equals > inside && equals < end && text[equals] == '=')
        {
            return new Part(name, null, text[inside..equals], text[(equals + 1)..end]);
        }

        place = inside;
        return null;
    }

    private static int EndOfName(string text, int place, string others)
    {
        while (place < text.Length
            && (char.IsAsciiLetterOrDigit(text[place]) || text[place] == '_' || others.Contains(text[place])))
        {
            place++;
        }

        return place;
    }

    // The element is the entry of the columns that the path has led to; -1 outside of arrays.
    private void Walk(SampleReader sample, int number, string prefix, int element, string? key, Search search)
    {
        var part = _parts[number];
        var path = prefix + part.Name;
        var isLast = number == _parts.Length - 1;
        if (!part.IsSelected && !isLast)
        {
            Walk(sample, number + 1, path + ".", element, key, search);
        }
        else if (!part.IsSelected)
        {
            AddValue(sample, path, element, key, search);
        }
        else if (isLast)
        {
            AddEntries(sample, part, path, prefix, element, key, search);
        }
        else
        {
            var elements = path + Repeated + ".";
            foreach (var (entry, name) in Selected(sample, part, path, elements, element, search))
            {
                Walk(sample, number + 1, elements, entry, name ?? key, search);
            }
        }
    }

    private static void AddValue(SampleReader sample, string path, int element, string? key, Search search)
    {
        var field = sample.Layout.IndexOf(path);
        if (field < 0 || (element < 0 && sample.Layout.Fields[field].Kind is not (
            FieldKind.Number or FieldKind.Integer or FieldKind.Flag or FieldKind.Text)))
        {
            search.Problem = field < 0
                ? $"{sample.Layout.TypeName} has no field {path}"
                : $"{path} is an array; say which element, as {path}[0]";
            return;
        }

        search.Found.Add(new FoundValue(key, element < 0 ? Single(sample, field) : Entry(sample, field, element)));
    }

    private static void AddEntries(
        SampleReader sample, Part part, string path, string prefix, int element, string? key, Search search)
    {
        var field = sample.Layout.IndexOf(path);
        if (field < 0)
        {
            search.Problem = $"{sample.Layout.TypeName} has no array of numbers {path}";
            return;
        }

        foreach (var (entry, name) in Selected(sample, part, path, prefix, element, search))
        {
            search.Found.Add(new FoundValue(name ?? key, Entry(sample, field, entry)));
        }
    }

    // The entries that a part selects, each with its key when the part stands for each.
    private static List<(int Entry, string? Name)> Selected(
        SampleReader sample, Part part, string path, string keys, int element, Search search)
    {
        var chosen = new List<(int, string?)>();
        var keyField = part.Key is null ? -1 : sample.Layout.IndexOf(keys + part.Key);
        if (part.Key is not null && keyField < 0)
        {
            search.Problem = $"{sample.Layout.TypeName} has no field {keys}{part.Key}";
            return chosen;
        }

        if (RangeOf(sample, path, element) is not var (start, count))
        {
            search.Problem = $"{sample.Layout.TypeName} has no array {path}";
            return chosen;
        }

        for (var i = 0; i < count; i++)
        {
            var name = keyField < 0 ? null : NameOf(sample, keyField, start + i);
            if (part.Value == Any && name is not null)
            {
                chosen.Add((start + i, name));
            }
            else if (part.Index == i || (part.Key is not null && name == part.Value))
            {
                chosen.Add((start + i, null));
                break;
            }
        }

        return chosen;
    }

    private static (int Start, int Count)? RangeOf(SampleReader sample, string path, int element)
    {
        var counts = sample.Layout.IndexOf(path + Repeated);
        if (element < 0 || counts < 0)
        {
            var column = sample.Layout.IndexOf(path);
            column = column < 0 ? FirstColumn(sample.Layout, path + Repeated + ".") : column;
            return column < 0 ? null : (0, IsArray(sample.Layout, column) ? sample.Count(column) : 0);
        }

        var all = sample.Integers(counts);
        long start = 0;
        foreach (var before in all[..element])
        {
            start += before;
        }

        return ((int)start, (int)all[element]);
    }

    // A column that has one entry for each element: of a field of the element itself, or of an array's counts in it.
    private static int FirstColumn(SampleLayout layout, string prefix)
    {
        for (var i = 0; i < layout.Fields.Length; i++)
        {
            if (layout.Fields[i].Path.StartsWith(prefix, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }

    private static bool IsArray(SampleLayout layout, int field) => layout.Fields[field].Kind is
        FieldKind.Numbers or FieldKind.Floats or FieldKind.Integers or FieldKind.Texts;

    private static string? NameOf(SampleReader sample, int field, int entry) => sample.Layout.Fields[field].Kind switch
    {
        FieldKind.Texts when entry < sample.Count(field) => sample.Text(field, entry),
        FieldKind.Integers when entry < sample.Count(field) =>
            sample.Integers(field)[entry].ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static double? Single(SampleReader sample, int field) => sample.Layout.Fields[field].Kind switch
    {
        FieldKind.Number => Finite(sample.Number(field)),
        FieldKind.Text => Parsed(sample.Text(field)),
        _ => sample.Integer(field),
    };

    private static double? Entry(SampleReader sample, int field, int entry) => sample.Layout.Fields[field].Kind switch
    {
        _ when !IsArray(sample.Layout, field) || entry >= sample.Count(field) => null,
        FieldKind.Numbers => Finite(sample.Numbers(field)[entry]),
        FieldKind.Floats => Finite(sample.Floats(field)[entry]),
        FieldKind.Integers => sample.Integers(field)[entry],
        _ => Parsed(sample.Text(field, entry)),
    };

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;

    private static double? Parsed(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? Finite(value) : null;
}
