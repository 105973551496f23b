using System.CommandLine;

namespace TwinActors.Cli.Commands.Config;

/// <summary><c>twin config</c>: what a node would run with. The node's own program answers; no node need run.</summary>
internal static class ConfigCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var host = new HostProgram(globals.Variable);
        return new Command("config", "Look at a node's configuration without starting one.")
        {
            CreateShow(globals, host),
            CreateCheck(globals, host),
        };
    }

    private static Command CreateShow(GlobalOptions globals, HostProgram host)
    {
        var config = new Option<string?>("--config")
        {
            HelpName = "file",
            Description = "Configuration file; the defaults alone when left out.",
        };
        var effective = new Option<bool>("--effective")
        {
            Description = "Every value that is in force, defaults too. This is what it shows in any case.",
        };
        var origin = new Option<bool>("--origin")
        {
            Description = "Say of each value which file and line it comes from.",
        };
        var settings = Settings();
        var command = new Command("show", "Show the configuration that a node would run with.")
        {
            config, effective, origin, settings,
        };
        command.SetAction((parse, stopping) =>
        {
            List<string> arguments = ["--show-config"];
            if (parse.GetValue(config) is { } file)
            {
                arguments.AddRange(["--config", file]);
            }

            if (parse.GetValue(origin))
            {
                arguments.Add("--origin");
            }

            return RunAsync(globals, host, parse, arguments, parse.GetValue(settings), stopping);
        });
        return command;
    }

    private static Command CreateCheck(GlobalOptions globals, HostProgram host)
    {
        var file = new Argument<string>("file") { Description = "Configuration file." };
        var settings = Settings();
        var command = new Command("check", "Check a configuration file: every fault with its line and column.")
        {
            file, settings,
        };
        command.SetAction((parse, stopping) => RunAsync(
            globals,
            host,
            parse,
            ["--check-config", parse.GetRequiredValue(file)],
            parse.GetValue(settings),
            stopping));
        return command;
    }

    private static Option<string[]> Settings() => new("-D")
    {
        HelpName = "path=value",
        Description = "Value in place of the file's; may be given several times.",
    };

    private static Task<int> RunAsync(
        GlobalOptions globals,
        HostProgram host,
        ParseResult parse,
        List<string> arguments,
        string[]? settings,
        CancellationToken stopping)
    {
        foreach (var setting in settings ?? [])
        {
            arguments.AddRange(["-D", setting]);
        }

        if (parse.GetValue(globals.Json))
        {
            arguments.Add("--json");
        }

        return host.RunAsync(
            arguments,
            parse.InvocationConfiguration.Output,
            parse.InvocationConfiguration.Error,
            stopping);
    }
}
