using System.CommandLine;
using System.Globalization;
using TwinActors.Cli.Node;
using TwinActors.Cli.Output;

namespace TwinActors.Cli;

/// <summary>The options that every command takes, and what they open.</summary>
internal sealed class GlobalOptions
{
    /// <summary>Address of a node on this machine that was started without any configuration.</summary>
    public const string DefaultUrl = "http://127.0.0.1:8050";

    // A node on the same machine answers in milliseconds; a busy one far away within seconds.
    private const string DefaultTimeout = "10";
    private const double LongestTimeout = 600;

    /// <param name="variable">Looks an environment variable up.</param>
    /// <param name="time">Clock of waits and deadlines.</param>
    public GlobalOptions(Func<string, string?> variable, TimeProvider time)
    {
        Variable = variable;
        Time = time;
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
        Timeout = new Option<string>("--timeout")
        {
            Recursive = true,
            HelpName = "seconds",
            Description = "Longest wait for an answer of the node; else that of the environment variable TWIN_TIMEOUT.",
            DefaultValueFactory = _ => variable("TWIN_TIMEOUT") is { Length: > 0 } seconds ? seconds : DefaultTimeout,
        };
        Timeout.Validators.Add(result =>
        {
            var text = result.GetValueOrDefault<string>();
            if (!TryReadTimeout(text, out _))
            {
                result.AddError(NoTimeout(text));
            }
        });
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

    /// <summary>Clock of waits and deadlines.</summary>
    public TimeProvider Time { get; }

    /// <summary><c>--json</c>.</summary>
    public Option<bool> Json { get; }

    /// <summary><c>--no-color</c>.</summary>
    public Option<bool> NoColour { get; }

    /// <summary><c>--url</c>.</summary>
    public Option<string> Url { get; }

    /// <summary><c>--timeout</c>.</summary>
    public Option<string> Timeout { get; }

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

    /// <summary>The node that a command line names.</summary>
    /// <exception cref="CliException">An environment variable is not understood.</exception>
    public NodeClient Node(ParseResult parse)
    {
        var url = parse.GetRequiredValue(Url);
        if (!TryReadAddress(url, out var address))
        {
            throw new CliException(ExitCode.Usage, $"TWIN_URL is \"{url}\"; it takes an address like {DefaultUrl}.");
        }

        var timeout = parse.GetRequiredValue(Timeout);
        return TryReadTimeout(timeout, out var patience)
            ? new NodeClient(address, patience, Time)
            : throw new CliException(ExitCode.Usage, NoTimeout(timeout));
    }

    private CommandContext Open(ParseResult parse) =>
        new(Terminal(parse), Node(parse), parse.GetValue(Json), Time);

    private static bool TryReadAddress(string? text, out Uri address)
    {
        var isAddress = Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https";
        address = isAddress ? uri! : new Uri(DefaultUrl);
        return isAddress;
    }

    private static string NoTimeout(string? text) =>
        $"The timeout is \"{text}\"; --timeout and TWIN_TIMEOUT take seconds, above 0 and up to {LongestTimeout}.";

    private static bool TryReadTimeout(string? text, out TimeSpan patience)
    {
        var isTimeout = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= LongestTimeout;
        patience = isTimeout ? TimeSpan.FromSeconds(seconds) : default;
        return isTimeout;
    }
}
