using System.Collections.Immutable;
using System.Globalization;
using TwinActors.Host.Configuration.Hocon;

namespace TwinActors.Host.Configuration;

/// <summary>
/// Reads the keys of one object of the configuration tree into typed values. What is wrong is noted with both numbers
/// and the place, and reading goes on with a placeholder, so that one run shows every problem.
/// </summary>
internal sealed class SectionReader
{
    private readonly HoconObject? _section;
    private readonly string _path;
    private readonly List<ConfigurationProblem> _problems;
    private readonly List<string> _known = [];

    private SectionReader(HoconObject? section, string path, List<ConfigurationProblem> problems)
    {
        _section = section;
        _path = path;
        _problems = problems;
    }

    /// <summary>Reads the root of a tree.</summary>
    public static SectionReader Root(HoconObject tree, List<ConfigurationProblem> problems) => new(tree, "", problems);

    /// <summary>Names of the keys that are there, in order.</summary>
    public IEnumerable<string> Names => _section?.Fields.Select(entry => entry.Key) ?? [];

    /// <summary>Opens an object below this one.</summary>
    /// <param name="name">Its key.</param>
    /// <param name="path">Its path in messages; by default this path and the key.</param>
    public SectionReader Section(string name, string? path = null)
    {
        var value = Take(name);
        if (value is not (null or HoconObject))
        {
            Complain(name, $"is {value.Kind}; an object is needed");
        }

        return new SectionReader(value as HoconObject, path ?? PathOf(name), _problems);
    }

    /// <summary>Whether the key is there; it counts as known.</summary>
    public bool Has(string name) => Take(name) is not null;

    /// <summary>Whether the key holds an explicit null; the key then counts as read.</summary>
    public bool IsNull(string name)
    {
        var isNull = _section is not null && _section.TryGet(name, out var value) && value is HoconNull;
        if (isNull)
        {
            _known.Add(name);
        }

        return isNull;
    }

    /// <summary>A flag: true or false, also yes, no, on, off.</summary>
    public bool Flag(string name)
    {
        var value = Take(name);
        bool? flag = value?.ScalarText switch
        {
            "true" or "yes" or "on" => true,
            "false" or "no" or "off" => false,
            _ => null,
        };
        return flag ?? Refuse(name, value, "true or false is needed", false);
    }

    /// <summary>A text that is not empty.</summary>
    public string Text(string name)
    {
        var value = Take(name);
        return value is HoconText or HoconNumber or HoconFlag && value.ScalarText is { Length: > 0 } text
            ? text
            : Refuse(name, value, "a text is needed", "");
    }

    /// <summary>A text that is not empty, or <see langword="null"/>.</summary>
    public string? OptionalText(string name) => IsNull(name) ? null : Text(name);

    /// <summary>An array of texts.</summary>
    /// <param name="name">Key.</param>
    /// <param name="maximum">Most texts.</param>
    public ImmutableArray<string> Texts(string name, int maximum)
    {
        var value = Take(name);
        var array = value as HoconArray ?? (value as HoconObject)?.ToArray();
        if (array is null || array.Items.Any(item => item is not HoconText))
        {
            return Refuse<ImmutableArray<string>>(
                name, value, "an array of texts is needed, for example [\"a\", \"b\"]", []);
        }

        return array.Items.Length <= maximum
            ? [.. array.Items.Select(item => item.ScalarText!)]
            : Refuse<ImmutableArray<string>>(name, $"has {array.Items.Length} entries; the most is {maximum}", []);
    }

