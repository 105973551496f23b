using System.Diagnostics.CodeAnalysis;

namespace TwinActors.Host.Composition;

/// <summary>What the command line asks for beside configuration.</summary>
/// <param name="All">All arguments; configuration reads its own from them.</param>
/// <param name="RobotsFile">JSON file with an array of registrations to make at the start; null for none.</param>
internal sealed record NodeArguments(string[] All, string? RobotsFile)
{
    public const string Usage = """
        usage: TwinActors.Host [--config FILE] [--data DIR] [--urls URL[;URL]] [--robots FILE] [-D path=value]...
               TwinActors.Host --check-config FILE
               TwinActors.Host --show-config [--config FILE] [--origin] [--json]
        """;

    /// <summary>Whether the command line asks how the program is used.</summary>
    public static bool AsksForHelp(string[] args) => args.Any(argument => argument is "--help" or "-h");

    /// <summary>Reads the command line.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <param name="error">Told what is wrong.</param>
    /// <param name="arguments">What was read.</param>
    /// <returns>Whether there is a node to start.</returns>
    public static bool TryRead(string[] args, TextWriter error, [NotNullWhen(true)] out NodeArguments? arguments)
    {
        arguments = null;
        string? robots = null;
        var rest = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] != "--robots")
            {
                rest.Add(args[i]);
            }
            else if (i + 1 < args.Length)
            {
                robots = args[++i];
            }
            else
            {
                error.WriteLine($"--robots needs a file.\n{Usage}");
                return false;
            }
        }

        arguments = new NodeArguments([.. rest], robots);
        return true;
    }
}
