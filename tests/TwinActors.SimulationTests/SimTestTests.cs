using System.Text.Json;

namespace TwinActors.SimulationTests;

public sealed class SimTestTests : IDisposable
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _talk = new();

    public void Dispose()
    {
        _output.Dispose();
        _talk.Dispose();
    }

    [Fact]
    public void Clean_seeds_are_counted_in_one_line_and_the_exit_code_is_0()
    {
        Assert.Equal(0, Run("--seeds", "3", "--from", "7"));

        Assert.StartsWith("3 seeds from 7, 0 failed, ", _output.ToString(), StringComparison.Ordinal);
        Assert.Empty(_talk.ToString());
    }

    [Fact]
    public void The_report_for_programs_has_three_members()
    {
        Assert.Equal(0, Run("--seeds", "2", "--json"));

        var report = JsonDocument.Parse(_output.ToString()).RootElement;
        Assert.Equal(
            ["seeds", "failures", "firstFailingSeed"], report.EnumerateObject().Select(member => member.Name));
        Assert.Equal(2, report.GetProperty("seeds").GetInt32());
        Assert.Equal(0, report.GetProperty("failures").GetInt32());
        Assert.Equal(JsonValueKind.Null, report.GetProperty("firstFailingSeed").ValueKind);
    }

    [Fact]
    public void A_failing_seed_is_named_with_what_it_broke_and_the_command_that_replays_it()
    {
        Assert.Equal(1, Run("--seeds", "3000", "--until-failure", "--json", "--mutation", "KeepTornWrites"));

        var first = JsonDocument.Parse(_output.ToString()).RootElement.GetProperty("firstFailingSeed").GetInt32();
        Assert.Contains($"seed {first}: a command is written all or none", _talk.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            $"./twin sim-test --seeds 1 --from {first} --mutation KeepTornWrites --trace",
            _talk.ToString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_that_replays_a_failing_seed_fails_the_same_way_and_shows_the_trace()
    {
        Run("--seeds", "3000", "--until-failure", "--json", "--mutation", "KeepEpoch");
        var first = JsonDocument.Parse(_output.ToString()).RootElement.GetProperty("firstFailingSeed").GetInt32();
        var told = Lines(_talk, first);
        _talk.GetStringBuilder().Clear();

        Assert.Equal(1, Run("--seeds", "1", "--from", $"{first}", "--mutation", "KeepEpoch", "--trace"));

        Assert.Equal(told, Lines(_talk, first));
        Assert.Contains("n1 starts as incarnation 1", _talk.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seeds needs a whole number of at least 1.", "--seeds", "0")]
    [InlineData("--seeds needs a whole number of at least 1.", "--seeds")]
    [InlineData("--from needs a whole number of at least 0.", "--from", "-1")]
    [InlineData("--mutation is one of None, KeepEpoch, KeepTornWrites.", "--mutation", "x")]
    [InlineData("--sseds is not known.", "--sseds", "1")]
    public void Wrong_arguments_are_told_and_the_exit_code_is_2(string problem, params string[] args)
    {
        Assert.Equal(2, Run(args));

        Assert.StartsWith($"{problem} usage: sim-test", _talk.ToString(), StringComparison.Ordinal);
        Assert.Empty(_output.ToString());
    }

    private static string[] Lines(StringWriter talk, int seed) =>
        [.. talk.ToString().Split('\n').Where(line => line.StartsWith($"seed {seed}:", StringComparison.Ordinal))];

    private int Run(params string[] args) => SimTest.Run(args, _output, _talk);
}
