using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Node;

/// <summary>The Foxglove socket of a real node: who may open it, and what it refuses.</summary>
[Collection(NodeRoom.Name)]
public sealed class FoxgloveTests(SharedNode shared)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly NodeProcess _node = shared.Node;

    [Theory]
    [InlineData("foxglove.sdk.v1", null, 101)]
    [InlineData("foxglove.websocket.v1", null, 101)]
    [InlineData("foxglove.sdk.v9", null, 400)]
    [InlineData("foxglove.sdk.v1", "http://evil.example", 403)]
    public async Task Only_known_protocols_and_own_pages_open_the_socket(string subprotocol, string? origin, int status)
    {
        using var socket = await KnockAsync(subprotocol, origin);

        Assert.Equal(status, (int)socket.HttpStatusCode);
        Assert.Equal(status == 101 ? subprotocol : null, socket.SubProtocol);
    }

    [Theory]
    [InlineData("""{"op":"advertise","channels":[{"id":1,"topic":"/a","encoding":"cdr","schemaName":"a"}]}""")]
    [InlineData("""{"op":"setParameters","parameters":[]}""")]
    [InlineData("""{"op":"subscribe","subscriptions":[{"id":1,"channelId":4000000000}]}""")]
    [InlineData("""{"op":"subscribe","subscriptions":[{"id":-1,"channelId":1}]}""")]
    [InlineData("""{"op":"subscribe"}""")]
    [InlineData("[]")]
    [InlineData("no json")]
    public async Task Whatever_is_no_subscription_is_refused_and_the_socket_goes_on(string request)
    {
        using var socket = await KnockAsync("foxglove.sdk.v1", origin: null);

        await SendAsync(socket, request);
        var refusal = await FindAsync(socket, "status");
        await SendAsync(socket, """{"op":"again"}""");

        Assert.Equal(2, refusal["level"]!.GetValue<int>());
        Assert.Contains(
            "again", (await FindAsync(socket, "status"))["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_robot_that_comes_is_advertised_and_one_that_goes_is_taken_back()
    {
        using var socket = await KnockAsync("foxglove.sdk.v1", origin: null);
        var info = await FindAsync(socket, "serverInfo");
        await _node.RegisterAsync(new RegisterRobotRequest("fox2", Model: "arm6"));

        JsonNode? summary = null;
        while (summary is null)
        {
            summary = (await FindAsync(socket, "advertise"))["channels"]!.AsArray()
                .FirstOrDefault(channel => channel!["topic"]!.GetValue<string>() == "/fox2/twin");
        }

        await _node.SendAsync(HttpMethod.Delete, "robots/fox2");
        var id = summary["id"]!.GetValue<uint>();
        while (!(await FindAsync(socket, "unadvertise"))["channelIds"]!.AsArray()
            .Any(gone => gone!.GetValue<uint>() == id))
        {
            // Robots of other tests go too.
        }

        Assert.Equal("""["time"]""", info["capabilities"]!.ToJsonString());
        Assert.Equal("json", summary["encoding"]!.GetValue<string>());
    }

    private async Task<ClientWebSocket> KnockAsync(string subprotocol, string? origin)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        socket.Options.AddSubProtocol(subprotocol);
        if (origin is not null)
        {
            socket.Options.SetRequestHeader("Origin", origin);
        }

        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(new Uri($"ws://{_node.Address.Authority}/foxglove"), deadline.Token);
        }
        catch (WebSocketException)
        {
            // The status tells.
        }

        return socket;
    }

    private static Task SendAsync(ClientWebSocket socket, string text) => socket.SendAsync(
        Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, TestContext.Current.CancellationToken);

    /// <summary>Reads on to the next text message of an operation.</summary>
    private static async Task<JsonNode> FindAsync(ClientWebSocket socket, string op)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Patience);
        var buffer = new byte[4 << 20];
        while (true)
        {
            var length = 0;
            ValueWebSocketReceiveResult part;
            do
            {
                part = await socket.ReceiveAsync(buffer.AsMemory(length), deadline.Token);
                length += part.Count;
            }
            while (!part.EndOfMessage);
            if (part.MessageType == WebSocketMessageType.Text
                && JsonNode.Parse(buffer.AsSpan(0, length))!["op"]!.GetValue<string>() == op)
            {
                return JsonNode.Parse(buffer.AsSpan(0, length))!;
            }
        }
    }
}
