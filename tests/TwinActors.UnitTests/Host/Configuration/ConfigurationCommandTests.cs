using System.Text.Json;
using TwinActors.Host.Configuration;
using Xunit;

namespace TwinActors.UnitTests.Host.Configuration;

public sealed class ConfigurationCommandTests : IDisposable
{
    private static readonly ConfigurationLayers Process = new() { Environment = _ => null, MachineName = "testhost" };

    private readonly ConfigurationFiles _files = new();

    public void Dispose() => _files.Dispose();

    [Fact]
    public void Other_arguments_are_left_to_the_program()
        => Assert.Null(Run("--urls", "http://127.0.0.1:1"));

    [Fact]
    public void A_valid_file_is_said_to_be_valid()
    {
        var file = _files.Write("twin.api.page-size = 3");

        Assert.Equal((0, $"{file} is valid\n", ""), Run("--check-config", file));
        Assert.Equal((0, "[]\n", ""), Run($"--check-config={file}", "--json"));
    }

    [Fact]
    public void A_file_with_problems_lists_them_and_fails()
    {
        var file = _files.Write("twin {\n  api.page-size = 0\n  ros2.domain-id = 240\n}");

        Assert.Equal(
            (1, $"ros2.domain-id is 240; the highest supported is 232 ({file}:3).\n"
                + $"api.page-size is 0; the lowest supported is 1 ({file}:2).\n2 problems\n", ""),
            Run("--check-config", file));
        using var json = JsonDocument.Parse(Run("--check-config", file, "--json")!.Value.Output);
        Assert.Equal(3, json.RootElement[0].GetProperty("line").GetInt32());
        Assert.Equal(file, json.RootElement[0].GetProperty("file").GetString());
    }

    [Fact]
    public void The_effective_configuration_is_shown_with_the_origin_of_each_value()
    {
        var file = _files.Write("twin.api.page-size = 3");

        var (code, output, _) = Run(
            "--show-config", "--effective", "--origin", "--config", file, "-D", "twin.node.name=n1")!.Value;

        Assert.Equal(0, code);
        Assert.Contains($"\n    page-size = 3  # {file}:1\n", output, StringComparison.Ordinal);
        Assert.Contains("\n    name = \"n1\"  # -D twin.node.name\n", output, StringComparison.Ordinal);
        Assert.Matches(@"\n    shards = 256  # reference\.conf:[0-9]+\n", output);
    }

    [Fact]
    public void What_is_shown_can_be_given_back()
    {
        string[] arguments =
            ["-Dtwin.api.page-size=3", "--data", "/tmp/a b", "--urls", "http://127.0.0.1:1;http://[::1]:2"];
        var shown = Run(["--show-config", "--origin", .. arguments])!.Value.Output;
        var again = Run("--show-config", "--config", _files.Write(shown))!.Value.Output;

        Assert.Equal(Run("--show-config", "--config", _files.Write(again))!.Value.Output, again);
        Assert.Contains("data-directory = \"/tmp/a b\"", again, StringComparison.Ordinal);
        Assert.Contains("urls = [\"http://127.0.0.1:1\", \"http://[::1]:2\"]", again, StringComparison.Ordinal);
    }

    [Fact]
    public void Programs_get_json()
    {
        using var plain = JsonDocument.Parse(Run("--show-config", "--json")!.Value.Output);
        using var listed = JsonDocument.Parse(Run("--show-config", "--json", "--origin")!.Value.Output);

        Assert.Equal(
            256, plain.RootElement.GetProperty("twin").GetProperty("journal").GetProperty("shards").GetInt32());
        Assert.Contains(listed.RootElement.EnumerateArray(), row
            => row.GetProperty("path").GetString() == "twin.journal.shards"
                && row.GetProperty("value").GetInt32() == 256
                && row.GetProperty("origin").GetString()!.StartsWith("reference.conf:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--check-config needs a value.", "--check-config")]
    [InlineData("--color is not understood here.", "--show-config", "--color")]
    [InlineData("Ask for one thing at a time.", "--show-config", "--check-config", "x.conf")]
    public void Wrong_usage_is_explained(string reason, params string[] arguments)
    {
        var (code, output, error) = Run(arguments)!.Value;

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(reason, error, StringComparison.Ordinal);
        Assert.Contains("usage: TwinActors.Host --check-config FILE", error, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Error)? Run(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        return ConfigurationCommand.TryRun(arguments, Process, output, error, out var code)
            ? (code, output.ToString(), error.ToString())
            : null;
    }
}
