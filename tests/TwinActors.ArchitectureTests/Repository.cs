using System.Runtime.CompilerServices;

namespace TwinActors.ArchitectureTests;

/// <summary>The checkout that these tests look at: every file that could be committed, by relative path.</summary>
internal static class Repository
{
    private static readonly string[] Generated = ["artifacts", "node_modules", "wwwroot", "bin", "obj", ".git", "data"];

    public static string Root { get; } = FindRoot();

    public static IReadOnlyList<string> Files { get; } = [.. List(Root).Order(StringComparer.Ordinal)];

    public static IEnumerable<string> CSharp(string under) =>
        Files.Where(f => f.StartsWith(under, StringComparison.Ordinal) && f.EndsWith(".cs", StringComparison.Ordinal));

    public static string[] Lines(string file) => File.ReadAllLines(Path.Combine(Root, file));

    private static IEnumerable<string> List(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            yield return Path.GetRelativePath(Root, file).Replace('\\', '/');
        }

        foreach (var child in Directory.EnumerateDirectories(folder))
        {
            if (!Generated.Contains(Path.GetFileName(child)))
            {
                foreach (var file in List(child))
                {
                    yield return file;
                }
            }
        }
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // Continuous-integration builds map source paths, so fall back on the folder that the program runs from.
        string?[] starts = [Path.GetDirectoryName(here), AppContext.BaseDirectory, Environment.CurrentDirectory];
        foreach (var start in starts)
        {
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "TwinActors.sln")))
                {
                    return folder;
                }
            }
        }

        throw new InvalidOperationException("TwinActors.sln was not found above the test program.");
    }
}
