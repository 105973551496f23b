using System.CommandLine;

namespace TwinActors.Cli.Commands.Robots;

/// <summary><c>twin robots</c>: which robots the node follows.</summary>
internal static class RobotsCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals) => new("robots", "Which robots the node follows.")
    {
        ListRobotsCommand.Create(globals),
        ShowRobotCommand.Create(globals),
        AddRobotCommand.Create(globals),
        RemoveRobotCommand.Create(globals),
        DiscoverRobotsCommand.Create(globals),
    };
}
