using System.Text.Encodings.Web;
using System.Text.Json;
using TwinActors.Robotics.State;

namespace TwinActors.Cli.Bags;

/// <summary>How the documents of <c>twin bag</c> are written.</summary>
internal static class BagJson
{
    /// <summary>For people to read as well; quotes and slashes as they are.</summary>
    public static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The same on one line.</summary>
    public static readonly JsonSerializerOptions OneLine = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>RFC 3339 with nine decimals; null when absent.</summary>
    /// <param name="nanoseconds">Log time [ns since 1970].</param>
    public static string? Stamp(long? nanoseconds) =>
        nanoseconds is { } known ? new Stamp(known).ToString() : null;
}
