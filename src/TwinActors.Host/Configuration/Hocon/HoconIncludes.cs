using System.Collections.Immutable;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>
/// The includes of one configuration: finds their texts, refuses cycles and what goes beyond the limits.
/// </summary>
internal sealed class HoconIncludes(HoconSource first, FindHoconInclude find)
{
    private readonly List<string> _open = [first.Source];
    private int _files;
    private long _length;

    /// <summary>Texts of an include statement; none when the file is missing and may be.</summary>
    /// <exception cref="HoconException">The include is refused, unreadable, or required and missing.</exception>
    public ImmutableArray<HoconSource> Find(HoconInclude include, bool isRequired, HoconOrigin origin)
    {
        if (include.Kind == HoconIncludeKind.Url || include.Name.Contains("://", StringComparison.Ordinal))
        {
            throw HoconCursor.Fault(
                origin,
                $"including from an address is refused ({include.Name})",
                "copy the file here: a node must start without the network");
        }

        var found = include.Kind == HoconIncludeKind.Classpath ? [] : Read(include, origin);
        return found.IsEmpty && isRequired
            ? throw HoconCursor.Fault(origin, $"the required file {include.Name} is missing", Expected(include))
            : found;
    }

    /// <summary>Notes that a text is being parsed.</summary>
    /// <exception cref="HoconException">The text includes itself, or a limit is reached.</exception>
    public void Open(HoconSource source, HoconOrigin origin)
    {
        if (_open.Contains(source.Source))
        {
            var cycle = string.Join(" → ", _open.SkipWhile(name => name != source.Source).Append(source.Source));
            throw HoconCursor.Fault(origin, $"the include is a cycle: {cycle}");
        }

        _open.Add(source.Source);
        _length += source.Text.Length;
        if (_open.Count > HoconLimits.IncludeDepth
            || ++_files > HoconLimits.IncludedFiles
            || _length > HoconLimits.TextLength)
        {
            throw HoconCursor.Fault(
                origin,
                $"includes go beyond the limits: {HoconLimits.IncludeDepth} deep, {HoconLimits.IncludedFiles} files, "
                    + $"{HoconLimits.TextLength} characters");
        }
    }

    /// <summary>Notes that the text opened last is parsed.</summary>
    public void Close() => _open.RemoveAt(_open.Count - 1);

    private static string Expected(HoconInclude include) => include.Kind == HoconIncludeKind.Classpath
        ? "there is no classpath here; use file(…)"
        : $"it is looked for beside {include.IncludedFrom}";

    private ImmutableArray<HoconSource> Read(HoconInclude include, HoconOrigin origin)
    {
        try
        {
            return find(include);
        }
        catch (IOException fault)
        {
            throw HoconCursor.Fault(origin, $"the file {include.Name} cannot be included: {fault.Message}");
        }
    }
}
