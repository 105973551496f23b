using System.CommandLine;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Robots;

/// <summary><c>twin robots show</c>: link, streams and sensors of one robot.</summary>
internal static class ShowRobotCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var command = new Command("show", "Link, streams and sensors of one robot.") { id };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetRequiredValue(id), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string id, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync(NodeClient.RobotRoute(id), stopping).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var robot = answer.Read(ContractsJson.Default.RobotDocument);
        context.Terminal.Write(Facts(robot));
        context.Terminal.Output.WriteLine();
        context.Terminal.Write(StreamTable.Of(robot.Streams));
        return ExitCode.Ok;
    }

    private static DataTable Facts(RobotDocument robot)
    {
        var summary = robot.Robot;
        var joints = robot.Joints.Joints;
        var implausible = joints.Where(joint => joint.Implausible).Select(joint => joint.Name).ToList();
        var link = Tones.OfLink(summary.Link);
        return new DataTable("ROBOT", PrintableText.Of(summary.Id))
            .Row("model", summary.Model ?? Figures.Absent)
            .Row("tags", Figures.List(summary.Tags))
            .Row("link", link with
            {
                Text = $"{robot.LinkKind}, {summary.Link}" + (robot.LinkReason is { } reason ? $": {reason}" : ""),
            })
            .Row("mode", summary.Mode)
            .Row("last seen", summary.LastSeen ?? Figures.Absent)
            .Row("age", Figures.Age(summary.AgeMs))
            .Row("clock offset", ClockText.Of(robot))
            .Row("joints", $"{joints.Count}, {robot.Joints.Quality}, at {Figures.Rate(summary.RateHz)}")
            .Row("implausible", implausible.Count == 0 ? Figures.Absent : new Cell(Figures.List(implausible), Tone.Bad))
            .Row("registered", robot.RegisteredAt)
            .Row("events", Figures.Count(robot.Version));
    }
}
