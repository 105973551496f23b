using System.CommandLine;

namespace TwinActors.Cli.Commands.Actors;

/// <summary><c>twin actor</c>: looks into the node's actors.</summary>
internal static class ActorCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals) => new("actor", "Look into the node's actors.")
    {
        ActorHierarchyCommand.Create(globals),
        ActorMailboxCommand.Create(globals),
        StuckActorsCommand.Create(globals),
        ActorTapCommand.Create(globals),
    };
}
