using System.CommandLine;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands;

/// <summary><c>twin joints</c>: all joints of a robot now.</summary>
internal static class JointsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var command = new Command("joints", "All joints of a robot now.") { id };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetRequiredValue(id), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(CommandContext context, string id, CancellationToken stopping)
    {
        var answer = await context.Node.GetAsync(NodeClient.RobotRoute(id, "/joints"), stopping).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var joints = answer.Read(ContractsJson.Default.JointsDocument);
        if (joints.Joints.Count == 0)
        {
            context.Terminal.Say($"No joint of {id} is known: no joint state has arrived and there is no model.");
            return ExitCode.Ok;
        }

        context.Terminal.Write(Table(joints));
        context.Terminal.Say(joints.Stamp is { } stamp
            ? $"{joints.Quality}, {Figures.Age(joints.AgeMs)} old, stamp {stamp}"
            : "No joint state has arrived yet.");
        return ExitCode.Ok;
    }

    // Units are those of the joint's kind, which this document does not tell: rad or m, rad/s or m/s, N·m or N.
    private static DataTable Table(JointsDocument joints)
    {
        var table = new DataTable("##", "JOINT", "POSITION#", "VELOCITY#", "EFFORT#", "QUALITY", "NOTE");
        for (var i = 0; i < joints.Joints.Count; i++)
        {
            var joint = joints.Joints[i];
            table.Row(
                Figures.Count(i),
                joint.Name,
                Figures.Quantity(joint.Position),
                Figures.Quantity(joint.Velocity),
                Figures.Quantity(joint.Effort),
                Tones.OfQuality(joint.Quality),
                joint.Implausible ? new Cell("outside the model's limits", Tone.Bad) : new Cell(""));
        }

        return table;
    }
}
