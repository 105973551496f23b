namespace TwinActors.Testing;

/// <summary>Real recordings, models and reference values that data-driven tests read when <c>TWIN_DATA</c> names their
/// folder.</summary>
public static class TestData
{
    private static readonly string? Root = Environment.GetEnvironmentVariable("TWIN_DATA");

    /// <summary>Why a data-driven test is skipped.</summary>
    public const string Missing = "TWIN_DATA does not name a folder with reference data.";

    /// <summary>Whether the reference data is there.</summary>
    public static bool IsAvailable => !string.IsNullOrEmpty(Root) && Directory.Exists(Root);

    /// <summary>Full path of a file or folder of the reference data.</summary>
    /// <param name="relative">Path inside the data folder, with forward slashes.</param>
    public static string Path(string relative) => System.IO.Path.Combine(Root ?? "", relative);
}
