using System.CommandLine;
using System.Globalization;
using TwinActors.Cli.Node;
using TwinActors.Cli.Simulation;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;
using TwinActors.Simulation.Faults;

namespace TwinActors.Cli.Commands.WhatIf;

/// <summary><c>twin what-if run</c>: asks for a branch and waits until it is worked out.</summary>
internal static class WhatIfRunCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var id = RobotArgument.Create(globals);
        var name = new Option<string?>("--name") { Description = "What the branch is about." };
        var at = new Option<string?>("--at")
        {
            HelpName = "time",
            Description = "Instant of a recording (RFC 3339) from which it goes on, along the recorded motion. "
                + "Now when left out.",
        };
        var seconds = new Option<double?>("--seconds") { Description = "Simulated time; 10 when left out." };
        var to = Values("--to", "joint=position", "Where a joint moves, changed or not; may be given several times.");
        var friction = Values("--friction", "joint=value", "Coulomb friction of a joint [N·m or N].");
        var damping = Values("--damping", "joint=value", "Viscous friction of a joint [N·m·s/rad or N·s/m].");
        var payload = Values("--payload", "link=kg", "A weight on a link.");
        var bandwidth = new Option<double?>("--bandwidth") { Description = "Gain of the controller [rad/s]." };
        var faults = new Option<string[]>("--fault")
        {
            HelpName = FaultText.Form,
            Description = "What goes wrong; may be given several times.",
            DefaultValueFactory = _ => [],
        };
        faults.Validators.Add(result =>
        {
            foreach (var text in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (!FaultText.TryParse(text, out _, out var problem))
                {
                    result.AddError(problem);
                }
            }
        });
        payload.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string[]>() is { Length: > 1 })
            {
                result.AddError("--payload can be given once.");
            }
        });
        var command = new Command("run", "Work out a branch of a robot and compare it with the robot as it is.")
        {
            id, name, at, seconds, to, friction, damping, payload, bandwidth, faults,
        };
        command.SetAction(globals.Run((context, parse, stopping) => RunAsync(
            context,
            parse.GetRequiredValue(id),
            new WhatIfRequest(
                parse.GetValue(name), parse.GetValue(at), parse.GetValue(seconds), Target(parse.GetValue(to) ?? []),
                new WhatIfChangeRequest(
                    Losses(parse.GetValue(friction) ?? [], parse.GetValue(damping) ?? []),
                    Read(parse.GetValue(payload) ?? []) is [var (link, mass)]
                        ? new WhatIfPayloadRequest(link, mass)
                        : null,
                    parse.GetValue(bandwidth),
                    [.. (parse.GetValue(faults) ?? []).Select(Fault)])),
            stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string id, WhatIfRequest request, CancellationToken stopping)
    {
        var answer = await context.Node.PostAsync(
            NodeClient.RobotRoute(id, "/what-if"), request, ContractsJson.Default.WhatIfRequest, stopping)
            .ConfigureAwait(false);
        var branch = answer.Read(ContractsJson.Default.BranchDocument);
        for (var looks = 0; branch.State == "waiting"; looks++)
        {
            if (looks > 0)
            {
                await Task.Delay(LookEvery, context.Time, stopping).ConfigureAwait(false);
            }

            answer = await context.Node.GetAsync(
                NodeClient.RobotRoute(id, $"/what-if/{branch.Id}"), stopping).ConfigureAwait(false);
            branch = answer.Read(ContractsJson.Default.BranchDocument);
        }

        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
        }
        else
        {
            WhatIfCommand.Write(context.Terminal, branch);
        }

        return branch.State == "done" ? ExitCode.Ok : ExitCode.Failure;
    }

    private static Option<string[]> Values(string name, string form, string description)
    {
        var option = new Option<string[]>(name)
        {
            HelpName = form,
            Description = description,
            DefaultValueFactory = _ => [],
        };
        option.Validators.Add(result =>
        {
            foreach (var text in result.GetValueOrDefault<string[]>() ?? [])
            {
                if (!TryRead(text, out _))
                {
                    result.AddError($"{name} takes {form}, not '{text}'.");
                }
            }
        });
        return option;
    }

    private static bool TryRead(string text, out (string Name, double Value) read)
    {
        var at = text.LastIndexOf('=');
        read = default;
        if (at <= 0 || !double.TryParse(
            text.AsSpan(at + 1), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !double.IsFinite(value))
        {
            return false;
        }

        read = (text[..at], value);
        return true;
    }

    private static List<(string Name, double Value)> Read(IEnumerable<string> texts) =>
        [.. texts.Select(text => TryRead(text, out var read) ? read : default)];

    private static WhatIfPointRequest[]? Target(string[] texts) => texts.Length == 0
        ? null
        : [new WhatIfPointRequest(Read(texts).ToDictionary(target => target.Name, target => target.Value))];

    private static WhatIfJointRequest[] Losses(string[] frictions, string[] dampings)
    {
        var (friction, damping) = (Read(frictions), Read(dampings));
        return [.. friction.Concat(damping).Select(loss => loss.Name).Distinct().Select(joint =>
            new WhatIfJointRequest(joint, ValueOf(friction, joint), ValueOf(damping, joint)))];
    }

    private static double? ValueOf(List<(string Name, double Value)> values, string name) =>
        values.Where(value => value.Name == name).Select(value => (double?)value.Value).LastOrDefault();

    private static WhatIfFaultRequest Fault(string text)
    {
        _ = FaultText.TryParse(text, out var fault, out _);
        return new WhatIfFaultRequest(
            fault!.Component, FaultNames.All.First(known => known.Kind == fault.Kind).Name, fault.Severity,
            fault.Over.TotalSeconds, fault.Begin.TotalSeconds);
    }
}
