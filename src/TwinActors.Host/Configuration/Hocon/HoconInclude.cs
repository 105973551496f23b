using System.Collections.Immutable;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>How an include statement names its target.</summary>
internal enum HoconIncludeKind
{
    /// <summary><c>include "name"</c>: relative to the including file.</summary>
    Plain,

    /// <summary><c>include file("name")</c>.</summary>
    File,

    /// <summary><c>include url("…")</c>.</summary>
    Url,

    /// <summary><c>include classpath("name")</c>, a Java notion.</summary>
    Classpath,
}

/// <summary>An include statement that wants its text.</summary>
/// <param name="Kind">How the target is named.</param>
/// <param name="Name">The name as written.</param>
/// <param name="IncludedFrom">The source that holds the statement.</param>
internal readonly record struct HoconInclude(HoconIncludeKind Kind, string Name, string IncludedFrom);

/// <summary>A text to parse and what to call it in messages.</summary>
/// <param name="Source">Name of the text: file name, <c>-D</c>, or the like.</param>
/// <param name="Text">HOCON.</param>
/// <param name="HasLines">Whether line numbers help a reader to find a place in it.</param>
internal readonly record struct HoconSource(string Source, string Text, bool HasLines = true);

/// <summary>
/// Finds the texts of an include statement, weakest first; none when there is no such file. Reports a fault that is
/// not "no such file" as an <see cref="IOException"/> whose message is fit for a person.
/// </summary>
internal delegate ImmutableArray<HoconSource> FindHoconInclude(HoconInclude include);
