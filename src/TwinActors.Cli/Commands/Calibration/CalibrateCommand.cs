using System.CommandLine;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Cli.Commands.Calibration;

/// <summary><c>twin calibrate</c>: what a robot's recorded motion says of its friction, damping, rotors, payload and
/// delay.</summary>
internal static class CalibrateCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var from = new Option<string?>("--from")
        {
            HelpName = "time",
            Description = "Begin of the motion in the robot's recordings (RFC 3339); the newest when left out.",
        };
        var seconds = new Option<double?>("--seconds") { Description = "Length of the motion; 60 when left out." };
        var payload = new Option<string?>("--payload")
        {
            HelpName = "link",
            Description = "Link that carries a weight of unknown mass.",
        };
        var approve = new Option<bool>("--approve")
        {
            Description = "Use what is found for the robot's virtual robots from now on.",
        };
        var command = new Command(
            "calibrate", "Identify a robot's parameters from its recorded motion; nothing is used until approved.")
        {
            id, from, seconds, payload, approve,
        };
        command.SetAction(globals.Run((context, parse, stopping) => RunAsync(
            context,
            parse.GetRequiredValue(id),
            new CalibrationRequest(parse.GetValue(from), parse.GetValue(seconds), parse.GetValue(payload)),
            parse.GetValue(approve),
            stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string id, CalibrationRequest request, bool isApproved, CancellationToken stopping)
    {
        var answer = await context.Node.PostAsync(
            NodeClient.RobotRoute(id, "/calibration/proposal"), request, ContractsJson.Default.CalibrationRequest,
            stopping).ConfigureAwait(false);
        var proposal = answer.Read(ContractsJson.Default.CalibrationProposalDocument);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
        }
        else
        {
            Write(context.Terminal, proposal);
        }

        if (!isApproved)
        {
            return ExitCode.Ok;
        }

        if (proposal.Parameters is not { } parameters)
        {
            throw new CliException(ExitCode.Refused, "Nothing was identified, so there is nothing to approve.");
        }

        await context.Node.PostAsync(
            NodeClient.RobotRoute(id, "/calibration"), parameters, ContractsJson.Default.CalibrationParameters,
            stopping).ConfigureAwait(false);
        context.Terminal.Say($"Approved: virtual robots of {id} have these parameters from now on.");
        return ExitCode.Ok;
    }

    private static void Write(Terminal terminal, CalibrationProposalDocument proposal)
    {
        var table = new DataTable("JOINT", "FRICTION#", "DAMPING#", "ROTOR#", "BEFORE#", "AFTER#", "NOTE");
        foreach (var joint in proposal.Joints)
        {
            table.Row(
                joint.Name,
                Figures.Quantity(joint.Friction),
                Figures.Quantity(joint.Damping),
                Figures.Quantity(joint.RotorInertia),
                Figures.Quantity(joint.ResidualBefore),
                Figures.Quantity(joint.ResidualAfter),
                joint.Problem is { } problem ? new Cell(problem, Tone.Warning) : new Cell(""));
        }

        terminal.Write(table);
        if (proposal.Payload is { } payload)
        {
            terminal.Say(payload.Problem ?? FormattableString.Invariant(
                $"Payload at {payload.Link}: {payload.Mass:0.000} kg, give or take {payload.Deviation:0.000} kg."));
        }

        terminal.Say($"{proposal.Samples} joint states from {proposal.From} to {proposal.To}."
            + (proposal.EffortDelayMs is { } late
                ? FormattableString.Invariant($" Efforts are told {late:0.0} ms later than the motion.")
                : ""));
    }
}
