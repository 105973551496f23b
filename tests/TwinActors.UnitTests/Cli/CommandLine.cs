using TwinActors.Cli;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Cli;

/// <summary>What one run of the program printed and returned. Its clock stands still: nothing is ever late.</summary>
internal sealed record CommandLine(int ExitCode, string Output, string Error)
{
    public static Task<CommandLine> RunAsync(params string[] arguments) => RunAsync(_ => null, arguments);

    public static async Task<CommandLine> RunAsync(Func<string, string?> variable, params string[] arguments)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var root = TwinCommand.Create(variable, new ManualTimeProvider());
        var exitCode = await CommandLineProgram.RunAsync(
            root, arguments, output, error, TestContext.Current.CancellationToken);
        return new CommandLine(exitCode, output.ToString(), error.ToString());
    }
}
