using TwinActors.Cli.Output;
using TwinActors.Robotics.Urdf;

namespace TwinActors.Cli.Commands.Robots;

/// <summary>Reads and checks the URDF file given on the command line, before a node sees it.</summary>
internal static class UrdfFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="terminal">Receives what is doubtful about it.</param>
    /// <param name="stopping">Stops the reading.</param>
    /// <returns>URDF text that makes a model.</returns>
    /// <exception cref="CliException">There is no such file, or it makes no model: all errors with place.</exception>
    public static async Task<string> ReadAsync(FileInfo file, Terminal terminal, CancellationToken stopping)
    {
        if (!file.Exists)
        {
            throw new CliException(ExitCode.NotFound, $"There is no file {file.FullName}.");
        }

        var text = await File.ReadAllTextAsync(file.FullName, stopping).ConfigureAwait(false);
        return Check(text, file.Name, terminal);
    }

    /// <summary>Checks URDF text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Where it comes from.</param>
    /// <param name="terminal">Receives what is doubtful about it.</param>
    /// <returns>The text, which makes a model.</returns>
    /// <exception cref="CliException">It makes no model: all errors with place.</exception>
    public static string Check(string text, string source, Terminal terminal)
    {
        var urdf = UrdfReader.Read(text, source);
        foreach (var warning in urdf.Problems.Where(problem => problem.Severity == UrdfSeverity.Warning))
        {
            terminal.Say(warning.ToString());
        }

        if (urdf.Model is null)
        {
            var errors = urdf.Problems.Where(problem => problem.Severity == UrdfSeverity.Error);
            throw new CliException(ExitCode.Failure, string.Join('\n', errors), "Nothing was sent.");
        }

        return text;
    }
}
