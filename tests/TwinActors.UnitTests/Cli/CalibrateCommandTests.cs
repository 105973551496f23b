namespace TwinActors.UnitTests.Cli;

public sealed class CalibrateCommandTests
{
    private const string Route = "POST /api/v1/robots/arm1/calibration";

    private const string Proposal = """
        {"from":"2026-03-01T12:00:00Z","to":"2026-03-01T12:01:00Z","samples":6000,"effortDelayMs":1.5,
         "linkDelayMs":3,"joints":[
           {"name":"elbow","friction":2.5,"damping":0.5,"rotorInertia":0.1,"residualBefore":1.9,"residualAfter":0.6,
            "condition":4,"problem":null},
           {"name":"wrist","friction":null,"damping":null,"rotorInertia":null,"residualBefore":null,
            "residualAfter":null,"condition":null,"problem":"Joint wrist moves in 0 samples."}],
         "payload":{"link":"tool0","mass":0.81,"deviation":0.01,"problem":null},
         "parameters":{"joints":[{"joint":"elbow","friction":2.5,"damping":0.5,"rotorInertia":0.1}],
           "payload":{"link":"tool0","mass":0.81},"effortDelayMs":1.5}}
        """;

    [Fact]
    public async Task What_is_found_is_a_table_and_nothing_is_approved_unasked()
    {
        await using var node = new StubNode().Answer($"{Route}/proposal", Proposal);

        var run = await CommandLine.RunAsync("calibrate", "arm1", "--payload", "tool0", "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"elbow +2\.500000 +0\.500000 +0\.100000 +1\.900000 +0\.600000", run.Output);
        Assert.Contains("Joint wrist moves in 0 samples.", run.Output, StringComparison.Ordinal);
        Assert.Contains("Payload at tool0: 0.810 kg, give or take 0.010 kg.", run.Error, StringComparison.Ordinal);
        Assert.Single(node.Requests);
    }

    [Fact]
    public async Task What_is_approved_is_what_was_found()
    {
        await using var node = new StubNode().Answer($"{Route}/proposal", Proposal).Answer(Route, "{}");

        var run = await CommandLine.RunAsync("calibrate", "arm1", "--approve", "--url", node.Url);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("\"rotorInertia\":0.1", node.Requests.Last().Body, StringComparison.Ordinal);
        Assert.Contains("Approved", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_found_is_nothing_to_approve()
    {
        var nothing = Proposal[..Proposal.IndexOf("\"parameters\"", StringComparison.Ordinal)] + "\"parameters\":null}";
        await using var node = new StubNode().Answer($"{Route}/proposal", nothing);

        var run = await CommandLine.RunAsync("calibrate", "arm1", "--approve", "--url", node.Url);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Single(node.Requests);
    }
}
