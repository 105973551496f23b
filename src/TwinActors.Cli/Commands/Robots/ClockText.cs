using TwinActors.Cli.Output;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Robots;

/// <summary>A robot's clock in words: offset and drift, each with its uncertainty.</summary>
internal static class ClockText
{
    /// <summary>As <c>38.0 ms ± 0.1 ms, drifts 12.0 ± 0.4 ppm</c>; the absent sign when nothing is known.</summary>
    public static string Of(RobotDocument robot)
    {
        if (robot.Clock is not { } clock)
        {
            return Figures.Age(robot.ClockOffsetMs);
        }

        return Figures.Age(clock.OffsetMs) + Uncertainty(clock) + Drift(clock);
    }

    /// <summary>As <c> ± 0.1 ms</c>; nothing while it is not known.</summary>
    public static string Uncertainty(ClockDocument clock) =>
        clock.OffsetUncertaintyMs is { } offset ? Text($" ± {offset:0.0##} ms") : "";

    /// <summary>As <c>, drifts 12.0 ± 0.4 ppm</c>; nothing while the drift is not known.</summary>
    public static string Drift(ClockDocument clock) => clock.DriftPpm is { } drift
        ? Text($", drifts {drift:0.0} ± {clock.DriftUncertaintyPpm:0.0} ppm")
        : "";

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
