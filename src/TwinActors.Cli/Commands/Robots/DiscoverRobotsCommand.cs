using System.CommandLine;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Robots;

/// <summary><c>twin robots discover</c>: robots that the node sees on the robot network.</summary>
internal static class DiscoverRobotsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var topics = new Option<bool>("--topics") { Description = "One line per topic instead of one per robot." };
        var command = new Command("discover", "Robots that the node sees on the robot network.") { topics };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetValue(topics), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, bool byTopic, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync("robots/discovered", stopping).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var robots = answer.Read(ContractsJson.Default.IReadOnlyListDiscoveredRobotDocument);
        if (robots.Count == 0)
        {
            context.Terminal.Say(
                "No robot is seen. Is one publishing, in the node's ROS domain and on a network interface of the node?"
                + " 'twin doctor' looks at both.");
            return ExitCode.Ok;
        }

        context.Terminal.Write(byTopic ? ByTopic(robots) : ByRobot(robots));
        if (robots.FirstOrDefault(robot => robot is { Registered: false, Problem: null }) is { } free)
        {
            var urdf = free.DescriptionTopic is null ? "FILE" : RobotRequestOptions.FromTopic;
            context.Terminal.Say($"Follow one with: twin robots add {free.Id} --link ros2 --urdf {urdf}");
        }

        return ExitCode.Ok;
    }

    private static DataTable ByRobot(IReadOnlyList<DiscoveredRobotDocument> robots)
    {
        var table = new DataTable("ID", "REGISTERED", "TOPICS#", "URDF", "TYPES", "PROBLEM");
        foreach (var robot in robots)
        {
            var types = robot.Topics.Select(topic => topic.Type.Split('/')[^1]).Distinct();
            table.Row(
                robot.Id,
                robot.Registered ? "yes" : "no",
                Figures.Count(robot.Topics.Count),
                robot.DescriptionTopic is null ? Figures.Absent : "offered",
                Figures.List([.. types.Order(StringComparer.Ordinal)]),
                Tones.OfProblem(robot.Problem));
        }

        return table;
    }

    private static DataTable ByTopic(IReadOnlyList<DiscoveredRobotDocument> robots)
    {
        var table = new DataTable("ID", "TOPIC", "TYPE");
        foreach (var (robot, topic) in robots.SelectMany(robot => robot.Topics.Select(topic => (robot, topic))))
        {
            table.Row(robot.Id, topic.Name, topic.Type);
        }

        return table;
    }
}
