using System.CommandLine;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.Vibration;

namespace TwinActors.Cli.Simulation;

/// <summary><c>twin sim fault</c>: gives a running simulated robot a fault.</summary>
internal static class SimFaultCommand
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var robot = new Argument<string>("robot") { Description = "The robot's name." };
        var component = new Argument<string>("component")
        {
            Description = "Where: a joint; a link for payload-change; joints, imu, laser, odometry, motors or a joint "
                + "for dropout; link for latency and link-loss.",
        };
        var kind = new Argument<string>("kind")
        {
            Description = $"What: {string.Join(", ", FaultNames.All.Select(known => known.Name))}.",
        };
        var severity = new Option<double>("--severity")
        {
            Description = "How bad it gets, 0 (in good order again) to 1.",
            DefaultValueFactory = _ => 1,
        };
        var over = new Option<string>("--over")
        {
            HelpName = "time",
            Description = "How long it takes until it is that bad, in simulated time, like 2h or 90s.",
            DefaultValueFactory = _ => "0s",
        };
        var growth = new Option<FaultGrowth>("--growth") { Description = "How it gets worse meanwhile." };
        var part = new Option<BearingPart>("--part") { Description = "Damaged part, for bearing-wear." };
        var control = new Option<int>("--control")
        {
            HelpName = "port",
            Description = "Port that 'twin sim run --control' was given.",
            Required = true,
        };
        var command = new Command("fault", "Give a running simulated robot a fault.")
        {
            robot, component, kind, severity, over, growth, part, control,
        };
        kind.Validators.Add(result =>
        {
            if (!FaultNames.TryParse(result.GetValueOrDefault<string>(), out _, out var problem))
            {
                result.AddError(problem);
            }
        });
        over.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is var text && !FaultText.TryParseTime(text, out _))
            {
                result.AddError($"--over: {FaultText.TimeProblem(text)}");
            }
        });
        command.SetAction(globals.Run(async (context, parse, stopping) =>
        {
            _ = FaultText.TryParseTime(parse.GetRequiredValue(over), out var time);
            var request = new JsonObject
            {
                ["op"] = "fault",
                ["robot"] = parse.GetRequiredValue(robot),
                ["component"] = parse.GetRequiredValue(component),
                ["kind"] = parse.GetRequiredValue(kind),
                ["severity"] = parse.GetValue(severity),
                ["overSeconds"] = time.TotalSeconds,
                ["growth"] = parse.GetValue(growth).ToString(),
                ["part"] = parse.GetValue(part).ToString(),
            };
            var answer = await AskAsync(parse.GetValue(control), request, context.Time, stopping)
                .ConfigureAwait(false);
            Report(context, request, answer);
            return ExitCode.Ok;
        }));
        return command;
    }

    private static void Report(CommandContext context, JsonObject request, JsonObject answer)
    {
        if ((string?)answer["op"] == "error")
        {
            throw new CliException(ExitCode.Refused, (string?)answer["message"] ?? "The simulation refused.");
        }

        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.ToJsonString());
            return;
        }

        context.Terminal.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{request["robot"]}: {request["kind"]} of {request["component"]} reaches {request["severity"]} in "
            + $"{request["overSeconds"]} s of simulated time."));
    }

    private static async Task<JsonObject> AskAsync(
        int port, JsonObject request, TimeProvider time, CancellationToken stopping)
    {
        using var timeUp = new CancellationTokenSource(Patience, time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, timeUp.Token);
        using var socket = new ClientWebSocket();
        try
        {
            await socket.ConnectAsync(new Uri($"ws://127.0.0.1:{port}/"), ending.Token).ConfigureAwait(false);
            await socket
                .SendAsync(
                    Encoding.UTF8.GetBytes(request.ToJsonString()), WebSocketMessageType.Text, true, ending.Token)
                .ConfigureAwait(false);
            // An answer names all robots of the process.
            using var answer = new MemoryStream();
            var buffer = new byte[4096];
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(), ending.Token).ConfigureAwait(false);
                answer.Write(buffer, 0, received.Count);
            }
            while (!received.EndOfMessage);
            return JsonNode.Parse(answer.ToArray())!.AsObject();
        }
        catch (Exception exception) when (exception is WebSocketException
            || (exception is OperationCanceledException && !stopping.IsCancellationRequested))
        {
            throw new CliException(
                ExitCode.Unreachable,
                $"No simulation answers on 127.0.0.1:{port}.",
                "Start it with 'twin sim run --control PORT' and give the same port here.");
        }
    }
}
