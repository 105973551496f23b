namespace TwinActors.UnitTests.Cli;

public sealed class UsageTests
{
    [Fact]
    public async Task Without_arguments_it_shows_examples()
    {
        var run = await CommandLine.RunAsync();

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("twin robots add arm1", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("robot")]
    [InlineData("robots")]
    [InlineData("robots show")]
    [InlineData("robots list --nonsense")]
    [InlineData("robots list --url ftp://somewhere")]
    [InlineData("robots list --timeout 0")]
    [InlineData("robots list --timeout soon")]
    [InlineData("robots add")]
    [InlineData("robots add 1arm")]
    [InlineData("robots add arm1 --model forklift")]
    [InlineData("robots add arm1 --urdf arm.urdf --model arm6")]
    [InlineData("robots add arm1 --file robots.json")]
    [InlineData("robots add --file robots.json --tag blue")]
    [InlineData("robots add arm1 --stream imu")]
    [InlineData("robots add arm1 --stream imu=relative/topic")]
    [InlineData("robots add arm1 --stream imu=/imu:Imu")]
    [InlineData("watch arm1 --fields pos,temperature")]
    [InlineData("watch arm1 --hz 0")]
    [InlineData("watch arm1 --count 0")]
    [InlineData("actor hierarchy -d -1")]
    [InlineData("actor stuck --seconds 0")]
    [InlineData("actor tap")]
    [InlineData("actor tap /user --rate 0")]
    [InlineData("log tail --level loud")]
    [InlineData("log peek -n 0")]
    [InlineData("log export --from yesterday")]
    [InlineData("what-if")]
    [InlineData("what-if run arm1 --payload tool")]
    [InlineData("what-if run arm1 --payload tool=1 --payload hand=2")]
    [InlineData("what-if run arm1 --to elbow=far")]
    [InlineData("what-if run arm1 --fault elbow:rust:1")]
    [InlineData("persistence")]
    [InlineData("persistence replay arm1 --to 0")]
    [InlineData("completion tcsh")]
    public async Task A_command_line_that_is_not_understood_is_a_usage_error_on_standard_error(string line)
    {
        var run = await CommandLine.RunAsync(line.Split(' '));

        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_mistyped_command_gets_a_suggestion()
    {
        var run = await CommandLine.RunAsync("robos", "list");

        Assert.Contains("robots", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bad_robot_id_is_refused_before_anything_is_sent()
    {
        var run = await CommandLine.RunAsync("robots", "add", "arm.1");

        Assert.Contains("'.' at character 4", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("robots --help")]
    [InlineData("robots add --help")]
    [InlineData("watch --help")]
    public async Task Help_is_data(string line)
    {
        var run = await CommandLine.RunAsync(line.Split(' '));

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Usage:", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Error);
    }

    [Theory]
    [InlineData("bash", "complete -F _twin twin")]
    [InlineData("zsh", "compdef _twin twin")]
    [InlineData("fish", "complete -c twin")]
    [InlineData("pwsh", "Register-ArgumentCompleter")]
    public async Task A_completion_script_is_printed_for_every_shell(string shell, string expected)
    {
        var run = await CommandLine.RunAsync("completion", shell);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_shell_completes_commands_and_robots()
    {
        await using var node = new StubNode().Answer("GET /api/v1/robots", Documents.Fleet);

        var commands = await CommandLine.RunAsync("[suggest:12]", "twin robots ");
        var line = $"twin --url {node.Url} joints ";
        var robots = await CommandLine.RunAsync($"[suggest:{line.Length}]", line);

        Assert.Contains("discover", commands.Output, StringComparison.Ordinal);
        Assert.Contains("arm1", robots.Output, StringComparison.Ordinal);
    }
}
