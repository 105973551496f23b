using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Cli;

/// <summary>The program without a node.</summary>
public sealed class ProgramTests
{
    [Fact]
    public async Task A_node_that_does_not_answer_has_an_exit_code_of_its_own()
    {
        var run = await TwinProgram.RunAsync("robots", "list", "--url", NodeProcess.FreeUrl());

        Assert.Equal(5, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.Contains("Connection refused", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_word_that_is_not_understood_is_a_usage_error()
    {
        var run = await TwinProgram.RunAsync("robos");

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public async Task The_nodes_program_tells_its_usage_when_asked(string word)
    {
        var run = await TwinProgram.HostAsync("--urls", "http://127.0.0.1:0", word);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("usage: TwinActors.Host", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bash_completes_commands_by_the_script_that_the_program_prints()
    {
        var twin = BuiltTree.Program("TwinActors.Cli", "twin");

        var run = await TwinProgram.BashAsync($"""
            source <({twin} completion bash)
            COMP_WORDS=({twin} robots ""); COMP_LINE="{twin} robots "; COMP_POINT=${'{'}#COMP_LINE{'}'}; COMP_CWORD=2
            _twin
            printf '%s\n' "${'{'}COMPREPLY[@]{'}'}"
            """);

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("discover", run.Lines);
    }

    [Fact]
    public async Task A_configuration_is_checked_by_the_nodes_own_program()
    {
        using var folder = new TemporaryFolder();
        var bad = folder.Write("bad.conf", "twin {\n  nodde { }\n}\n");

        var run = await TwinProgram.RunAsync("config", "check", bad);

        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains("bad.conf:2", run.Output + run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_configuration_in_force_is_shown_with_the_origin_of_every_value()
    {
        var run = await TwinProgram.RunAsync("config", "show", "--effective", "--origin");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("reference.conf:", run.Output, StringComparison.Ordinal);
    }
}
