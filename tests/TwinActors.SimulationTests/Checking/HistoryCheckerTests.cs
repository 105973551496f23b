using TwinActors.Kernel.EventSourcing;

namespace TwinActors.SimulationTests.Checking;

/// <summary>Every rule of the checker, by a history that keeps all promises but one.</summary>
public sealed class HistoryCheckerTests
{
    private static readonly Guid First = new(1, 0, 0, new byte[8]);
    private static readonly Guid Second = new(2, 0, 0, new byte[8]);

    private readonly History _history = Clean();

    [Fact]
    public void A_clean_history_has_no_violations() => Assert.Empty(HistoryChecker.Check(Clean()));

    [Fact]
    public void A_gap_in_a_shard_is_found()
    {
        Change(2, e => e with { Position = new JournalPosition(0, 5) });

        Broken("shard sequences have no gaps");
    }

    [Fact]
    public void An_older_epoch_after_a_newer_one_is_found()
    {
        _history.Epochs.Add(new EpochBegan(0, 2, 2));
        Change(0, e => e with { Epoch = 2, Writer = 2 });

        Broken("epochs never decrease along a shard");
    }

    [Fact]
    public void A_head_that_is_not_the_last_event_is_found()
    {
        _history.Heads[0] = 4;

        Broken("the head is the last event");
    }

    [Fact]
    public void An_epoch_with_two_owners_is_found()
    {
        _history.Epochs.Add(new EpochBegan(0, 1, 2));

        Broken("an epoch has one owner");
    }

    [Fact]
    public void An_event_of_somebody_who_does_not_own_its_epoch_is_found()
    {
        Change(2, e => e with { Writer = 2 });

        Broken("only the owner writes");
    }

    [Fact]
    public void A_gap_in_an_entity_is_found()
    {
        Change(2, e => e with { Sequence = 4 });

        Broken("entity sequences have no gaps");
    }

    [Fact]
    public void Half_a_command_is_found()
    {
        _history.Operations[0] = _history.Operations[0] with { Values = [11, 12, 13] };

        Broken("a command is written all or none, and once");
    }

    [Fact]
    public void A_command_that_is_written_twice_is_found()
    {
        _history.Log.Add(
            new Committed(9, 1, "a", 4, new JournalPosition(0, 4), Epoch: 1, Second, Value: 21));
        _history.Heads[0] = 4;

        Broken("a command is written all or none, and once");
    }

    [Fact]
    public void A_failed_command_in_the_log_is_found()
    {
        _history.Operations[1].Knowledge = Knowledge.Failed;

        Broken("what failed is absent");
    }

    [Fact]
    public void A_command_that_is_never_answered_is_found()
    {
        _history.Operations[1].Knowledge = Knowledge.Unknown;

        Broken("every command is answered when faults stop");
    }

    [Fact]
    public void A_command_that_fails_without_a_fault_is_found()
    {
        _history.IsQuiet = true;
        _history.Operations.Add(new Operation(Guid.Empty, 1, "a", Verb.Add, [31]) { Knowledge = Knowledge.Failed });

        Broken("nothing fails without a fault");
    }

    [Fact]
    public void An_accepted_command_that_is_not_in_the_log_is_found()
    {
        _history.Log.RemoveAt(2);
        _history.Heads[0] = 2;

        Broken("what was accepted is in the log");
    }

    [Fact]
    public void An_answer_that_names_another_place_is_found()
    {
        _history.Operations[1].Answer = new CommandOutcome.Accepted(3, new JournalPosition(0, 2));

        Broken("an answer names where the command is");
    }

    [Fact]
    public void An_answer_before_the_commit_is_found()
    {
        Change(2, e => e with { Step = 100 });

        Broken("nothing is answered before it is durable");
    }

    [Fact]
    public void A_command_that_is_told_to_be_absent_while_it_is_there_is_found()
    {
        _history.Told.Add(new Told(20, First, "a", new CommandOutcome.NotStored("no"), ByOwner: true));

        Broken("a command in the journal is not told to be absent");
    }

    [Fact]
    public void A_rejection_without_a_reason_is_found()
    {
        _history.Told.Add(new Told(20, First, "a", new CommandOutcome.Rejected("no"), ByOwner: true));

        Broken("only what is refused is rejected");
    }

    [Fact]
    public void An_announcement_that_differs_from_the_log_is_found()
    {
        _history.Announced[0] = _history.Announced[0] with { Epoch = 2 };

        Broken("an event is announced as it is stored");
    }

