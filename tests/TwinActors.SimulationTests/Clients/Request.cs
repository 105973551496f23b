using TwinActors.Kernel.EventSourcing;
using TwinActors.SimulationTests.Lists;

namespace TwinActors.SimulationTests.Clients;

/// <summary>A command on its way to a node, and the way back.</summary>
/// <param name="Id">Id of the command.</param>
/// <param name="Client">Who sends it.</param>
/// <param name="Number">Number of this sending among all of the client.</param>
/// <param name="Entity">Key of the entity.</param>
/// <param name="Command">The command.</param>
/// <param name="Answer">Takes the reply to the client; more than once does no harm.</param>
internal sealed record Request(
    Guid Id, int Client, long Number, string Entity, ListCommand Command, Action<Reply> Answer);

/// <summary>What a client hears of one sending.</summary>
/// <param name="Outcome">What the entity says; null when the sending did not get there.</param>
internal readonly record struct Reply(CommandOutcome? Outcome)
{
    /// <summary>No answer came: the command may have been carried out.</summary>
    public static Reply Lost { get; } = new(new CommandOutcome.Unknown("No answer came."));

    /// <summary>The command was certainly not carried out.</summary>
    public static Reply NotReached { get; }

    /// <summary>Whether this sending may have been carried out.</summary>
    public bool IsUnknown => Outcome is CommandOutcome.Unknown;
}
