using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;
using Xunit;

namespace TwinActors.Testing;

/// <summary>A node in a process of its own, with a port, a data folder and a ROS domain of its own.</summary>
public sealed class NodeProcess : IAsyncDisposable
{
    // A machine that is busy, or stands still for a while, is no fault of the node.
    private const string PatientConfiguration = """
        twin.journal.append-deadline = 60 s
        twin.api.ask-deadline = 60 s
        twin.ros2.tolerated-stall = 10 s
        """;
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyList<string> _arguments;
    private ChildProcess? _process;

    private NodeProcess(IReadOnlyList<string> arguments)
    {
        _arguments = arguments;
        Address = new Uri(FreeUrl());
        Http = new HttpClient { BaseAddress = Address, Timeout = AnswerPatience };
        Environment = new Dictionary<string, string>
        {
            ["ROS_DOMAIN_ID"] = Domain.ToString(CultureInfo.InvariantCulture),
            ["TWIN_CONFIG"] = PatientConfiguration,
            ["TWIN_TIMEOUT"] = "60",
        };
    }

    /// <summary>Where its page and API are.</summary>
    public Uri Address { get; }

    /// <summary>Speaks to it.</summary>
    public HttpClient Http { get; }

    /// <summary>The ROS domain of the node and of the robots that it is to meet.</summary>
    public uint Domain { get; } = RosDomains.Next();

    /// <summary>Environment variables of the node and of programs in the same ROS domain.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The last lines that it printed.</summary>
    public string Words => _process?.Words ?? "";

    /// <summary>An address where nobody listens.</summary>
    public static string FreeUrl() => $"http://127.0.0.1:{FreePorts.Next()}";

    /// <summary>Starts a node and waits until it is ready.</summary>
    /// <param name="arguments">Arguments beside address and data folder.</param>
    public static async Task<NodeProcess> StartAsync(params IEnumerable<string> arguments)
    {
        var node = new NodeProcess([.. arguments]);
        try
        {
            await node.ResumeAsync();
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }

        return node;
    }

    /// <summary>Starts the process again, with the same address and data.</summary>
    public async Task ResumeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        string[] own = ["--urls", Address.GetLeftPart(UriPartial.Authority), "--data", _folder.File("data")];
        _process = ChildProcess.Start(BuiltTree.Host, Environment, [.. own, .. _arguments]);
        var start = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync())
        {
            Assert.False(_process.HasExited, $"The node ended instead of starting:\n{Words}");
            Assert.True(
                TimeProvider.System.GetElapsedTime(start) < StartPatience,
                $"The node was not ready after {StartPatience.TotalSeconds} s:\n{Words}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Ends the process as a power cut would; the data stay.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Asks the process to end, and waits for it; the data stay.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> StopAsync() => _process!.StopAsync();

    /// <summary>Starts <c>twin</c> in the same ROS domain.</summary>
    /// <param name="arguments">Its arguments.</param>
    public ChildProcess Twin(params IEnumerable<string> arguments) =>
        ChildProcess.Start(BuiltTree.Cli, Environment, arguments);

    /// <summary>Reads a document; anything but 200 fails the test.</summary>
    /// <typeparam name="T">A type of the contracts.</typeparam>
    /// <param name="path">Address under <c>/api/v1/</c>.</param>
    public async Task<T> GetAsync<T>(string path)
    {
        using var answer = await Http.GetAsync(Api(path));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"GET {path}: {answer.StatusCode} {text}\n{Words}");
        return (T)JsonSerializer.Deserialize(text, typeof(T), ContractsJson.Default)!;
    }

    /// <summary>Sends a request and takes whatever comes back.</summary>
    /// <param name="method">HTTP method.</param>
    /// <param name="path">Address under <c>/api/v1/</c>.</param>
    /// <param name="body">Text sent as JSON; null for none.</param>
    /// <param name="command">Idempotency key; null for none.</param>
    public async Task<NodeAnswer> SendAsync(HttpMethod method, string path, string? body = null, Guid? command = null)
    {
        using var request = new HttpRequestMessage(method, Api(path));
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        if (command is { } key)
        {
            request.Headers.Add("Idempotency-Key", key.ToString());
        }

        using var answer = await Http.SendAsync(request);
        return new NodeAnswer(
            answer.StatusCode,
            answer.Content.Headers.ContentType?.MediaType,
            answer.Headers.Location,
            await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Asks for a registration and takes whatever comes back.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="command">Idempotency key; null for none.</param>
    public Task<NodeAnswer> PostAsync(RegisterRobotRequest robot, Guid? command = null)
    {
        var body = JsonSerializer.Serialize(robot, ContractsJson.Default.RegisterRobotRequest);
        return SendAsync(HttpMethod.Post, "robots", body, command);
    }

    /// <summary>Registers a robot; anything but 201 fails the test.</summary>
    public async Task RegisterAsync(RegisterRobotRequest robot)
    {
        var answer = await PostAsync(robot);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{answer.Status}: {answer.Text}");
    }

    /// <summary>All events of a robot, read page by page.</summary>
    /// <param name="robot">Robot id.</param>
    /// <param name="pageSize">Events of a page.</param>
    public async Task<IReadOnlyList<EventDocument>> EventsAsync(string robot, int pageSize = 100)
    {
        var events = new List<EventDocument>();
        string? after = "";
        while (after is not null)
        {
            var from = after.Length == 0 ? "" : $"&after={Uri.EscapeDataString(after)}";
            var page = await GetAsync<EventPage>($"robots/{robot}/events?limit={pageSize}{from}");
            events.AddRange(page.Events);
            after = page.Next;
        }

        return events;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        Http.Dispose();
        _folder.Dispose();
    }

    private static Uri Api(string path) => new($"/api/v1/{path}", UriKind.Relative);

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("/health/ready", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

/// <summary>What a node answered.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="MediaType">Type of the body; null without one.</param>
/// <param name="Location">Where the new thing is; null when nothing is new.</param>
/// <param name="Text">The body.</param>
public sealed record NodeAnswer(HttpStatusCode Status, string? MediaType, Uri? Location, string Text)
{
    /// <summary>The body as JSON.</summary>
    public JsonNode Json => JsonNode.Parse(Text) ?? throw new JsonException("The body is null.");
}
