using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace TwinActors.Cli.Node;

/// <summary>Talks HTTP to one node; every failure is a <see cref="CliException"/> with its exit code.</summary>
internal sealed class NodeClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    /// <param name="address">Address of the node, as <c>http://127.0.0.1:8050</c>.</param>
    /// <param name="patience">Longest wait for an answer.</param>
    /// <param name="time">Clock of the wait.</param>
    public NodeClient(Uri address, TimeSpan patience, TimeProvider time)
    {
        Address = address;
        _patience = patience;
        _time = time;
        var sockets = new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            AllowAutoRedirect = false,
            // HTTP_PROXY is for the world outside: a proxy cannot reach this machine's loopback.
            UseProxy = !address.IsLoopback,
        };
        _http = new HttpClient(sockets) { BaseAddress = address, Timeout = Timeout.InfiniteTimeSpan };
        _http.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
    }

    /// <summary>Address of the node.</summary>
    public Uri Address { get; }

    /// <summary>Route of a robot, or of a part of it.</summary>
    public static string RobotRoute(string id, string part = "") => $"robots/{Uri.EscapeDataString(id)}{part}";

    /// <summary>Reads a document as the node wrote it.</summary>
    /// <param name="route">Route under <c>/api/v1</c>, without a slash in front.</param>
    /// <param name="stopping">Stops the wait.</param>
    public Task<NodeAnswer> GetAsync(string route, CancellationToken stopping) =>
        SendAsync(HttpMethod.Get, $"/api/v1/{route}", null, stopping);

    /// <summary>Reads a document outside <c>/api/v1</c>; an answer that is not a success is an answer too.</summary>
    public Task<NodeAnswer> ProbeAsync(string path, CancellationToken stopping) =>
        SendAsync(HttpMethod.Get, path, null, stopping, isEveryAnswerWelcome: true);

    /// <summary>Reads a document.</summary>
    /// <typeparam name="T">What the document is.</typeparam>
    public async Task<T> GetAsync<T>(string route, JsonTypeInfo<T> type, CancellationToken stopping)
    {
        var answer = await GetAsync(route, stopping).ConfigureAwait(false);
        return answer.Read(type);
    }

    /// <summary>Opens the live socket.</summary>
    public Task<TelemetrySocket> OpenTelemetryAsync(CancellationToken stopping) =>
        TelemetrySocket.ConnectAsync(Address, _patience, _time, stopping);

    /// <summary>Reads the lines of an answer without an end as they come: one JSON document each.</summary>
    /// <param name="route">Route under <c>/api/v1</c>, without a slash in front.</param>
    /// <param name="stopping">Ends it.</param>
    public async IAsyncEnumerable<NodeAnswer> FollowAsync(
        string route, [EnumeratorCancellation] CancellationToken stopping)
    {
        var path = $"/api/v1/{route}";
        using var response = await BeginAsync(path, stopping).ConfigureAwait(false);
        await using var body = await response.Content.ReadAsStreamAsync(stopping).ConfigureAwait(false);
        using var reader = new StreamReader(body, Encoding.UTF8);
        while (await ReadLineAsync(reader, stopping).ConfigureAwait(false) is { } line)
        {
            yield return new NodeAnswer(response.StatusCode, Encoding.UTF8.GetBytes(line), new Uri(Address, path));
        }
    }

    /// <summary>Sends a document.</summary>
    public Task<NodeAnswer> PostAsync<T>(string route, T body, JsonTypeInfo<T> type, CancellationToken stopping)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync(HttpMethod.Post, $"/api/v1/{route}", content, stopping);
    }

    /// <summary>Asks for something to be done.</summary>
    public Task<NodeAnswer> PostAsync(string route, CancellationToken stopping) =>
        SendAsync(HttpMethod.Post, $"/api/v1/{route}", null, stopping);

    /// <summary>Deletes a resource.</summary>
    public Task<NodeAnswer> DeleteAsync(string route, CancellationToken stopping) =>
        SendAsync(HttpMethod.Delete, $"/api/v1/{route}", null, stopping);

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // Gives up before the answer is late: a request that never went out is told from one without an answer.
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken stopping)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var deadline = new CancellationTokenSource(_patience / 2, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, either.Token).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (Exception failure)
        {
            socket.Dispose();
            if (failure is OperationCanceledException && !stopping.IsCancellationRequested)
            {
                throw new SocketException((int)SocketError.TimedOut);
            }

            throw;
        }
    }

    private async Task<HttpResponseMessage> BeginAsync(string path, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token)
                .ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return response;
            }

            using (response)
            {
                var problem = await response.Content.ReadAsStringAsync(either.Token).ConfigureAwait(false);
                throw ProblemAnswer.ToException(response.StatusCode, problem, Address);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            throw TooLate(HttpMethod.Get, path);
        }
        catch (HttpRequestException failure)
        {
            throw Unreachable(Address, failure);
        }
    }

    // A node that is killed ends the answer in the middle: for the reader that is an end like any other.
    private static async ValueTask<string?> ReadLineAsync(StreamReader reader, CancellationToken stopping)
    {
        try
        {
            return await reader.ReadLineAsync(stopping).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<NodeAnswer> SendAsync(
        HttpMethod method,
        string path,
        HttpContent? content,
        CancellationToken stopping,
        bool isEveryAnswerWelcome = false)
    {
        using var deadline = new CancellationTokenSource(_patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stopping);
        try
        {
            using var request = new HttpRequestMessage(method, path) { Content = content };
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode && !isEveryAnswerWelcome)
            {
                throw ProblemAnswer.ToException(response.StatusCode, Encoding.UTF8.GetString(body), Address);
            }

            return new NodeAnswer(response.StatusCode, body, new Uri(Address, path));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !stopping.IsCancellationRequested)
        {
            throw TooLate(method, path);
        }
        catch (HttpRequestException failure)
        {
            throw Unreachable(Address, failure);
        }
    }

    /// <summary>The node could not be reached.</summary>
    public static CliException Unreachable(Uri address, Exception failure)
    {
        var reason = failure.GetBaseException() is SocketException socket ? socket.Message : failure.Message;
        return new CliException(
            ExitCode.Unreachable,
            $"The node at {address} does not answer: {reason}.",
            "Start one with ./twin demo or ./twin up, or name another with --url or the variable TWIN_URL.");
    }

    private CliException TooLate(HttpMethod method, string path) => method == HttpMethod.Get
        ? new CliException(
            ExitCode.Unreachable,
            $"The node at {Address} gave no answer to GET {path} within {_patience.TotalSeconds} s.",
            "Look at its log: it may be overloaded or stopped in a debugger.")
        : new CliException(
            ExitCode.NotAcknowledged,
            $"The node at {Address} did not acknowledge {method} {path} within {_patience.TotalSeconds} s.",
            "It may have been carried out: look before sending it again.");
}

/// <summary>A node's answer.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">The document as it came, UTF-8; empty when there is none.</param>
/// <param name="Source">Where it came from.</param>
internal sealed record NodeAnswer(HttpStatusCode Status, byte[] Body, Uri Source)
{
    /// <summary>The document as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Whether the request succeeded.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Reads the document.</summary>
    /// <exception cref="CliException">It is not a document of that kind.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(Body, type) ?? throw NotUnderstood("it is null");
        }
        catch (JsonException failure)
        {
            throw NotUnderstood(failure.Message);
        }
    }

    private CliException NotUnderstood(string reason) => new(
        Cli.ExitCode.Failure,
        $"The answer of {Source} is not understood: {reason}",
        "Is this a TwinActors node, and of the same version as this program?");
}
