using TwinActors.Kernel.EventSourcing;

namespace TwinActors.SimulationTests.Checking;

/// <summary>
/// Judges a run by what was seen of it: a pure function. The rules are the journal's and the kernel's promises; each
/// has a test of its own with a history that breaks it.
/// </summary>
internal sealed class HistoryChecker
{
    private readonly History _history;
    private readonly List<Violation> _violations = [];
    private readonly Dictionary<Guid, List<Committed>> _byCommand = [];
    private readonly Dictionary<string, List<Committed>> _byEntity = [];
    private readonly Dictionary<string, List<ulong>> _hashes = [];

    private HistoryChecker(History history)
    {
        _history = history;
        foreach (var committed in history.Log)
        {
            Of(_byEntity, committed.Entity).Add(committed);
            if (committed.Command is { } command)
            {
                Of(_byCommand, command).Add(committed);
            }
        }

        foreach (var (entity, log) in _byEntity)
        {
            _hashes[entity] = [.. log.Select((_, index) => Hash(log, index + 1))];
        }
    }

    /// <summary>Everything that was promised and not kept.</summary>
    public static IReadOnlyList<Violation> Check(History history)
    {
        var checker = new HistoryChecker(history);
        checker.CheckShards();
        checker.CheckEntities();
        checker.CheckCommands();
        checker.CheckTold();
        checker.CheckAnnouncedAndPerformed();
        checker.CheckMemory();
        checker.CheckMessages();
        foreach (var accident in history.Accidents)
        {
            checker.Broken("nothing fails unexpectedly", accident);
        }

        return checker._violations;
    }

    /// <summary>The hash of a list of values, in their order.</summary>
    public static ulong Hash(ulong before, long value) => (before * 31) + (ulong)value;

    private void CheckShards()
    {
        var heads = new SortedDictionary<int, Committed>();
        foreach (var committed in _history.Log)
        {
            var shard = committed.Position.Shard;
            var before = heads.GetValueOrDefault(shard);
            if (committed.Position.Sequence != (before?.Position.Sequence ?? 0) + 1)
            {
                Broken("shard sequences have no gaps", $"{committed} follows {before}");
            }

            if (committed.Epoch < (before?.Epoch ?? 0))
            {
                Broken("epochs never decrease along a shard", $"{committed} follows {before}");
            }

            heads[shard] = committed;
        }

        foreach (var (shard, head) in _history.Heads)
        {
            var last = heads.GetValueOrDefault(shard)?.Position.Sequence ?? 0;
            if (head != last)
            {
                Broken("the head is the last event", $"head of shard {shard} is {head}, its last event {last}");
            }
        }

        CheckOwners();
    }

    private void CheckOwners()
    {
        var owners = new Dictionary<(int, long), long>();
        foreach (var began in _history.Epochs)
        {
            if (!owners.TryAdd((began.Shard, began.Epoch), began.Owner))
            {
                Broken("an epoch has one owner", $"{began}, and {owners[(began.Shard, began.Epoch)]} before");
            }
        }

        foreach (var committed in _history.Log)
        {
            if (owners.GetValueOrDefault((committed.Position.Shard, committed.Epoch)) is var owner
                && owner != committed.Writer)
            {
                Broken("only the owner writes", $"{committed}; the owner is {owner}");
            }
        }
    }

    private void CheckEntities()
    {
        foreach (var log in _byEntity.Values)
        {
            for (var i = 0; i < log.Count; i++)
            {
                if (log[i].Sequence != i + 1)
                {
                    Broken("entity sequences have no gaps", $"{log[i]} is event {i + 1} of its entity");
                }
            }
        }
    }

    private void CheckCommands()
    {
        foreach (var operation in _history.Operations)
        {
            var written = _byCommand.GetValueOrDefault(operation.Id) ?? [];
            if (written.Count > 0 && !written.Select(each => each.Value).SequenceEqual(operation.Values))
            {
                var found = Join(written.Select(each => each.Value));
                Broken(
                    "a command is written all or none, and once",
                    $"{operation.Id} means [{Join(operation.Values)}], the log has [{found}]");
            }

            if (written.Count > 0 && operation.Knowledge == Knowledge.Failed)
            {
                Broken("what failed is absent", $"{operation.Id} of client {operation.Client} is {written[0]}");
            }

            if (operation is { Knowledge: Knowledge.Unknown, IsGivenUp: false })
            {
                Broken("every command is answered when faults stop", $"{operation.Id} of client {operation.Client}");
            }

            if (_history.IsQuiet && operation.Knowledge != Expected(operation.Verb))
            {
                Broken("nothing fails without a fault", $"{operation.Id} ({operation.Verb}) {operation.Knowledge}");
            }

            if (operation.Answer is { } answer)
            {
                CheckAnswer(operation.Id, answer, written, long.MaxValue);
            }
        }
    }

