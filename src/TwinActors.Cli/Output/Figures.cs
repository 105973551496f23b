using System.Globalization;

namespace TwinActors.Cli.Output;

/// <summary>Writes quantities for people: with unit, at a sensible precision, <c>-</c> when absent.</summary>
internal static class Figures
{
    /// <summary>What stands for a value that is not known.</summary>
    public const string Absent = "-";

    /// <summary>An age or duration, in the largest fitting unit.</summary>
    /// <param name="milliseconds">Age [ms]; null when there is none.</param>
    public static string Age(double? milliseconds) => milliseconds switch
    {
        null => Absent,
        < 1_000 and > -1_000 => Text($"{milliseconds:0} ms"),
        < 60_000 and > -60_000 => Text($"{milliseconds / 1_000:0.0} s"),
        < 3_600_000 and > -3_600_000 => Text($"{milliseconds / 60_000:0.0} min"),
        < 86_400_000 and > -86_400_000 => Text($"{milliseconds / 3_600_000:0.0} h"),
        _ => Text($"{milliseconds / 86_400_000:0.0} d"),
    };

    /// <summary>A rate.</summary>
    /// <param name="hertz">Rate [Hz]; null when not known.</param>
    public static string Rate(double? hertz) => hertz is { } rate ? Text($"{rate:0.0} Hz") : Absent;

    /// <summary>A joint quantity with six digits after the point: a microradian.</summary>
    public static string Quantity(double? value) =>
        value is { } known && double.IsFinite(known) ? Text($"{known:0.000000}") : Absent;

    /// <summary>A count.</summary>
    public static string Count(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? Absent;

    /// <summary>The words joined by a comma, or the absent sign.</summary>
    public static string List(IReadOnlyCollection<string>? words) =>
        words is { Count: > 0 } ? string.Join(", ", words) : Absent;

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
