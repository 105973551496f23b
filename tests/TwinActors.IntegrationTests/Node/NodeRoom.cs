using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>Tests with real nodes and robots run one after the other: DDS traffic disturbs its neighbours.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class NodeRoom : ICollectionFixture<SharedNode>
{
    public const string Name = "node";
}

/// <summary>The node of all tests that neither kill nor configure theirs.</summary>
public sealed class SharedNode : IAsyncLifetime
{
    /// <summary>The process.</summary>
    public NodeProcess Node { get; private set; } = null!;

    // A robot that has said something is not stale because this machine stood still for a moment.
    public async ValueTask InitializeAsync() => Node = await NodeProcess.StartAsync(
        "-D", "twin.robot.stale-after=10 s", "-D", "twin.robot.lost-after=60 s");

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}

/// <summary>What tests ask a node again and again.</summary>
internal static class NodeQuestions
{
    /// <summary>Waits until a robot is followed: data is fresh and its joints are measured.</summary>
    public static Task<RobotDocument> ConnectedAsync(this NodeProcess node, string robot) => Eventually.AnswersAsync(
        () => node.GetAsync<RobotDocument>($"robots/{robot}"),
        document => document.Robot.Link == "connected" && document.Joints.Quality == "measured",
        $"{robot} is connected");

    /// <summary>The stream of a topic; the test fails when there is none.</summary>
    public static async Task<StreamDocument> StreamAsync(this NodeProcess node, string robot, string topic) =>
        Assert.Single(
            await node.GetAsync<IReadOnlyList<StreamDocument>>($"robots/{robot}/streams"),
            stream => stream.Topic == topic);
}
