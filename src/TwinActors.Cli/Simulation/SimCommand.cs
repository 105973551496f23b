using System.CommandLine;

namespace TwinActors.Cli.Simulation;

/// <summary><c>twin sim</c>: simulated robots.</summary>
internal static class SimCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals) =>
        new("sim", "Simulated robots.") { SimRunCommand.Create(globals), SimFaultCommand.Create(globals) };
}
