using TwinActors.Cli;

namespace TwinActors.UnitTests.Cli.Simulation;

public sealed class SimRunUsageTests
{
    [Theory]
    [InlineData("Give either --model (arm6, base, humanoid or a file) or --robots")]
    [InlineData("Give either --model", "--model", "arm6", "--robots", "2")]
    [InlineData("--rate takes a number from 1 to 1000", "--model", "arm6", "--rate", "0")]
    [InlineData("--domain takes a number from 0 to 232", "--model", "arm6", "--domain", "300")]
    [InlineData("--robots takes a number from 1 to 5000", "--robots", "0")]
    [InlineData("there are bearing-wear", "--model", "arm6", "--fault", "elbow:rust:1")]
    [InlineData("The robot id \"9\" has '9' at character 1", "--model", "arm6", "--id", "9")]
    public async Task A_wrong_command_line_says_what_it_takes(string words, params string[] arguments)
    {
        var run = await CommandLine.RunAsync(["sim", "run", .. arguments]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("there are bearing-wear", "rust")]
    [InlineData("ms, s, min, h or d, not 'soon'", "backlash", "--over", "soon")]
    public async Task A_wrong_fault_says_what_there_is(string words, params string[] arguments)
    {
        var run = await CommandLine.RunAsync(["sim", "fault", "arm1", "elbow", .. arguments, "--control", "8060"]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_is_not_found_and_the_samples_are_named()
    {
        var run = await CommandLine.RunAsync("sim", "run", "--model", "walker.urdf");

        Assert.Equal(ExitCode.NotFound, run.ExitCode);
        Assert.Contains("arm6, base, humanoid", run.Error, StringComparison.Ordinal);
    }
}
