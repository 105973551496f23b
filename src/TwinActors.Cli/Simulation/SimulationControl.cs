using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using TwinActors.Simulation.Faults;
using TwinActors.Simulation.Vibration;

namespace TwinActors.Cli.Simulation;

/// <summary>The control connection of a simulated robot's process: JSON over a WebSocket, on this machine
/// only.</summary>
/// <remarks>
/// Each request is one text message <c>{"op": …, "id": …}</c> and gets one answer with the same <c>op</c> and <c>id</c>
/// and the state after it. Operations: <c>status</c>; <c>pause</c>; <c>step</c>, which while paused goes one step on;
/// <c>resume</c>; <c>speed</c> with a <c>"factor"</c> of 0.1 to 100; <c>fault</c> with <c>"robot"</c>,
/// <c>"component"</c>, <c>"kind"</c> (<c>bearing-wear</c>, …), <c>"severity"</c> of 0 to 1, and if wanted
/// <c>"overSeconds"</c>, <c>"growth"</c> (<c>Linear</c>, <c>Exponential</c>) and <c>"part"</c> (<c>OuterRing</c>,
/// <c>InnerRing</c>, <c>Ball</c>, <c>Cage</c>); <c>stop</c>, which ends the process. A request that is refused is
/// answered by <c>{"op":"error", …}</c>.
/// </remarks>
internal sealed class SimulationControl : IAsyncDisposable
{
    /// <summary>Longest request [bytes]; a longer one ends the connection.</summary>
    private const int LongestRequest = 4096;

    private readonly SimulationRun _run;
    private readonly TimeProvider _time;
    private readonly Action _stop;
    private readonly long _started;
    private readonly WebApplication _server;

