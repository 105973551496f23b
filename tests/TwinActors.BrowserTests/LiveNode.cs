using TwinActors.Contracts.Robots;

[assembly: AssemblyFixture(typeof(TwinActors.BrowserTests.LiveNode))]
[assembly: AssemblyFixture(typeof(TwinActors.BrowserTests.Chromium))]

namespace TwinActors.BrowserTests;

/// <summary>The node that most tests look at: it simulates an arm and a humanoid itself.</summary>
public sealed class LiveNode : IAsyncLifetime
{
    public const string Arm = "arm1";
    public const string Humanoid = "humanoid1";

    internal Node Node { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Node = await Node.StartAsync();
        await Node.RegisterAsync(new RegisterRobotRequest(Arm, Model: "arm6", Link: "simulated", Tags: ["cell-1"]));
        await Node.RegisterAsync(new RegisterRobotRequest(Humanoid, Model: "humanoid", Link: "simulated"));
    }

    public ValueTask DisposeAsync() => Node.DisposeAsync();
}
