using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using TwinActors.Cli.Output;

namespace TwinActors.Cli;

/// <summary>Runs one command line: the only place that turns failures into words and exit codes.</summary>
internal static class CommandLineProgram
{
    /// <summary>Runs a command line.</summary>
    /// <param name="root">The command tree.</param>
    /// <param name="arguments">Words of the command line.</param>
    /// <param name="output">Receives data.</param>
    /// <param name="error">Receives words.</param>
    /// <param name="stopping">Interrupts the command.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(
        RootCommand root,
        IReadOnlyList<string> arguments,
        TextWriter output,
        TextWriter error,
        CancellationToken stopping)
    {
        var parse = root.Parse(arguments);
        if (parse.Action is ParseErrorAction explanation)
        {
            return Explain(parse, explanation, error);
        }

        var configuration = new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
        };
        try
        {
            return await parse.InvokeAsync(configuration, stopping).ConfigureAwait(false);
        }
        catch (CliException failure)
        {
            Say(error, failure.WayOut is { } wayOut ? $"{failure.Message}\n{wayOut}" : failure.Message);
            return failure.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            Say(error, failure.Message);
            return ExitCode.NotFound;
        }
        catch (IOException failure) when (StandardOutput.IsBrokenPipe(failure))
        {
            // The reader has what it wanted.
            return ExitCode.Ok;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Say(error, failure.Message);
            return ExitCode.Failure;
        }
    }

    private static int Explain(ParseResult parse, ParseErrorAction explanation, TextWriter error)
    {
        var lacksSubcommand = parse.UnmatchedTokens.Count == 0
            && parse.CommandResult.Command is { Subcommands.Count: > 0, Action: null };
        explanation.ShowHelp = lacksSubcommand;
        parse.Invoke(new InvocationConfiguration { Output = error, Error = error });
        if (!lacksSubcommand)
        {
            Say(error, $"'{PathOf(parse)} --help' shows what it takes.");
        }

        return ExitCode.Usage;
    }

    private static string PathOf(ParseResult parse)
    {
        var words = new List<string>();
        for (var result = parse.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            words.Insert(0, result.Command is RootCommand ? "twin" : result.Command.Name);
        }

        return string.Join(' ', words);
    }

    private static void Say(TextWriter error, string words) => error.WriteLine(PrintableText.Lines(words));
}
