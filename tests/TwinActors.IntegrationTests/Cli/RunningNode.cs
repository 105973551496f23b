using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Cli;

/// <summary>A node with one simulated arm, told of it by a robots file.</summary>
public sealed class RunningNode : IAsyncLifetime
{
    /// <summary>The robot that it simulates.</summary>
    public const string Arm = "arm1";

    private readonly TemporaryFolder _folder = new();
    private NodeProcess? _node;

    /// <summary>Its address.</summary>
    public string Url => _node!.Address.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        var robots = _folder.Write("robots.json", $$"""[{"id": "{{Arm}}", "model": "arm6", "link": "simulated"}]""");
        _node = await NodeProcess.StartAsync("--robots", robots);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }

        _folder.Dispose();
    }
}
