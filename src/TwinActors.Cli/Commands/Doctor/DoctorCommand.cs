using System.CommandLine;
using System.Text.Json.Nodes;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;

namespace TwinActors.Cli.Commands.Doctor;

/// <summary><c>twin doctor</c>: looks for what is wrong with node, machine or robot, and says the fix.</summary>
internal static class DoctorCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        id.Arity = ArgumentArity.ZeroOrOne;
        id.Description = "Robot to look at closely; the node and this machine alone when left out.";
        var command = new Command("doctor", "Look for what is wrong and say the fix; exit code 7 when something fails.")
        {
            id,
        };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetValue(id), globals.Variable, stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context,
        string? id,
        Func<string, string?> variable,
        CancellationToken stopping)
    {
        var findings = new List<Finding>();
        var isReachable = await NodeChecks.LookAsync(context.Node, findings, stopping).ConfigureAwait(false);
        if (context.Node.Address.IsLoopback)
        {
            findings.AddRange(MachineChecks.Look(variable));
        }
        else
        {
            findings.Add(Finding.Unknown(
                "machine", "the node runs on another machine, which is not looked at", "Run 'twin doctor' there."));
        }

        if (isReachable)
        {
            findings.AddRange(id is null
                ? await LookAtFleetAsync(context, stopping).ConfigureAwait(false)
                : await LookAtRobotAsync(context, id, stopping).ConfigureAwait(false));
        }

        Show(context, findings);
        return findings.Exists(finding => finding.Verdict == Verdict.Fail) ? ExitCode.Attention : ExitCode.Ok;
    }

    private static async Task<IEnumerable<Finding>> LookAtFleetAsync(CommandContext context, CancellationToken stopping)
    {
        var robots = await context.Node
            .GetAsync("robots", ContractsJson.Default.IReadOnlyListRobotSummary, stopping)
            .ConfigureAwait(false);
        return robots.Select(robot => RobotChecks.Link(robot, reason: null));
    }

    private static async Task<IEnumerable<Finding>> LookAtRobotAsync(
        CommandContext context,
        string id,
        CancellationToken stopping)
    {
        var robot = await context.Node
            .GetAsync(NodeClient.RobotRoute(id), ContractsJson.Default.RobotDocument, stopping)
            .ConfigureAwait(false);
        var model = await ReadModelAsync(context.Node, id, stopping).ConfigureAwait(false);
        return RobotChecks.Look(robot, model);
    }

    private static async Task<RobotModel?> ReadModelAsync(NodeClient node, string id, CancellationToken stopping)
    {
        var route = $"/api/v1/{NodeClient.RobotRoute(id, "/urdf")}";
        var answer = await node.ProbeAsync(route, stopping).ConfigureAwait(false);

        // A robot without a model answers 404; the checks that need one then say that they could not look.
        return answer.IsSuccess ? UrdfReader.Read(answer.Text, $"{id}.urdf").Model : null;
    }

    private static void Show(CommandContext context, List<Finding> findings)
    {
        if (context.IsJson)
        {
            context.Terminal.WriteJson(Json(findings).ToJsonString());
            return;
        }

        var table = new DataTable("VERDICT", "CHECK", "FOUND", "FIX");
        foreach (var finding in findings)
        {
            table.Row(
                new Cell(Word(finding.Verdict), ToneOf(finding.Verdict)),
                finding.Check,
                finding.Text,
                new Cell(finding.Fix ?? ""));
        }

        context.Terminal.Write(table);
        context.Terminal.Say(string.Join(
            ", ",
            findings.CountBy(finding => finding.Verdict)
                .OrderByDescending(group => group.Key)
                .Select(group => $"{group.Value} {Word(group.Key)}")));
    }

    private static JsonObject Json(List<Finding> findings) => new()
    {
        ["verdict"] = Word(findings.Max(finding => finding.Verdict)),
        ["findings"] = new JsonArray([.. findings.Select(finding => new JsonObject
        {
            ["verdict"] = Word(finding.Verdict),
            ["check"] = finding.Check,
            ["found"] = finding.Text,
            ["fix"] = finding.Fix,
        })]),
    };

    private static string Word(Verdict verdict) => verdict.ToString().ToLowerInvariant();

    private static Tone ToneOf(Verdict verdict) => verdict switch
    {
        Verdict.Fail => Tone.Bad,
        Verdict.Warn => Tone.Warning,
        Verdict.Unknown => Tone.Quiet,
        _ => Tone.Plain,
    };
}
