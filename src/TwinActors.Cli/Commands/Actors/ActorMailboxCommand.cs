using System.CommandLine;
using TwinActors.Cli.Output;
using TwinActors.Contracts;
using TwinActors.Contracts.Node;

namespace TwinActors.Cli.Commands.Actors;

/// <summary><c>twin actor mailbox</c>: what waits, and what found no room.</summary>
internal static class ActorMailboxCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Create(GlobalOptions globals)
    {
        var start = new Option<string>("--start", "-s")
        {
            HelpName = "path",
            Description = "Actor to start at, as /user/robots/arm1.",
        };
        var all = new Option<bool>("--all", "-a") { Description = "Show empty mailboxes too." };
        var command = new Command("mailbox", "What waits in each mailbox, and what was dropped or refused.")
        {
            start,
            all,
        };
        command.SetAction(globals.Run((context, parse, stopping) =>
            RunAsync(context, parse.GetValue(start), parse.GetValue(all), stopping)));
        return command;
    }

    private static async Task<int> RunAsync(
        CommandContext context, string? start, bool all, CancellationToken stopping)
    {
        var route = start is null ? "actors/mailboxes" : $"actors/mailboxes?path={Uri.EscapeDataString(start)}";
        var answer = await context.Node.GetAsync(route, stopping).ConfigureAwait(false);
        if (context.IsJson)
        {
            context.Terminal.WriteJson(answer.Text);
            return ExitCode.Ok;
        }

        var mailboxes = answer.Read(ContractsJson.Default.IReadOnlyListMailboxDocument);
        var shown = all ? mailboxes : [.. mailboxes.Where(IsOfInterest)];
        if (shown.Count > 0)
        {
            Write(context.Terminal, shown);
        }

        if (shown.Count < mailboxes.Count)
        {
            context.Terminal.Say(
                $"{mailboxes.Count - shown.Count} empty mailboxes that lost nothing are not shown; --all shows them.");
        }

        return ExitCode.Ok;
    }

    private static void Write(Terminal terminal, IEnumerable<MailboxDocument> mailboxes)
    {
        var table = new DataTable(
            "PATH", "USER#", "OF#", "URGENT#", "SYSTEM#", "SIGNALS#", "STASHED#", "DROPPED#", "REFUSED#");
        foreach (var mailbox in mailboxes)
        {
            table.Row(
                mailbox.Path,
                Figures.Count(mailbox.User),
                Figures.Count(mailbox.Capacity),
                Figures.Count(mailbox.Urgent),
                Figures.Count(mailbox.System),
                Figures.Count(mailbox.Signals),
                Figures.Count(mailbox.Stashed),
                Tones.OfMishaps(mailbox.Dropped),
                Tones.OfMishaps(mailbox.Rejected));
        }

        terminal.Write(table);
    }

    private static bool IsOfInterest(MailboxDocument mailbox) =>
        mailbox.User + mailbox.Urgent + mailbox.System + mailbox.Signals + mailbox.Stashed > 0
        || mailbox.Dropped + mailbox.Rejected > 0;
}
