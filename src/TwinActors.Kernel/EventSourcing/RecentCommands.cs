namespace TwinActors.Kernel.EventSourcing;

/// <summary>An accepted command that had an id, as its entity remembers it.</summary>
/// <param name="Id">The id.</param>
/// <param name="Hash">Hash of what it asked; null when that is not known.</param>
/// <param name="Sequence">Number of its last event.</param>
/// <param name="Position">Place of that event in the journal.</param>
public sealed record RememberedCommand(Guid Id, long? Hash, long Sequence, JournalPosition Position);

/// <summary>
/// The last accepted commands that had an id, so that a resend is answered and not decided again.
/// </summary>
/// <param name="capacity">Number of commands remembered; the oldest is forgotten for one more.</param>
internal sealed class RecentCommands(int capacity)
{
    private readonly Dictionary<Guid, RememberedCommand> _commands = [];
    private readonly Queue<Guid> _order = [];

    /// <summary>All of them, the oldest first.</summary>
    public IEnumerable<RememberedCommand> All => _order.Select(id => _commands[id]);

    public RememberedCommand? Find(Guid id) => _commands.GetValueOrDefault(id);

    /// <summary>Remembers a command; a later event of the same one replaces the earlier event.</summary>
    public void Add(RememberedCommand command)
    {
        if (!_commands.TryAdd(command.Id, command))
        {
            _commands[command.Id] = command;
            return;
        }

        _order.Enqueue(command.Id);
        if (_order.Count > capacity)
        {
            _commands.Remove(_order.Dequeue());
        }
    }
}
