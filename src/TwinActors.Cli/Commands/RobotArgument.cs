using System.CommandLine;
using System.CommandLine.Completions;
using TwinActors.Contracts;

namespace TwinActors.Cli.Commands;

/// <summary>The argument that names a registered robot; the shell completes it from the node's fleet list.</summary>
internal static class RobotArgument
{
    // A person who presses the tab key waits for nothing longer.
    private static readonly TimeSpan CompletionDeadline = TimeSpan.FromSeconds(1);

    /// <summary>Builds the argument.</summary>
    public static Argument<string> Create(GlobalOptions globals)
    {
        var argument = new Argument<string>("id") { HelpName = "id", Description = "Robot id." };
        argument.CompletionSources.Add(context => Known(globals, context));
        return argument;
    }

    /// <summary>Builds the argument of a command that shows every robot without it.</summary>
    public static Argument<string?> CreateOptional(GlobalOptions globals)
    {
        var argument = new Argument<string?>("id")
        {
            Arity = ArgumentArity.ZeroOrOne,
            HelpName = "id",
            Description = "Robot id; without it every robot.",
        };
        argument.CompletionSources.Add(context => Known(globals, context));
        return argument;
    }

    private static IEnumerable<CompletionItem> Known(GlobalOptions globals, CompletionContext context)
    {
        if (context is not TextCompletionContext)
        {
            // Not the tab key: the help page asks too.
            return [];
        }

        try
        {
            using var node = globals.Node(context.ParseResult);
            using var deadline = new CancellationTokenSource(CompletionDeadline, globals.Time);
            var robots = node.GetAsync("robots", ContractsJson.Default.IReadOnlyListRobotSummary, deadline.Token)
                .GetAwaiter().GetResult();
            return [.. robots.Select(robot => new CompletionItem(robot.Id))];
        }
        catch (Exception failure) when (failure is CliException or OperationCanceledException)
        {
            // Without a node there is nothing to suggest, and a completion has nowhere to say so.
            return [];
        }
    }
}
