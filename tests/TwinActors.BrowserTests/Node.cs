using System.Net;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.BrowserTests;

/// <summary>A node that serves the page.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly NodeProcess _process;

    private Node(NodeProcess process) => _process = process;

    /// <summary>Where its page and API are.</summary>
    public Uri Address => _process.Address;

    /// <summary>Starts a node with no robots and waits until it is ready.</summary>
    public static async Task<Node> StartAsync() => new(await NodeProcess.StartAsync());

    /// <summary>Starts the process again, with the same address and data.</summary>
    public Task ResumeAsync() => _process.ResumeAsync();

    /// <summary>Ends the process as a power cut would; the data stay.</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>Starts <c>twin</c> in the same ROS domain.</summary>
    public ChildProcess Twin(params IEnumerable<string> arguments) => _process.Twin(arguments);

    /// <summary>Registers a robot.</summary>
    public Task RegisterAsync(RegisterRobotRequest robot) => _process.RegisterAsync(robot);

    /// <summary>Asks for a file as a browser does.</summary>
    /// <param name="path">Address on the node.</param>
    /// <param name="encodings">Compressions that the asker understands; the bytes come as they were sent.</param>
    public async Task<Fetched> FetchAsync(string path, string encodings = "identity")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        using var answer = await _process.Http.SendAsync(request);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        return new Fetched(answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, bytes);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}

/// <summary>What the node answered.</summary>
internal sealed record Fetched(HttpStatusCode Status, string? MediaType, byte[] Bytes);
