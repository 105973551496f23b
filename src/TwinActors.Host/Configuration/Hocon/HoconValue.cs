using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>A resolved configuration value: null, flag, number, text, array or object. Immutable.</summary>
internal abstract class HoconValue
{
    private protected HoconValue(HoconOrigin origin, long size, int depth)
    {
        Origin = origin;
        Size = size;
        Depth = depth;
    }

    /// <summary>Where the value was written.</summary>
    public HoconOrigin Origin { get; }

    /// <summary>Number of values in this tree, this one included; shared values count each time.</summary>
    public long Size { get; }

    /// <summary>Levels of nesting; a scalar has 1.</summary>
    public int Depth { get; }

    /// <summary>The kind in words for messages, with its article.</summary>
    public abstract string Kind { get; }

    /// <summary>The text of a scalar as it was written, <see langword="null"/> for arrays and objects.</summary>
    public virtual string? ScalarText => null;
}

/// <summary>An explicit null.</summary>
internal sealed class HoconNull(HoconOrigin origin) : HoconValue(origin, 1, 1)
{
    public override string Kind => "null";

    public override string ScalarText => "null";
}

/// <summary>True or false, written without quotes.</summary>
internal sealed class HoconFlag(bool value, HoconOrigin origin) : HoconValue(origin, 1, 1)
{
    public bool Value { get; } = value;

    public override string Kind => "a flag";

    public override string ScalarText => Value ? "true" : "false";
}

/// <summary>A number in JSON's grammar, kept as it was written so that no digit is lost.</summary>
internal sealed class HoconNumber(string text, HoconOrigin origin) : HoconValue(origin, 1, 1)
{
    public override string Kind => "a number";

    public override string ScalarText { get; } = text;
}

/// <summary>Text, quoted or not.</summary>
internal sealed class HoconText(string value, HoconOrigin origin) : HoconValue(origin, 1, 1)
{
    public string Value { get; } = value;

    public override string Kind => "a text";

    public override string ScalarText => Value;
}

/// <summary>An ordered list of values.</summary>
internal sealed class HoconArray(ImmutableArray<HoconValue> items, HoconOrigin origin)
    : HoconValue(origin, 1 + items.Sum(item => item.Size), 1 + items.Select(item => item.Depth).DefaultIfEmpty().Max())
{
    public ImmutableArray<HoconValue> Items { get; } = items;

    public override string Kind => "an array";
}

/// <summary>Named values in the order in which they were first written.</summary>
internal sealed class HoconObject(OrderedDictionary<string, HoconValue> fields, HoconOrigin origin)
    : HoconValue(
        origin,
        1 + fields.Values.Sum(value => value.Size),
        1 + fields.Values.Select(value => value.Depth).DefaultIfEmpty().Max())
{
    private readonly OrderedDictionary<string, HoconValue> _fields = fields;

    /// <summary>Names and values in order.</summary>
    public IEnumerable<KeyValuePair<string, HoconValue>> Fields => _fields;

    /// <summary>Number of fields.</summary>
    public int Count => _fields.Count;

    public override string Kind => "an object";

    /// <summary>Finds a field by its exact name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out HoconValue? value) => _fields.TryGetValue(name, out value);

    /// <summary>Finds a value by path.</summary>
    public HoconValue? Find(params ReadOnlySpan<string> path)
    {
        HoconValue? value = this;
        foreach (var name in path)
        {
            value = value is HoconObject inner && inner.TryGet(name, out var next) ? next : null;
        }

        return value;
    }

    /// <summary>
    /// This object with the fields of <paramref name="above"/> over it; objects merge, all else replaces.
    /// </summary>
    public HoconObject With(HoconObject above)
    {
        var merged = new OrderedDictionary<string, HoconValue>(_fields, StringComparer.Ordinal);
        foreach (var (name, value) in above._fields)
        {
            merged[name] = value is HoconObject upper && merged.GetValueOrDefault(name) is HoconObject lower
                ? lower.With(upper)
                : value;
        }

        return new HoconObject(merged, above.Origin);
    }

    /// <summary>The array that an object with whole numbers as keys stands for; other keys are ignored.</summary>
    /// <returns>The values in the order of their numbers, or <see langword="null"/> when no key is a number.</returns>
    public HoconArray? ToArray()
    {
        var numbered = new SortedDictionary<int, HoconValue>();
        foreach (var (name, value) in _fields)
        {
            if (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            {
                numbered[index] = value;
            }
        }

        return numbered.Count == 0 ? null : new HoconArray([.. numbered.Values], Origin);
    }
}
