using System.Net;
using TwinActors.Contracts.Robots;
using TwinActors.IntegrationTests.Persistence;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>A node whose journal is a PostgreSQL database.</summary>
public sealed class PostgresNodeTests(SharedPostgres postgres)
{
    [Fact]
    public async Task A_killed_node_finds_its_robots_in_the_database()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var node = await NodeProcess.StartAsync(
            "-D", "twin.journal.store=postgres", "-D", $"twin.journal.connection=\"{connection}\"");
        Assert.Equal(HttpStatusCode.Created, (await node.PostAsync(new RegisterRobotRequest("pg1"))).Status);

        await node.KillAsync();
        await node.ResumeAsync();

        Assert.Equal("pg1", (await node.GetAsync<RobotDocument>("robots/pg1")).Robot.Id);
        Assert.Equal("robot.registered", (await node.EventsAsync("pg1"))[0].Name);
    }

    [Fact]
    public async Task A_node_without_its_database_says_which_one_and_ends()
    {
        using var folder = new TemporaryFolder();
        await using var node = ChildProcess.Start(
            BuiltTree.Host, new Dictionary<string, string>(),
            "--urls", NodeProcess.FreeUrl(), "--data", folder.File("data"), "-D", "twin.journal.store=postgres",
            "-D", $"twin.journal.connection=\"Host={folder.Path};Database=twin;Username=twin\"");

        await node.EndAsync();

        Assert.Contains(
            $"The node cannot start: Journal twin at {folder.Path}:5432 cannot be reached",
            node.Words,
            StringComparison.Ordinal);
    }
}
