using TwinActors.Contracts.Telemetry;

namespace TwinActors.Cli.Commands.Watch;

/// <summary>One joint quantity that can be watched.</summary>
/// <param name="Wire">Its word on the live socket.</param>
/// <param name="Name">Its name for people and in JSON.</param>
internal sealed record WatchedSignal(string Wire, string Name);

/// <summary>The joint quantities that can be watched.</summary>
internal static class WatchedSignals
{
    private static readonly WatchedSignal Position = new(TelemetryProtocol.Positions, "position");
    private static readonly WatchedSignal Velocity = new(TelemetryProtocol.Velocities, "velocity");
    private static readonly WatchedSignal Effort = new(TelemetryProtocol.Efforts, "effort");

    /// <summary>All of them, in the order of a joint state.</summary>
    public static IReadOnlyList<WatchedSignal> All { get; } = [Position, Velocity, Effort];

    /// <summary>Reads a list as <c>pos,vel,eff</c>.</summary>
    /// <param name="text">Words separated by commas; short, long or <c>tau</c>.</param>
    /// <param name="signals">The quantities in the order asked for, each once; empty when the text is refused.</param>
    /// <returns>Why the text is refused, or null.</returns>
    public static string? TryParse(string text, out IReadOnlyList<WatchedSignal> signals)
    {
        var found = new List<WatchedSignal>();
        signals = [];
        foreach (var word in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Of(word) is not { } signal)
            {
                return $"--fields has \"{word}\"; known are pos, vel and eff.";
            }

            if (!found.Contains(signal))
            {
                found.Add(signal);
            }
        }

        signals = found;
        return null;
    }

    private static WatchedSignal? Of(string word) => word switch
    {
        "pos" or "position" => Position,
        "vel" or "velocity" => Velocity,
        "eff" or "effort" or "tau" => Effort,
        _ => null,
    };
}