    /// <summary>A whole number in a range.</summary>
    public int Integer(string name, int lowest, int highest)
    {
        var value = Take(name);
        if (!decimal.TryParse(value?.ScalarText, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || number != Math.Truncate(number))
        {
            return Refuse(name, value, "a whole number is needed", lowest);
        }

        return InRange(name, number, lowest, highest, value!.ScalarText!, n => n.ToString(CultureInfo.InvariantCulture))
            ? (int)number
            : lowest;
    }

    /// <summary>A number above 0.</summary>
    /// <param name="name">Key.</param>
    /// <param name="highest">Highest value.</param>
    public double Positive(string name, double highest)
    {
        var value = Take(name);
        if (!double.TryParse(value?.ScalarText, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !double.IsFinite(number))
        {
            return Refuse(name, value, "a number is needed", highest);
        }

        if (number <= 0)
        {
            return Refuse(name, $"is {value!.ScalarText}; it must be above 0", highest);
        }

        return number <= highest
            ? number
            : Refuse(name, Invariant($"is {value!.ScalarText}; the highest supported is {highest}"), highest);
    }

    /// <summary>A number above 0, or <see langword="null"/>.</summary>
    public double? OptionalPositive(string name, double highest) => IsNull(name) ? null : Positive(name, highest);

    /// <summary>A duration with its unit, in a range.</summary>
    public TimeSpan Duration(string name, TimeSpan shortest, TimeSpan longest)
    {
        var value = Take(name);
        if (value?.ScalarText is not { } text || HoconUnits.Duration(text) is not { } duration)
        {
            return Refuse(name, value, "a duration with its unit is needed, for example 10 ms, 2 s, 1 h", shortest);
        }

        return InRange(name, duration, shortest, longest, text, HoconUnits.Render) ? duration : shortest;
    }

    /// <summary>A size with its unit, in a range of bytes.</summary>
    public long Size(string name, long smallest, long largest)
    {
        var value = Take(name);
        if (value?.ScalarText is not { } text || HoconUnits.Size(text) is not { } size)
        {
            return Refuse(name, value, "a size with its unit is needed, for example 64 KiB, 10 MB", smallest);
        }

        return InRange(name, size, smallest, largest, text, HoconUnits.Render) ? size : smallest;
    }

    /// <summary>One of a few words: the names of an enumeration in lower case.</summary>
    public T Choice<T>(string name)
        where T : struct, Enum
    {
        var value = Take(name);
        foreach (var choice in Enum.GetValues<T>())
        {
            if (string.Equals(choice.ToString(), value?.ScalarText, StringComparison.OrdinalIgnoreCase))
            {
                return choice;
            }
        }

        var words = string.Join(", ", Enum.GetNames<T>().Select(word => word.ToLowerInvariant()));
        return Refuse(name, value, $"the choices are {words}", default(T));
    }

    /// <summary>Notes a problem with a key: the sentence without its subject and its end.</summary>
    public void Complain(string name, string what)
    {
        var origin = _section is not null && _section.TryGet(name, out var value) ? value.Origin : _section?.Origin;
        if (origin is not null)
        {
            _problems.Add(new ConfigurationProblem(origin, $"{PathOf(name)} {what} ({origin})."));
        }
    }

    /// <summary>Refuses every key that nothing has read: a key that does nothing is a spelling mistake.</summary>
    /// <param name="inner">Section whose keys may have been written here by mistake, or <see langword="null"/>.</param>
    public void RefuseOthers(SectionReader? inner = null)
    {
        foreach (var (name, value) in _section?.Fields ?? [])
        {
            if (_known.Contains(name))
            {
                continue;
            }

            var hint = inner is not null && inner._known.Contains(name) ? $"did you mean {_known[0]}.{name}?"
                : Spelling.Nearest(name, _known) is { } near ? $"did you mean {near}?"
                : $"the keys here are {string.Join(", ", _known)}.";
            _problems.Add(new ConfigurationProblem(
                value.Origin, $"{PathOf(name)} is no key of this version; {hint} ({value.Origin})"));
        }
    }

    private HoconValue? Take(string name)
    {
        _known.Add(name);
        return _section is not null && _section.TryGet(name, out var value) ? value : null;
    }

    private string PathOf(string name)
        => _path.Length == 0 ? HoconPath.RenderName(name) : $"{_path}.{HoconPath.RenderName(name)}";

    private bool InRange<T>(string name, T value, T lowest, T highest, string written, Func<T, string> render)
        where T : IComparable<T>
    {
        if (value.CompareTo(lowest) < 0)
        {
            Complain(name, $"is {written}; the lowest supported is {render(lowest)}");
            return false;
        }

        if (value.CompareTo(highest) > 0)
        {
            Complain(name, $"is {written}; the highest supported is {render(highest)}");
            return false;
        }

        return true;
    }

    private T Refuse<T>(string name, HoconValue? value, string needed, T placeholder) => value switch
    {
        null => Refuse(name, $"is missing; {needed}", placeholder),
        HoconText text => Refuse(name, $"is {HoconJson.Quote(text.Value)}; {needed}", placeholder),
        { ScalarText: { } written } => Refuse(name, $"is {written}; {needed}", placeholder),
        _ => Refuse(name, $"is {value.Kind}; {needed}", placeholder),
    };

    private T Refuse<T>(string name, string what, T placeholder)
    {
        Complain(name, what);
        return placeholder;
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
