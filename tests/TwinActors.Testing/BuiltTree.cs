using Xunit;

namespace TwinActors.Testing;

/// <summary>Where the build has put things.</summary>
public static class BuiltTree
{
    /// <summary>Root of the repository.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The node's program, built in the same configuration as this test program.</summary>
    public static string Host => Program("TwinActors.Host", "TwinActors.Host.dll");

    /// <summary>The command line's program.</summary>
    public static string Cli => Program("TwinActors.Cli", "twin.dll");

    /// <summary>Folder for the pictures that the tests take.</summary>
    public static string Screenshots =>
        Directory.CreateDirectory(Path.Combine(Root, "artifacts", "screenshots")).FullName;

    /// <summary>Path of a program that was built in the same configuration as this test program.</summary>
    /// <param name="project">Its project.</param>
    /// <param name="file">Its file.</param>
    public static string Program(string project, string file)
    {
        var configuration = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var path = Path.Combine(Root, "artifacts", "bin", project, configuration, file);
        Assert.True(File.Exists(path), $"{path} is missing; build the solution first.");
        return path;
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "TwinActors.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException("The tests run outside the repository.");
    }
}
