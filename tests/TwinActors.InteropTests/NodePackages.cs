using TwinActors.Testing;

namespace TwinActors.InteropTests;

/// <summary>Packages of npm that tests use: development dependencies of the dashboard.</summary>
internal static class NodePackages
{
    /// <summary>The folder that has them.</summary>
    public static string Folder => Path.Combine(BuiltTree.Root, "src", "dashboard");

    /// <summary>Whether Node.js and a package are there.</summary>
    public static bool Has(string scope, string name) =>
        Directory.Exists(Path.Combine(Folder, "node_modules", scope, name))
        && Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "node")));
}
