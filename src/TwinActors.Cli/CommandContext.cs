using TwinActors.Cli.Node;
using TwinActors.Cli.Output;

namespace TwinActors.Cli;

/// <summary>What one run of a command works with.</summary>
/// <param name="terminal">Where it writes.</param>
/// <param name="node">The node it talks to.</param>
/// <param name="isJson">Whether data is asked for as JSON.</param>
/// <param name="time">Clock of waits and deadlines.</param>
internal sealed class CommandContext(Terminal terminal, NodeClient node, bool isJson, TimeProvider time) : IDisposable
{
    /// <summary>Where it writes.</summary>
    public Terminal Terminal { get; } = terminal;

    /// <summary>The node it talks to.</summary>
    public NodeClient Node { get; } = node;

    /// <summary>Whether data is asked for as JSON.</summary>
    public bool IsJson { get; } = isJson;

    /// <summary>Clock of waits and deadlines.</summary>
    public TimeProvider Time { get; } = time;

    /// <inheritdoc/>
    public void Dispose() => Node.Dispose();
}
