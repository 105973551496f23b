namespace TwinActors.Contracts.Telemetry;

/// <summary>Words of the live socket <c>/ws/v1/telemetry</c>.</summary>
public static class TelemetryProtocol
{
    /// <summary>WebSocket subprotocol.</summary>
    public const string Subprotocol = "twinactors.v1";

    /// <summary>Joint positions [rad or m].</summary>
    public const string Positions = "pos";

    /// <summary>Joint velocities [rad/s or m/s].</summary>
    public const string Velocities = "vel";

    /// <summary>Joint efforts [N·m or N].</summary>
    public const string Efforts = "eff";

    /// <summary>Positions of the virtual robot's joints [rad or m], at the synchronizer's rate. Signals of the virtual
    /// robot have instants of their own: they do not stand in one subscription with those of the robot.</summary>
    public const string VirtualPositions = "vpos";

    /// <summary>Velocities of the virtual robot's joints [rad/s or m/s].</summary>
    public const string VirtualVelocities = "vvel";

    /// <summary>Newest position residuals: measured minus virtual at the sample's instant [rad or m].</summary>
    public const string Residuals = "res";

    /// <summary>Whether a signal is one of the virtual robot.</summary>
    public static bool IsVirtual(string signal) => signal is VirtualPositions or VirtualVelocities or Residuals;
}

/// <summary>A text message of a client: <c>subscribe</c> or <c>unsubscribe</c>.</summary>
/// <param name="Op">What is asked.</param>
/// <param name="Id">Number of the subscription, chosen by the client, 0..65535; comes back in every frame.</param>
/// <param name="Robot">Robot to follow; only with <c>subscribe</c>.</param>
/// <param name="Signals">Signals wanted, in column order; null for positions and velocities.</param>
/// <param name="MaxHz">Highest wanted sample rate [Hz]; null for every sample.</param>
public sealed record TelemetryRequest(
    string? Op,
    int Id,
    string? Robot = null,
    IReadOnlyList<string>? Signals = null,
    double? MaxHz = null);

/// <summary>A text message of the server.</summary>
public sealed record TelemetryNotice
{
    /// <summary><c>hello</c>, <c>subscribed</c>, <c>dropped</c> or <c>error</c>.</summary>
    public required string Op { get; init; }

    /// <summary>Subscription that the message is about; null with <c>hello</c>.</summary>
    public int? Id { get; init; }

    /// <summary>Instant that sample times count from, RFC 3339; only with <c>hello</c>.</summary>
    public string? Epoch { get; init; }

    /// <summary>Name of the node; only with <c>hello</c>.</summary>
    public string? Node { get; init; }

    /// <summary>Robot followed; only with <c>subscribed</c>.</summary>
    public string? Robot { get; init; }

    /// <summary>Signals in column order; only with <c>subscribed</c>.</summary>
    public IReadOnlyList<string>? Signals { get; init; }

    /// <summary>Joints in column order: all of the first signal, then all of the next; only with <c>subscribed</c>,
    /// which comes at once, and again before samples of other joints. Empty while no joint is known.</summary>
    public IReadOnlyList<string>? Joints { get; init; }

    /// <summary>Samples left out because this client was too slow; only with <c>dropped</c>.</summary>
    public long? Samples { get; init; }

    /// <summary>What is wrong and the way out; only with <c>error</c>.</summary>
    public string? Message { get; init; }
}