    [Fact]
    public void A_second_announcement_is_found()
    {
        _history.Announced.Add(_history.Announced[0]);

        Broken("an event is announced once");
    }

    [Fact]
    public void An_effect_before_the_commit_is_found()
    {
        _history.Performed[0] = _history.Performed[0] with { Step = 1 };

        Broken("nothing is performed before it is durable");
    }

    [Fact]
    public void A_second_effect_is_found()
    {
        _history.Performed.Add(_history.Performed[0]);

        Broken("an effect is performed once");
    }

    [Fact]
    public void A_state_that_the_log_does_not_explain_is_found()
    {
        _history.Shown[0] = _history.Shown[0] with { Hash = 4711 };

        Broken("what is shown is in the log");
    }

    [Fact]
    public void A_memory_behind_its_log_is_found()
    {
        _history.Remembered[0] = _history.Remembered[0] with { Stored = 3 };

        Broken("the memory of an owner with nothing under way equals the log");
    }

    [Fact]
    public void Messages_out_of_order_are_found()
    {
        _history.Arrived.Add(new Arrived(1, 1, "a", 2));

        Broken("messages of one sender arrive in order, each once");
    }

    [Fact]
    public void A_vanished_message_is_found()
    {
        _history.Balances[0] = _history.Balances[0] with { Handled = 1 };

        Broken("no message vanishes");
    }

    [Fact]
    public void Messages_before_somebody_who_was_ended_are_found()
    {
        _history.Balances[0] = _history.Balances[0] with { MayDie = false };

        Broken("nobody is ended before the messages that wait");
    }

    [Fact]
    public void An_ask_without_an_end_is_found()
    {
        _history.Balances[0] = _history.Balances[0] with { Answered = 1 };

        Broken("every ask ends");
    }

    [Fact]
    public void An_accident_is_found()
    {
        _history.Accidents.Add("boom");

        Broken("nothing fails unexpectedly");
    }

    // Two commands of one client to one list: 11 and 12 together, then 21.
    private static History Clean()
    {
        var history = new History();
        history.Epochs.Add(new EpochBegan(0, 1, 1));
        history.Operations.AddRange(
        [
            new Operation(First, 1, "a", Verb.Add, [11, 12]) { Knowledge = Knowledge.Accepted, Answer = Accepted(2) },
            new Operation(Second, 1, "a", Verb.Add, [21]) { Knowledge = Knowledge.Accepted, Answer = Accepted(3) },
        ]);
        history.Log.AddRange(
        [
            new Committed(3, 1, "a", 1, new JournalPosition(0, 1), Epoch: 1, First, 11),
            new Committed(3, 1, "a", 2, new JournalPosition(0, 2), Epoch: 1, First, 12),
            new Committed(7, 1, "a", 3, new JournalPosition(0, 3), Epoch: 1, Second, 21),
        ]);
        history.Heads[0] = 3;
        history.Told.Add(new Told(4, First, "a", Accepted(2), ByOwner: true));
        history.Told.Add(new Told(8, Second, "a", Accepted(3), ByOwner: true));
        foreach (var each in history.Log)
        {
            history.Announced.Add(new Announced(
                each.Step + 1, "a", each.Sequence, each.Position, each.Epoch, each.Command, each.Value));
            history.Performed.Add(new Performed(each.Step + 1, "a", each.Value));
        }

        var two = HistoryChecker.Hash(HistoryChecker.Hash(0, 11), 12);
        history.Shown.Add(new Shown(5, "a", 2, two));
        history.Remembered.Add(new Remembered(5, "a", 2, two, 2, "a write"));
        history.Arrived.AddRange([new Arrived(1, 1, "a", 1), new Arrived(1, 1, "a", 2), new Arrived(2, 1, "a", 1)]);
        history.Balances.Add(new MessageBalance("n1", 6, 2, 1, 2, 1, MayDie: true, 2, 2));
        return history;
    }

    private static CommandOutcome.Accepted Accepted(long sequence) => new(sequence, new JournalPosition(0, sequence));

    private void Change(int index, Func<Committed, Committed> change) =>
        _history.Log[index] = change(_history.Log[index]);

    private void Broken(string rule) =>
        Assert.Contains(rule, HistoryChecker.Check(_history).Select(violation => violation.Rule));
}
