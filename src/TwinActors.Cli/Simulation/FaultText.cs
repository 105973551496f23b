using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using TwinActors.Simulation.Faults;

namespace TwinActors.Cli.Simulation;

/// <summary>Faults as words of a command line.</summary>
internal static class FaultText
{
    /// <summary>The form of a whole fault.</summary>
    public const string Form = "COMPONENT:KIND:SEVERITY[:OVER[:AT]]";

    private static readonly (string Unit, double Seconds)[] Units =
        [("ms", 1e-3), ("min", 60), ("s", 1), ("h", 3600), ("d", 86_400)];

    /// <summary>Reads a fault like <c>elbow:bearing-wear:0.8:2h</c>: it begins AT that time and takes OVER to get as
    /// bad as SEVERITY says.</summary>
    /// <param name="text">The text.</param>
    /// <param name="fault">The fault.</param>
    /// <param name="problem">What is wrong with the text.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out Fault? fault, [NotNullWhen(false)] out string? problem)
    {
        fault = null;
        var parts = text.Split(':');
        if (parts.Length is < 3 or > 5)
        {
            problem = $"A fault is written {Form}, not '{text}'.";
            return false;
        }

        if (!FaultNames.TryParse(parts[1], out var kind, out problem))
        {
            return false;
        }

        if (!double.TryParse(parts[2], NumberStyles.Float, CultureInfo.InvariantCulture, out var severity))
        {
            problem = $"A severity is a number from 0 to 1, not '{parts[2]}'.";
            return false;
        }

        var (over, at) = (TimeSpan.Zero, TimeSpan.Zero);
        var wrong = parts.Length > 3 && !TryParseTime(parts[3], out over) ? parts[3] : null;
        wrong = parts.Length > 4 && !TryParseTime(parts[4], out at) ? parts[4] : wrong;
        if (wrong is not null)
        {
            problem = TimeProblem(wrong);
            return false;
        }

        (fault, problem) = (new Fault(kind, parts[0], severity) { Over = over, Begin = at }, null);
        return true;
    }

    /// <summary>Reads a time like <c>2h</c>, <c>90s</c> or <c>1.5min</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The time; not negative.</param>
    public static bool TryParseTime(string text, out TimeSpan time)
    {
        foreach (var (unit, seconds) in Units)
        {
            if (text.EndsWith(unit, StringComparison.Ordinal))
            {
                var isNumber = double.TryParse(
                    text.AsSpan(..^unit.Length), NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
                var isTime = isNumber && number * seconds is >= 0 and <= 1e8;
                time = isTime ? TimeSpan.FromSeconds(number * seconds) : TimeSpan.Zero;
                return isTime;
            }
        }

        time = TimeSpan.Zero;
        return false;
    }

    /// <summary>What to say of a text that is no time.</summary>
    public static string TimeProblem(string text) => $"A time is a number with ms, s, min, h or d, not '{text}'.";
}
