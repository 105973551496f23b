using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.BrowserTests;

/// <summary>A real node: the host as a process of its own, with a data folder of its own, on loopback.</summary>
internal sealed class Node : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _data = new();
    private readonly HttpClient _http;
    private ChildProcess? _process;

    private Node(int port)
    {
        Address = new Uri($"http://127.0.0.1:{port}");
        _http = new HttpClient { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Where its page and API are.</summary>
    public Uri Address { get; }

    /// <summary>ROS domain of the node and of the robots that it is to meet, away from other tests' traffic.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["ROS_DOMAIN_ID"] = $"{100 + (System.Environment.ProcessId % 100)}",
    };

    /// <summary>Starts a node with no robots and waits until it is ready.</summary>
    public static async Task<Node> StartAsync()
    {
        var node = new Node(FreePort());
        await node.ResumeAsync();
        return node;
    }

    /// <summary>Starts the process again, with the same address and data.</summary>
    public async Task ResumeAsync()
    {
        _process = ChildProcess.Start(
            BuiltTree.Host, Environment, "--urls", Address.GetLeftPart(UriPartial.Authority), "--data", _data.Path);
        var deadline = TimeProvider.System.GetUtcNow() + StartPatience;
        while (!await IsReadyAsync())
        {
            Assert.False(_process.HasExited, $"The node ended instead of starting:\n{_process.Words}");
            Assert.True(
                TimeProvider.System.GetUtcNow() < deadline,
                $"The node was not ready after {StartPatience.TotalSeconds} s:\n{_process.Words}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>Ends the process as a power cut would; the data stay.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>Registers a robot.</summary>
    public async Task RegisterAsync(RegisterRobotRequest robot)
    {
        using var answer = await _http.PostAsJsonAsync(
            "/api/v1/robots", robot, ContractsJson.Default.RegisterRobotRequest);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
    }

    /// <summary>Asks for a file as a browser does.</summary>
    /// <param name="path">Address on the node.</param>
    /// <param name="encodings">Compressions that the asker understands; the bytes come as they were sent.</param>
    public async Task<Fetched> FetchAsync(string path, string encodings = "identity")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        using var answer = await _http.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return new Fetched(answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, bytes);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _http.Dispose();
        _data.Dispose();
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>What the node answered.</summary>
internal sealed record Fetched(HttpStatusCode Status, string? MediaType, byte[] Bytes);
