using TwinActors.Cli.Node;
using TwinActors.Contracts;

namespace TwinActors.Cli.Commands.Doctor;

/// <summary>Looks at the node: does it answer, and what does it say about itself.</summary>
internal static class NodeChecks
{
    /// <summary>Looks at the node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="findings">Receives what was found.</param>
    /// <param name="stopping">Stops the look.</param>
    /// <returns>Whether the node answers.</returns>
    public static async Task<bool> LookAsync(NodeClient node, List<Finding> findings, CancellationToken stopping)
    {
        try
        {
            var facts = await node.GetAsync("node", ContractsJson.Default.NodeDocument, stopping).ConfigureAwait(false);
            findings.Add(Finding.Pass(
                "node", $"{facts.Name} at {node.Address}, version {facts.Version}, {facts.Robots} robots"));
        }
        catch (CliException failure) when (failure.ExitCode == ExitCode.Unreachable)
        {
            findings.Add(Finding.Fail("node", failure.Message, failure.WayOut ?? "Look at its log."));
            return false;
        }

        var answer = await node.ProbeAsync("/health/ready", stopping).ConfigureAwait(false);
        var health = answer.Read(ContractsJson.Default.HealthDocument);
        findings.AddRange(health.Checks.Select(check =>
        {
            var found = string.IsNullOrEmpty(check.Detail) ? check.Status : check.Detail;
            return check.Status switch
            {
                "ok" => Finding.Pass(check.Name, found),
                "degraded" => Finding.Warn(check.Name, found, FixFor(check.Name)),
                _ => Finding.Fail(check.Name, found, FixFor(check.Name)),
            };
        }));
        return true;
    }

    private static string FixFor(string check) => check switch
    {
        "journal" => "Is the disk of the node's data directory full, read-only or gone? The node's log says more.",
        "ros2" => "Simulated robots work without it; for real ones do what the finding names, then restart the node.",
        _ => "The node's log says more.",
    };
}
