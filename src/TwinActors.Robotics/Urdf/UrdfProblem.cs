using System.Globalization;

namespace TwinActors.Robotics.Urdf;

/// <summary>Something about a URDF document that a person should know, with its place.</summary>
/// <param name="Severity">Whether the model is usable in spite of it.</param>
/// <param name="Source">Name of the document as given to the reader.</param>
/// <param name="Line">Line, counted from 1; 0 when the problem is about the whole document.</param>
/// <param name="Column">Column, counted from 1; 0 when the problem is about the whole document.</param>
/// <param name="Message">What is wrong, with the values concerned.</param>
/// <param name="Hint">What to do about it, or <see langword="null"/> when the message says it all.</param>
public sealed record UrdfProblem(
    UrdfSeverity Severity,
    string Source,
    int Line,
    int Column,
    string Message,
    string? Hint = null)
{
    /// <summary>The problem on one line, as compilers print them: <c>source:line:column: error: message
    /// (hint)</c>.</summary>
    public override string ToString()
    {
        var place = Line == 0 ? Source : string.Create(CultureInfo.InvariantCulture, $"{Source}:{Line}:{Column}");
        var severity = Severity switch
        {
            UrdfSeverity.Error => "error",
            UrdfSeverity.Warning => "warning",
            _ => "note",
        };
        return Hint is null ? $"{place}: {severity}: {Message}" : $"{place}: {severity}: {Message} ({Hint})";
    }
}

/// <summary>Whether a model is usable in spite of a problem.</summary>
public enum UrdfSeverity
{
    /// <summary>Part of the document belongs to another program and is left alone.</summary>
    Note,

    /// <summary>The model is usable, but the document probably does not mean what it says.</summary>
    Warning,

    /// <summary>There is no model.</summary>
    Error,
}
