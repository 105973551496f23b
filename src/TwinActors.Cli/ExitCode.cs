namespace TwinActors.Cli;

/// <summary>What the program's exit code tells a script.</summary>
internal static class ExitCode
{
    /// <summary>Done as asked.</summary>
    public const int Ok = 0;

    /// <summary>It was tried and failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line cannot be understood; nothing was tried.</summary>
    public const int Usage = 2;

    /// <summary>The robot, actor or file asked for does not exist.</summary>
    public const int NotFound = 3;

    /// <summary>The node refuses this caller.</summary>
    public const int Refused = 4;

    /// <summary>The node does not answer.</summary>
    public const int Unreachable = 5;

    /// <summary>The request went out and nothing came back in time: it may have been carried out.</summary>
    public const int NotAcknowledged = 6;

    /// <summary>A check found something that needs a person.</summary>
    public const int Attention = 7;

    /// <summary>Interrupted by the user.</summary>
    public const int Interrupted = 130;
}
