namespace TwinActors.Cli.Commands.Doctor;

/// <summary>How a check ended.</summary>
internal enum Verdict
{
    /// <summary>As it should be.</summary>
    Pass,

    /// <summary>It could not be looked at, or there is nothing to compare with.</summary>
    Unknown,

    /// <summary>It works, and something about it is probably not meant.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}

/// <summary>One thing looked at.</summary>
/// <param name="Verdict">How it ended.</param>
/// <param name="Check">What was looked at, as <c>stream /arm1/imu/data</c>.</param>
/// <param name="Text">What was found, with the figures.</param>
/// <param name="Fix">What to do about it; null when there is nothing to do.</param>
internal sealed record Finding(Verdict Verdict, string Check, string Text, string? Fix = null)
{
    /// <summary>As it should be.</summary>
    public static Finding Pass(string check, string text) => new(Verdict.Pass, check, text);

    /// <summary>It could not be looked at.</summary>
    public static Finding Unknown(string check, string text, string? fix = null) =>
        new(Verdict.Unknown, check, text, fix);

    /// <summary>Probably not meant.</summary>
    public static Finding Warn(string check, string text, string fix) => new(Verdict.Warn, check, text, fix);

    /// <summary>Does not work.</summary>
    public static Finding Fail(string check, string text, string fix) => new(Verdict.Fail, check, text, fix);
}
