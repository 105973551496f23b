namespace TwinActors.UnitTests.Cli;

public sealed class ConfigCommandTests
{
    [Fact]
    public async Task A_host_program_that_is_not_there_is_said_with_the_way_out()
    {
        var run = await CommandLine.RunAsync(
            name => name == "TWIN_HOST" ? "/nowhere/TwinActors.Host.dll" : null, "config", "show");

        Assert.Equal(3, run.ExitCode);
        Assert.Contains("TWIN_HOST names /nowhere/TwinActors.Host.dll", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_check_without_a_file_is_a_usage_error()
    {
        var run = await CommandLine.RunAsync("config", "check");

        Assert.Equal(2, run.ExitCode);
    }
}
