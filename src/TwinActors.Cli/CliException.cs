namespace TwinActors.Cli;

/// <summary>A command cannot go on; the program prints why and ends with the given code.</summary>
internal sealed class CliException : Exception
{
    /// <param name="exitCode">One of <see cref="Cli.ExitCode"/>.</param>
    /// <param name="message">What is wrong, with the facts.</param>
    /// <param name="wayOut">What to do about it; null when there is nothing to add.</param>
    public CliException(int exitCode, string message, string? wayOut = null)
        : base(message)
    {
        ExitCode = exitCode;
        WayOut = wayOut;
    }

    /// <summary>The program's exit code.</summary>
    public int ExitCode { get; }

    /// <summary>What to do about it; null when there is nothing to add.</summary>
    public string? WayOut { get; }
}
