namespace TwinActors.Kernel.EventSourcing;

/// <summary>
/// The outcomes of the last commands that had an id, so that a resend is answered and not decided again.
/// </summary>
/// <param name="capacity">Number of commands remembered; the oldest is forgotten for one more.</param>
internal sealed class RecentCommands(int capacity)
{
    private readonly Dictionary<Guid, CommandOutcome.Accepted> _outcomes = [];
    private readonly Queue<Guid> _order = [];

    public CommandOutcome.Accepted? Find(Guid commandId) => _outcomes.GetValueOrDefault(commandId);

    /// <summary>Remembers an outcome; a later event of the same command replaces the earlier one's.</summary>
    public void Add(Guid commandId, CommandOutcome.Accepted outcome)
    {
        if (!_outcomes.TryAdd(commandId, outcome))
        {
            _outcomes[commandId] = outcome;
            return;
        }

        _order.Enqueue(commandId);
        if (_order.Count > capacity)
        {
            _outcomes.Remove(_order.Dequeue());
        }
    }
}
