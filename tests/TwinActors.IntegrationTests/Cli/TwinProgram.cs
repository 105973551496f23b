using System.Diagnostics;
using System.Globalization;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Cli;

/// <summary>The command line program, as a process of its own.</summary>
internal static class TwinProgram
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Starts the program.</summary>
    public static Process Start(params IEnumerable<string> arguments) => Start("dotnet", [BuiltTree.Cli, .. arguments]);

    /// <summary>Runs the program to its end.</summary>
    public static Task<Ended> RunAsync(params IEnumerable<string> arguments) => EndAsync(Start(arguments));

    /// <summary>Runs the node's program to its end.</summary>
    public static Task<Ended> HostAsync(params IEnumerable<string> arguments) =>
        EndAsync(Start("dotnet", [BuiltTree.Host, .. arguments]));

    /// <summary>Runs a line of bash to its end.</summary>
    public static Task<Ended> BashAsync(string line) => EndAsync(Start("bash", ["-c", line]));

    /// <summary>Starts the program so that it can be interrupted: what a shell runs in the background ignores Ctrl-C,
    /// and so would this.</summary>
    public static Process StartInterruptible(params IEnumerable<string> arguments) =>
        Start("env", ["--default-signal=INT", "dotnet", BuiltTree.Cli, .. arguments]);

    /// <summary>Presses Ctrl-C for a process.</summary>
    public static Task InterruptAsync(Process process) =>
        EndAsync(Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]));

    /// <summary>Waits for the end of a process, and for what it has printed.</summary>
    public static async Task<Ended> EndAsync(Process process)
    {
        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            using var deadline = new CancellationTokenSource(Patience);
            try
            {
                await process.WaitForExitAsync(deadline.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"{process.StartInfo.FileName} was still running after {Patience}: {await error}");
            }

            return new Ended(process.ExitCode, await output, await error);
        }
    }

    private static Process Start(string program, IEnumerable<string> arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TWIN_TIMEOUT"] = "60" },
        })!;
}

/// <summary>What a process printed and returned.</summary>
internal sealed record Ended(int ExitCode, string Output, string Error)
{
    /// <summary>The lines of its output.</summary>
    public string[] Lines => Output.TrimEnd().Split('\n');
}