    private void CheckTold()
    {
        var operations = _history.Operations.ToDictionary(operation => operation.Id);
        foreach (var told in _history.Told)
        {
            var written = _byCommand.GetValueOrDefault(told.Id) ?? [];
            switch (told.Outcome)
            {
                case CommandOutcome.Accepted accepted:
                    CheckAnswer(told.Id, accepted, written, told.Step);
                    break;
                case CommandOutcome.NotStored when _history.RemembersAll && told.ByOwner
                    && written.Count > 0 && written[0].Step < told.Step:
                    Broken("a command in the journal is not told to be absent", $"{told}; {written[0]}");
                    break;
                case CommandOutcome.Rejected when operations[told.Id].Verb != Verb.Refuse:
                    Broken("only what is refused is rejected", $"{told}");
                    break;
            }
        }
    }

    private void CheckAnswer(Guid id, CommandOutcome.Accepted answer, List<Committed> written, long step)
    {
        if (answer.Position is null)
        {
            if (written.Count > 0)
            {
                Broken("an answer names where the command is", $"{id} was told to change nothing, and is {written[0]}");
            }

            return;
        }

        if (written.Count == 0)
        {
            Broken("what was accepted is in the log", $"{id} was accepted at {answer.Position}");
            return;
        }

        var last = written[^1];
        if (last.Position != answer.Position || last.Sequence != answer.Sequence)
        {
            Broken("an answer names where the command is", $"{id} was accepted as {answer}, and is {last}");
        }

        if (last.Step > step)
        {
            Broken("nothing is answered before it is durable", $"{id} was accepted at step {step}, and is {last}");
        }
    }

    private void CheckAnnouncedAndPerformed()
    {
        var announced = new HashSet<(string, long)>();
        foreach (var each in _history.Announced)
        {
            var stored = At(each.Entity, each.Sequence);
            if (stored is null || stored.Step > each.Step
                || (stored.Position, stored.Epoch, stored.Command, stored.Value)
                    != (each.Position, each.Epoch, each.Command, each.Value))
            {
                Broken("an event is announced as it is stored", $"{each}, stored: {stored}");
            }

            if (!announced.Add((each.Entity, each.Sequence)))
            {
                Broken("an event is announced once", $"{each}");
            }
        }

        var performed = new HashSet<(string, long)>();
        foreach (var each in _history.Performed)
        {
            var stored = _byEntity.GetValueOrDefault(each.Entity)?.Find(committed => committed.Value == each.Value);
            if (stored is null || stored.Step > each.Step)
            {
                Broken("nothing is performed before it is durable", $"{each}, stored: {stored}");
            }

            if (!performed.Add((each.Entity, each.Value)))
            {
                Broken("an effect is performed once", $"{each}");
            }
        }
    }

    private void CheckMemory()
    {
        foreach (var shown in _history.Shown)
        {
            if (HashAt(shown.Entity, shown.Sequence) != shown.Hash
                || At(shown.Entity, shown.Sequence) is { } stored && stored.Step > shown.Step)
            {
                Broken("what is shown is in the log", $"{shown}");
            }
        }

        foreach (var remembered in _history.Remembered)
        {
            if (remembered.Sequence != remembered.Stored
                || HashAt(remembered.Entity, remembered.Sequence) != remembered.Hash)
            {
                Broken("the memory of an owner with nothing under way equals the log", $"{remembered}");
            }
        }
    }

    private void CheckMessages()
    {
        var last = new Dictionary<(int, int, string), long>();
        foreach (var arrived in _history.Arrived)
        {
            var sender = (arrived.Node, arrived.Client, arrived.Entity);
            if (last.GetValueOrDefault(sender) is var before && before >= arrived.Number)
            {
                Broken("messages of one sender arrive in order, each once", $"{arrived} after {before}");
            }

            last[sender] = arrived.Number;
        }

        foreach (var balance in _history.Balances)
        {
            if (balance.Sent != balance.Handled + balance.Refused + balance.Dead + balance.Waiting)
            {
                Broken("no message vanishes", $"{balance}");
            }

            if (balance.Dead > 0 && !balance.MayDie)
            {
                Broken("nobody is ended before the messages that wait", $"{balance}");
            }

            if (balance.Asked != balance.Answered)
            {
                Broken("every ask ends", $"{balance}");
            }
        }
    }

    private static Knowledge Expected(Verb verb) => verb == Verb.Refuse ? Knowledge.Failed : Knowledge.Accepted;

    private static ulong Hash(List<Committed> log, int count) =>
        log.Take(count).Aggregate(0UL, (hash, committed) => Hash(hash, committed.Value));

    private static string Join(IEnumerable<long> values) => string.Join(", ", values);

    private static List<Committed> Of<TKey>(Dictionary<TKey, List<Committed>> lists, TKey key)
        where TKey : notnull =>
        lists.TryGetValue(key, out var list) ? list : lists[key] = [];

    private Committed? At(string entity, long sequence) =>
        _byEntity.GetValueOrDefault(entity) is { } log && sequence >= 1 && sequence <= log.Count
            ? log[(int)sequence - 1]
            : null;

    private ulong? HashAt(string entity, long sequence) =>
        sequence == 0 ? 0
        : _hashes.GetValueOrDefault(entity) is { } hashes && sequence > 0 && sequence <= hashes.Count
            ? hashes[(int)sequence - 1]
            : null;

    private void Broken(string rule, string what) => _violations.Add(new Violation(rule, what));
}
