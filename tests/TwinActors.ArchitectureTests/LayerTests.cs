using System.Xml.Linq;

namespace TwinActors.ArchitectureTests;

public sealed class LayerTests
{
    // The table of docs/architecture.md. Analytics and Cluster join it with their first content.
    private const string Allowed = """
        Actors → Kernel, Persistence, Recording, Robotics, Simulation, Twins
        Cli → Contracts, Recording, Robotics, Ros2, Simulation
        Contracts →
        Host → Actors, Contracts, Kernel, Persistence, Recording, Robotics, Ros2, Simulation, Twins
        Kernel →
        Persistence → Kernel
        Recording → Robotics, Ros2
        Robotics →
        Ros2 → Robotics
        Simulation → Robotics
        Twins → Robotics
        """;

    // Packages by layer: none below Persistence but the analyzers that every project has.
    private const string AllowedPackages = """
        Actors →
        Cli → Spectre.Console, System.CommandLine
        Contracts →
        Host → Microsoft.AspNetCore.OpenApi
        Kernel →
        Persistence → Microsoft.Data.Sqlite, Npgsql
        Recording → Microsoft.Data.Sqlite
        Robotics →
        Ros2 →
        Simulation →
        Twins →
        """;

    [Fact]
    public void Every_project_references_what_the_layer_table_allows() =>
        Assert.Equal(Normal(Allowed), Table("ProjectReference"));

    [Fact]
    public void Every_project_uses_the_packages_that_its_layer_allows() =>
        Assert.Equal(Normal(AllowedPackages), Table("PackageReference"));

    [Fact]
    public void Every_project_is_part_of_the_solution()
    {
        var solution = string.Join('\n', Repository.Lines("TwinActors.sln")).Replace('\\', '/');

        Assert.All(
            Repository.Files.Where(f => f.EndsWith(".csproj", StringComparison.Ordinal)),
            project => Assert.Contains(project, solution, StringComparison.Ordinal));
    }

    private static string Table(string item) => string.Join('\n', Repository.Files
        .Where(f => f.StartsWith("src/", StringComparison.Ordinal) && f.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(f => $"{Short(f)} → {string.Join(", ", Included(f, item))}".TrimEnd())
        .Order(StringComparer.Ordinal));

    private static IEnumerable<string> Included(string project, string item) =>
        XDocument.Load(Path.Combine(Repository.Root, project)).Descendants(item)
            .Select(e => Short((string)e.Attribute("Include")!))
            .Order(StringComparer.Ordinal);

    private static string Short(string path)
    {
        var name = path.EndsWith(".csproj", StringComparison.Ordinal) ? Path.GetFileNameWithoutExtension(path) : path;
        return name.StartsWith("TwinActors.", StringComparison.Ordinal) ? name["TwinActors.".Length..] : name;
    }

    private static string Normal(string table) =>
        string.Join('\n', table.Split('\n').Select(line => line.Trim()).Order(StringComparer.Ordinal));
}
