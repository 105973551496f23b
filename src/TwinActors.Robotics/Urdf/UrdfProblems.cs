using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using System.Xml.Linq;
using TwinActors.Robotics.Frames;

namespace TwinActors.Robotics.Urdf;

/// <summary>Collects the problems of one document, and reads attributes so that a bad one becomes a problem.</summary>
internal sealed class UrdfProblems(string source)
{
    private const int MaximumNameLength = 256;

    private readonly List<UrdfProblem> _problems = [];
    private int _unreported;

    /// <summary>Whether there is at least one error, reported or only counted.</summary>
    public bool HasErrors { get; private set; }

    public void Error(XObject? place, string message, string? hint = null) =>
        Add(UrdfSeverity.Error, place, message, hint);

    public void Warning(XObject? place, string message, string? hint = null) =>
        Add(UrdfSeverity.Warning, place, message, hint);

    public void Add(UrdfSeverity severity, XObject? place, string message, string? hint = null)
    {
        var line = place as IXmlLineInfo;
        Add(severity, line?.LineNumber ?? 0, line?.LinePosition ?? 0, message, hint);
    }

    public void Add(UrdfSeverity severity, int line, int column, string message, string? hint)
    {
        HasErrors |= severity is UrdfSeverity.Error;
        if (_problems.Count == UrdfReader.MaximumProblems)
        {
            _unreported++;
            return;
        }

        _problems.Add(new UrdfProblem(severity, source, line, column, message, hint));
    }

    /// <summary>All problems by place; the sort is stable, so two at one place stay in the order found.</summary>
    public ImmutableArray<UrdfProblem> ToImmutable()
    {
        var ordered = _problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column);
        if (_unreported == 0)
        {
            return [.. ordered];
        }

        var rest = $"{_unreported} more problems are not listed.";
        return [.. ordered, new UrdfProblem(UrdfSeverity.Note, source, 0, 0, rest)];
    }

    /// <summary>A required, non-empty attribute of at most 256 characters, or <see langword="null"/> after an
    /// error.</summary>
    public string? Required(XElement element, string name)
    {
        var attribute = element.Attribute(name);
        if (string.IsNullOrWhiteSpace(attribute?.Value))
        {
            Error((XObject?)attribute ?? element, $"<{element.Name.LocalName}> needs the attribute '{name}'.");
            return null;
        }

        if (attribute.Value.Length > MaximumNameLength)
        {
            Error(
                attribute,
                $"'{name}' has {attribute.Value.Length} characters; at most {MaximumNameLength} are read.");
            return null;
        }

        return attribute.Value;
    }

    /// <summary>A required, finite number; NaN after an error, so that the caller can go on looking for more.</summary>
    public double RequiredNumber(XElement element, string name)
    {
        if (element.Attribute(name) is not null)
        {
            return Number(element, name) ?? double.NaN;
        }

        Error(element, $"<{element.Name.LocalName}> needs the attribute '{name}'.");
        return double.NaN;
    }

    /// <summary>An optional, finite number; <see langword="null"/> when absent, and after an error.</summary>
    public double? Number(XElement element, string name)
    {
        var attribute = element.Attribute(name);
        if (attribute is null)
        {
            return null;
        }

        if (TryFinite(Expanded(attribute), out var value))
        {
            return value;
        }

        Error(attribute, $"{name}=\"{Shorten(attribute.Value)}\" is not a finite number.");
        return null;
    }

    /// <summary>A required number above 0; NaN after an error.</summary>
    public double Positive(XElement element, string name)
    {
        var value = RequiredNumber(element, name);
        if (value <= 0)
        {
            Error(element.Attribute(name), $"{name}=\"{Format(value)}\" must be above 0.");
            return double.NaN;
        }

        return value;
    }

    /// <summary>Three finite numbers apart by white space; <paramref name="absent"/> when not given, and after an
    /// error.</summary>
    public Vector3 Vector(XElement? element, string name, Vector3 absent)
    {
        var attribute = element?.Attribute(name);
        if (attribute is null)
        {
            return absent;
        }

        Span<double> values = stackalloc double[3];
        return Numbers(attribute, values) ? new Vector3(values[0], values[1], values[2]) : absent;
    }

    /// <summary>Fills <paramref name="values"/> from an attribute, exactly; <see langword="false"/> after an
    /// error.</summary>
    public bool Numbers(XAttribute attribute, Span<double> values)
    {
        var text = Expanded(attribute);
        var count = 0;
        foreach (var range in text.SplitAny(" \t\r\n"))
        {
            var part = text[range];
            if (part.IsEmpty)
            {
                continue;
            }

            if (count == values.Length || !TryFinite(part, out values[count]))
            {
                count = -1;
                break;
            }

            count++;
        }

        if (count == values.Length)
        {
            return true;
        }

        Error(attribute, $"{attribute.Name}=\"{Shorten(attribute.Value)}\" is not {values.Length} finite numbers.");
        return false;
    }

    /// <summary>The pose of an <c>&lt;origin&gt;</c> child; identity when absent.</summary>
    public Pose Origin(XElement parent)
    {
        var origin = Single(parent, "origin");
        var angles = Vector(origin, "rpy", Vector3.Zero);
        return new Pose(
            Vector(origin, "xyz", Vector3.Zero),
            Quaternion.FromRollPitchYaw(angles.X, angles.Y, angles.Z));
    }

    /// <summary>The first child of a name, or <see langword="null"/>; a second one is a warning.</summary>
    public XElement? Single(XElement parent, string name)
    {
        XElement? first = null;
        foreach (var child in parent.Elements(name))
        {
            if (first is not null)
            {
                Warning(child, $"<{parent.Name.LocalName}> has more than one <{name}>; the first counts.");
                break;
            }

            first = child;
        }

        return first;
    }

    public static string Format(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>The attribute's text; of a left-over <c>$(optenv NAME default)</c> of xacro the default, with a
    /// warning.</summary>
    private ReadOnlySpan<char> Expanded(XAttribute attribute)
    {
        const string Optional = "$(optenv ";
        var text = attribute.Value.AsSpan().Trim();
        if (!text.StartsWith(Optional, StringComparison.Ordinal) || !text.EndsWith(")", StringComparison.Ordinal))
        {
            return text;
        }

        var inside = text[Optional.Length..^1].Trim();
        var space = inside.IndexOf(' ');
        var absent = space < 0 ? "" : inside[(space + 1)..].Trim();
        Warning(
            attribute,
            $"{attribute.Name}=\"{Shorten(attribute.Value)}\" was not expanded; its default \"{absent}\" is used.",
            "run the document through xacro first and load the output");
        return absent;
    }

    private static bool TryFinite(ReadOnlySpan<char> text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static string Shorten(string text) => text.Length <= 40 ? text : $"{text.AsSpan(0, 40)}…";
}