    private SimulationControl(int port, SimulationRun run, TimeProvider time, Action stop)
    {
        _run = run;
        _time = time;
        _stop = stop;
        _started = time.GetTimestamp();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(IPAddress.Loopback, port));
        // The process ends when its run does, not when the server says so.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        _server = builder.Build();
        _server.UseWebSockets();
        _server.Run(AcceptAsync);
    }

    /// <summary>Begins to listen.</summary>
    /// <param name="port">TCP port on 127.0.0.1.</param>
    /// <param name="run">What is controlled.</param>
    /// <param name="time">Clock of the running time.</param>
    /// <param name="stop">Ends the run.</param>
    /// <exception cref="CliException">The port is taken.</exception>
    public static async Task<SimulationControl> StartAsync(
        int port, SimulationRun run, TimeProvider time, Action stop)
    {
        var control = new SimulationControl(port, run, time, stop);
        try
        {
            await control._server.StartAsync().ConfigureAwait(false);
            return control;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            await control.DisposeAsync().ConfigureAwait(false);
            throw new CliException(
                ExitCode.Failure,
                $"The control connection cannot listen on 127.0.0.1:{port}: {exception.Message}",
                "Choose another port with --control.");
        }
    }

    /// <summary>Ends the connections and stops listening.</summary>
    public ValueTask DisposeAsync() => _server.DisposeAsync();

    /// <summary>Carries one request out.</summary>
    /// <returns>The answer.</returns>
    internal JsonObject Answer(string request)
    {
        JsonObject? message;
        try
        {
            message = JsonNode.Parse(request) as JsonObject;
        }
        catch (JsonException)
        {
            message = null;
        }

        if (message?["op"] is not JsonValue value || !value.TryGetValue(out string? operation))
        {
            return Error(message, "A request is a JSON object with \"op\".");
        }

        switch (operation)
        {
            case "status":
                break;
            case "pause" or "resume":
                _run.Pace.SetPaused(operation == "pause");
                break;
            case "step":
                if (!_run.Pace.TryStep())
                {
                    return Error(message, "The simulation runs; \"pause\" it before a single step.");
                }

                break;
            case "fault":
                if (Inject(message) is { } refusal)
                {
                    return Error(message, refusal);
                }

                break;
            case "speed":
                if (!TryReadFactor(message, out var factor))
                {
                    return Error(message, "\"factor\" must be a number from 0.1 to 100.");
                }

                _run.Pace.SetSpeed(factor);
                break;
            case "stop":
                // Answered first: ending the run ends this connection too.
                break;
            default:
                return Error(
                    message, $"There is no operation \"{operation}\": status, pause, step, resume, speed, fault, "
                    + "stop.");
        }

        return Status(operation, message);
    }

    private async Task AcceptAsync(HttpContext context)
    {
        // A page of a stranger in a browser on this machine may not steer the simulation: browsers say where they come
        // from.
        if (!context.WebSockets.IsWebSocketRequest || context.Request.Headers.Origin.Count > 0)
        {
            context.Response.StatusCode = context.WebSockets.IsWebSocketRequest ? 403 : 426;
            return;
        }

        try
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync().ConfigureAwait(false);
            await TalkAsync(socket, context.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception exception)
            when (exception is WebSocketException or OperationCanceledException or ConnectionAbortedException)
        {
            // The other side went away, or the process ends: either way the connection is over.
        }
    }

    private async Task TalkAsync(WebSocket socket, CancellationToken stopping)
    {
        var buffer = new byte[LongestRequest];
        var length = 0;
        while (socket.State is WebSocketState.Open)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(length), stopping).ConfigureAwait(false);
            length += received.Count;
            var isTooLong = length == buffer.Length && !received.EndOfMessage;
            if (received.MessageType is not WebSocketMessageType.Text || isTooLong)
            {
                var reason = received.MessageType is WebSocketMessageType.Close
                    ? WebSocketCloseStatus.NormalClosure
                    : WebSocketCloseStatus.PolicyViolation;
                await socket.CloseOutputAsync(reason, null, stopping).ConfigureAwait(false);
                return;
            }

            if (received.EndOfMessage)
            {
                var answer = Answer(Encoding.UTF8.GetString(buffer, 0, length));
                length = 0;
                await socket
                    .SendAsync(Encoding.UTF8.GetBytes(answer.ToJsonString()), WebSocketMessageType.Text, true, stopping)
                    .ConfigureAwait(false);
                if ((string?)answer["op"] == "stop")
                {
                    await socket.CloseOutputAsync(
                        WebSocketCloseStatus.NormalClosure,
                        null,
                        stopping).ConfigureAwait(false);
                    _stop();
                    return;
                }
            }
        }
    }

    private JsonObject Status(string operation, JsonObject request)
    {
        var (pace, tally) = (_run.Pace.Current, _run.Tally);
        return new JsonObject
        {
            ["op"] = operation,
            ["id"] = request["id"]?.DeepClone(),
            ["robots"] = new JsonArray([.. _run.Names.Select(name => JsonValue.Create(name))]),
            ["state"] = pace.IsPaused ? "paused" : "running",
            ["speed"] = pace.Speed,
            ["seconds"] = _time.GetElapsedTime(_started).TotalSeconds,
            ["steps"] = tally.Steps,
            ["published"] = tally.Published,
            ["busy"] = tally.Busy,
            ["missed"] = tally.Missed,
        };
    }

    private string? Inject(JsonObject message)
    {
        if (!FaultNames.TryParse(Text(message, "kind"), out var kind, out var problem))
        {
            return problem;
        }

        if (!TryReadNumber(message, "severity", out var severity))
        {
            return "\"severity\" must be a number from 0 to 1.";
        }

        var (over, growth, part) = (0.0, FaultGrowth.Linear, BearingPart.OuterRing);
        if ((message.ContainsKey("overSeconds") && !TryReadNumber(message, "overSeconds", out over))
            || (message.ContainsKey("growth") && !Enum.TryParse(Text(message, "growth"), out growth))
            || (message.ContainsKey("part") && !Enum.TryParse(Text(message, "part"), out part)))
        {
            return "\"overSeconds\" must be a number, \"growth\" Linear or Exponential, \"part\" OuterRing, "
                + "InnerRing, Ball or Cage.";
        }

        var fault = new Fault(kind, Text(message, "component"), severity)
        {
            Over = TimeSpan.FromSeconds(Math.Clamp(over, 0, 1e8)),
            Growth = growth,
            Part = part,
        };
        return _run.Inject(Text(message, "robot"), fault);
    }

    private static string Text(JsonObject message, string key) =>
        message[key] is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private static bool TryReadNumber(JsonObject message, string key, out double number)
    {
        number = 0;
        return message[key] is JsonValue value && value.TryGetValue(out number);
    }

    private static bool TryReadFactor(JsonObject message, out double factor) =>
        TryReadNumber(message, "factor", out factor)
            && factor is >= SimulationPace.Slowest and <= SimulationPace.Fastest;

    private static JsonObject Error(JsonObject? request, string message) => new()
    {
        ["op"] = "error",
        ["id"] = request?["id"]?.DeepClone(),
        ["message"] = message,
    };

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
