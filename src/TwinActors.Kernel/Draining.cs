namespace TwinActors.Kernel;

/// <summary>Waits until the actors have handled what waits in their mailboxes.</summary>
internal static class Draining
{
    /// <summary>
    /// Waits round by round, because what is handled may send on, until no message waits and no handler awaits.
    /// </summary>
    /// <param name="root">The actor that is waited for, with all below it.</param>
    /// <param name="overdue">Cancelled when the wait has to end.</param>
    public static async Task RunAsync(ActorCell root, CancellationToken overdue)
    {
        // An actor that only runs signals and timers is waited for once: the next ones may come for ever.
        var busy = Find(root, cell => cell.IsBusy || cell.HasUnfinished);
        while (busy.Count > 0)
        {
            await Task.WhenAll(busy.Select(HandledAsync)).WaitAsync(overdue).ConfigureAwait(false);
            busy = Find(root, cell => cell.HasUnfinished);
        }
    }

    private static List<ActorCell> Find(ActorCell root, Func<ActorCell, bool> isWanted)
    {
        var found = new List<ActorCell>();
        Add(root);
        return found;

        void Add(ActorCell cell)
        {
            if (isWanted(cell))
            {
                found.Add(cell);
            }

            if (cell.HasChildren)
            {
                foreach (var child in cell.Children.ToImmutableArray())
                {
                    Add(child);
                }
            }
        }
    }

    private static Task HandledAsync(ActorCell cell)
    {
        var mark = new Mark();
        return cell.Post(mark) ? mark.Reached : Task.CompletedTask;
    }

    /// <summary>Stands in line behind all messages of now.</summary>
    private sealed class Mark : Notice
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public override void Conclude() => _reached.TrySetResult();
    }
}
