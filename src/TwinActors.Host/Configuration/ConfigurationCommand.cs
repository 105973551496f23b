namespace TwinActors.Host.Configuration;

/// <summary>
/// The two words of the program that look at a configuration and start nothing: <c>--check-config FILE</c> and
/// <c>--show-config [--origin] [--json]</c>. Both take <c>--config</c>, <c>-D</c>, <c>--data</c>, <c>--urls</c> and
/// honour <c>TWIN_CONFIG</c>. Exit codes: 0 valid, 1 problems, 2 wrong usage.
/// </summary>
internal static class ConfigurationCommand
{
    private const string Check = "--check-config";

    private const string Usage = """
        usage: TwinActors.Host --check-config FILE [--json] [-D path=value]...
               TwinActors.Host --show-config [--config FILE] [--origin] [--json] [-D path=value]...

        """;

    /// <summary>Runs when the arguments ask for it, in the environment of this process.</summary>
    /// <param name="args">Arguments of the program.</param>
    /// <param name="output">Receives the result.</param>
    /// <param name="error">Receives problems in words and usage.</param>
    /// <param name="exitCode">Exit code when it ran, else 0.</param>
    /// <returns>Whether the arguments asked for it.</returns>
    public static bool TryRun(string[] args, TextWriter output, TextWriter error, out int exitCode)
        => TryRun(args, ConfigurationLayers.OfProcess(), output, error, out exitCode);

    /// <summary>Runs when the arguments ask for it.</summary>
    public static bool TryRun(
        string[] args, ConfigurationLayers process, TextWriter output, TextWriter error, out int exitCode)
    {
        exitCode = 0;
        var check = args.FirstOrDefault(argument
            => argument is Check || argument.StartsWith($"{Check}=", StringComparison.Ordinal));
        var show = args.Contains("--show-config");
        if (check is null && !show)
        {
            return false;
        }

        // --check-config FILE is --config FILE and a question about it.
        var arguments = ConfigurationArguments.Read(
            [.. args.Select(argument => argument == check ? $"--config{check[Check.Length..]}" : argument)],
            process,
            out var problem);
        var unknown = arguments.Others.FirstOrDefault(
            argument => argument is not ("--show-config" or "--origin" or "--effective" or "--json"));
        if (problem is not null || unknown is not null || (show && check is not null))
        {
            problem = check is null ? problem : problem?.Replace("--config", Check, StringComparison.Ordinal);
            error.WriteLine(
                problem ?? (unknown is null ? "Ask for one thing at a time." : $"{unknown} is not understood here."));
            error.Write(Usage);
            exitCode = 2;
            return true;
        }

        exitCode = Run(arguments, show, output, error);
        return true;
    }

    private static int Run(ConfigurationArguments arguments, bool show, TextWriter output, TextWriter error)
    {
        var json = arguments.Others.Contains("--json");
        var origins = arguments.Others.Contains("--origin");
        var configuration = NodeConfiguration.Load(arguments.Layers, out var problems);
        if (configuration is null)
        {
            // Problems are the result of a check; of a show they are what went wrong.
            (show ? error : output).Write(
                json ? ConfigurationReport.ProblemsJson(problems) : ConfigurationReport.Problems(problems));
            return 1;
        }

        if (show)
        {
            output.Write(json
                ? ConfigurationReport.Json(configuration, origins)
                : ConfigurationReport.Hocon(configuration, origins));
        }
        else
        {
            output.Write(json ? "[]\n" : $"{arguments.Layers.File} is valid\n");
        }

        return 0;
    }
}
