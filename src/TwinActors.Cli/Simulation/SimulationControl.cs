using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TwinActors.Cli.Simulation;

/// <summary>The control connection of a simulated robot's process: JSON over a WebSocket, on this machine
/// only.</summary>
/// <remarks>
/// Each request is one text message <c>{"op": …, "id": …}</c> and gets one answer with the same <c>op</c> and <c>id</c>
/// and
/// the state after it. Operations: <c>status</c>; <c>pause</c>; <c>resume</c>; <c>speed</c> with <c>"factor"</c> 0.1 to
/// 100; <c>stop</c>, which ends the process. A request that is refused is answered by <c>{"op":"error", …}</c>.
/// </remarks>
internal sealed class SimulationControl : IDisposable
{
    /// <summary>Longest request [bytes]; a longer one ends the connection.</summary>
    private const int LongestRequest = 4096;

    private readonly HttpListener _listener = new();
    private readonly SimulationRun _run;
    private readonly TimeProvider _time;
    private readonly Action _stop;
    private readonly long _started;

    /// <summary>Begins to listen.</summary>
    /// <param name="port">TCP port on 127.0.0.1.</param>
    /// <param name="run">What is controlled.</param>
    /// <param name="time">Clock of the running time.</param>
    /// <param name="stop">Ends the run.</param>
    /// <exception cref="CliException">The port is taken.</exception>
    public SimulationControl(int port, SimulationRun run, TimeProvider time, Action stop)
    {
        _run = run;
        _time = time;
        _stop = stop;
        _started = time.GetTimestamp();
        _listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        try
        {
            _listener.Start();
        }
        catch (HttpListenerException exception)
        {
            _listener.Close();
            throw new CliException(
                ExitCode.Failure,
                $"The control connection cannot listen on 127.0.0.1:{port}: {exception.Message}.",
                "Choose another port with --control.");
        }
    }

    /// <summary>Serves connections until told to stop.</summary>
    public async Task ServeAsync(CancellationToken stopping)
    {
        using var closing = stopping.Register(_listener.Close);
        var connections = new List<Task>();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var context = await _listener.GetContextAsync().ConfigureAwait(false);
                connections.RemoveAll(connection => connection.IsCompleted);
                connections.Add(AcceptAsync(context, stopping));
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                // Closing the listener is how a waiting accept is woken.
                break;
            }
        }

        await Task.WhenAll(connections).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Close();

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
                return Error(message, $"There is no operation \"{operation}\": status, pause, resume, speed, stop.");
        }

        return Status(operation, message);
    }

    private async Task AcceptAsync(HttpListenerContext context, CancellationToken stopping)
    {
        // A page of a stranger in a browser on this machine may not steer the simulation: browsers say where they come
        // from.
        if (!context.Request.IsWebSocketRequest || context.Request.Headers["Origin"] is not null)
        {
            context.Response.StatusCode = context.Request.IsWebSocketRequest ? 403 : 426;
            context.Response.Close();
            return;
        }

        try
        {
            var accepted = await context.AcceptWebSocketAsync(subProtocol: null).ConfigureAwait(false);
            using var socket = accepted.WebSocket;
            await TalkAsync(socket, stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException)
        {
            // The other side went away, or the process ends: either way the connection is over.
            context.Response.Abort();
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

    private static bool TryReadFactor(JsonObject message, out double factor)
    {
        factor = 0;
        return message["factor"] is JsonValue value
            && value.TryGetValue(out factor)
            && factor is >= SimulationPace.Slowest and <= SimulationPace.Fastest;
    }

    private static JsonObject Error(JsonObject? request, string message) => new()
    {
        ["op"] = "error",
        ["id"] = request?["id"]?.DeepClone(),
        ["message"] = message,
    };
}
