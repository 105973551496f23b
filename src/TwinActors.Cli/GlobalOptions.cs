using System.CommandLine;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;

namespace TwinActors.Cli;

/// <summary>The options that every command takes, and what they open.</summary>
internal sealed class GlobalOptions
{
    /// <summary>Address of a node on this machine that was started without any configuration.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8050";

    private readonly TimeProvider _time;

    /// <param name="variable">Looks an environment variable up.</param>
    /// <param name="time">Clock of waits and deadlines.</param>
    public GlobalOptions(Func<string, string?> variable, TimeProvider time)
    {
        Variable = variable;
        _time = time;
        Json = new Option<bool>("--json") { Recursive = true, Description = "Write data as one JSON document." };
        NoColour = new Option<bool>("--no-color")
        {
            Recursive = true,
            Description = "Write without colour; so does the environment variable NO_COLOR.",
        };
        Url = new Option<string>("--url")
        {
            Recursive = true,
            HelpName = "address",
            Description = "Address of the node; else that of the environment variable TWIN_URL.",
            DefaultValueFactory = _ => variable("TWIN_URL") is { Length: > 0 } url ? url : DefaultUrl,
        };
        Url.Validators.Add(result =>
        {
            var text = result.GetValueOrDefault<string>();
            if (!TryReadAddress(text, out _))
            {
                result.AddError($"--url is \"{text}\"; it takes an address like {DefaultUrl}.");
            }
        });
    }

    /// <summary>Looks an environment variable up.</summary>
    public Func<string, string?> Variable { get; }

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; }

    /// <summary><c>--no-color</c>.</summary>
    public Option<bool> NoColour { get; }

    /// <summary><c>--url</c>.</summary>
    public Option<string> Url { get; }

    /// <summary>Makes the action of a command.</summary>
    /// <param name="run">What the command does; returns one of <see cref="ExitCode"/>.</param>
    public Func<ParseResult, CancellationToken, Task<int>> Run(
        Func<CommandContext, ParseResult, CancellationToken, Task<int>> run) => async (parse, stopping) =>
    {
        using var context = Open(parse);
        return await run(context, parse, stopping).ConfigureAwait(false);
    };

    /// <summary>Where a run of the program writes.</summary>
    public Terminal Terminal(ParseResult parse)
    {
        var output = parse.InvocationConfiguration.Output;
        return new Terminal(
            output,
            parse.InvocationConfiguration.Error,
            isInteractive: ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected,
            colour: !parse.GetValue(NoColour)
                && string.IsNullOrEmpty(Variable("NO_COLOR"))
                && Variable("TERM") is not "dumb");
    }

    private CommandContext Open(ParseResult parse)
    {
        var url = parse.GetRequiredValue(Url);
        if (!TryReadAddress(url, out var address))
        {
            throw new CliException(ExitCode.Usage, $"TWIN_URL is \"{url}\"; it takes an address like {DefaultUrl}.");
        }

        return new CommandContext(Terminal(parse), new NodeClient(address, _time), parse.GetValue(Json), _time);
    }

    private static bool TryReadAddress(string? text, out Uri address)
    {
        var isAddress = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
        address = isAddress ? uri! : new Uri(DefaultUrl);
        return isAddress;
    }
}
