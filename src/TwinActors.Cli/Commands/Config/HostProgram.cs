using System.ComponentModel;
using System.Diagnostics;

namespace TwinActors.Cli.Commands.Config;

/// <summary>The node's program beside this one; some questions only it can answer.</summary>
/// <param name="variable">Looks an environment variable up.</param>
internal sealed class HostProgram(Func<string, string?> variable)
{
    private const string FileName = "TwinActors.Host.dll";
    private const string Variable = "TWIN_HOST";

    /// <summary>Runs the program to its end; what it prints and returns goes through.</summary>
    /// <param name="arguments">Words of its command line.</param>
    /// <param name="output">Receives its standard output.</param>
    /// <param name="error">Receives its standard error.</param>
    /// <param name="stopping">Ends the program.</param>
    /// <returns>Its exit code.</returns>
    /// <exception cref="CliException">It is not found or does not start.</exception>
    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        TextWriter error,
        CancellationToken stopping)
    {
        var start = new ProcessStartInfo(DotNet(), [Find(), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        try
        {
            var streams = Task.WhenAll(
                PassAsync(process.StandardOutput, output, stopping),
                PassAsync(process.StandardError, error, stopping));
            await streams.ConfigureAwait(false);
            await process.WaitForExitAsync(stopping).ConfigureAwait(false);
            return process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new CliException(
                ExitCode.Failure,
                $"{start.FileName} does not start: {failure.Message}.",
                "The .NET 10 runtime must be on PATH, or DOTNET_ROOT name its folder.");
        }
    }

    private string Find()
    {
        if (variable(Variable) is { Length: > 0 } named)
        {
            return File.Exists(named)
                ? named
                : throw new CliException(ExitCode.NotFound, $"{Variable} names {named}, and there is no such file.");
        }

        var places = Places(AppContext.BaseDirectory).ToList();
        return places.Find(File.Exists) ?? throw new CliException(
            ExitCode.NotFound,
            $"The node's program {FileName} is not beside this one. Looked at:\n  {string.Join("\n  ", places)}",
            $"Build it (./twin does), or name it with the environment variable {Variable}.");
    }

    // Beside this program when both are installed; in its own folder of the build output otherwise, same flavour first.
    private static IEnumerable<string> Places(string here)
    {
        var flavour = Path.GetFileName(Path.TrimEndingDirectorySeparator(here));
        var builds = Path.GetFullPath(Path.Combine(here, "..", "..", "TwinActors.Host"));
        string[] flavours = [flavour, "release", "debug"];
        return flavours.Distinct()
            .Select(name => Path.Combine(builds, name, FileName))
            .Prepend(Path.Combine(here, FileName));
    }

    private string DotNet()
    {
        if (Environment.ProcessPath is { } running && Path.GetFileNameWithoutExtension(running) == "dotnet")
        {
            return running;
        }

        return variable("DOTNET_ROOT") is { Length: > 0 } root ? Path.Combine(root, "dotnet") : "dotnet";
    }

    private static async Task PassAsync(StreamReader from, TextWriter to, CancellationToken stopping)
    {
        while (await from.ReadLineAsync(stopping).ConfigureAwait(false) is { } line)
        {
            await to.WriteLineAsync(line).ConfigureAwait(false);
        }
    }
}
