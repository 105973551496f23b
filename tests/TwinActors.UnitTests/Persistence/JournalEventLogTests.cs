using System.Text.Json.Serialization;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Naming;
using TwinActors.Persistence.Volatile;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Persistence;

public sealed partial class JournalEventLogTests
{
    private static readonly EntityKey Counter = new(0, "counter", "Hall-A");
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly EventRegistry<CounterEvent> Names = new EventRegistryBuilder<CounterEvent>()
        .Add("counter.raised", CounterJson.Default.Raised)
        .Build();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly VolatileStore _store = new();
    private readonly JournalOptions _options = JournalOptions.For("test", new ManualTimeProvider());

    [Fact]
    public async Task Events_come_back_with_their_envelope()
    {
        var log = Log(Open());
        var command = Guid.CreateVersion7();

        var appended = Assert.IsType<AppendResult.Appended>(await log.AppendAsync(Append(0, command, 1, 2), Stop));
        var events = await Read(log);

        Assert.Equal(2, appended.Sequence);
        Assert.Equal(appended.Position, events[^1].Position);
        Assert.Equal([1L, 2], events.Select(envelope => envelope.Sequence));
        Assert.Equal(
            [new CounterEvent.Raised(1), new CounterEvent.Raised(2)], events.Select(envelope => envelope.Event));
        Assert.All(events, envelope => Assert.Equal(
            (Counter, Noon, command, appended.Epoch),
            (envelope.Entity, envelope.At, envelope.CommandId, envelope.Epoch)));
        Assert.Equal([2L], (await Read(log, from: 2)).Select(envelope => envelope.Sequence));
    }

    [Fact]
    public async Task Another_writer_is_a_conflict()
    {
        var log = Log(Open());
        await log.AppendAsync(Append(0, null, 1), Stop);

        Assert.IsType<AppendResult.Conflict>(await log.AppendAsync(Append(0, null, 2), Stop));
    }

    [Fact]
    public async Task A_node_that_lost_the_journal_is_fenced()
    {
        var older = Log(Open());
        await older.AppendAsync(Append(0, null, 1), Stop);
        var newer = Log(Open());
        Assert.Single(await Read(newer));

        Assert.IsType<AppendResult.Fenced>(await older.AppendAsync(Append(1, null, 2), Stop));
        Assert.IsType<AppendResult.Appended>(await newer.AppendAsync(Append(1, null, 2), Stop));
    }

    [Fact]
    public async Task An_entity_that_did_not_recover_since_an_unknown_commit_is_fenced()
    {
        var isLost = false;
        var journal = VolatileJournal.Open(_store, _options with
        {
            Shards = 1,
            CommitStep = commit =>
            {
                if (isLost)
                {
                    throw new IOException("The commit got lost.");
                }

                commit();
            },
        });
        var log = Log(journal);
        await log.AppendAsync(Append(0, null, 1), Stop);
        isLost = true;
        var other = Append(0, null, 1) with { Entity = Counter with { Key = "hall-b" } };
        Assert.IsType<AppendResult.Rejected>(await log.AppendAsync(other, Stop));
        isLost = false;

        Assert.IsType<AppendResult.Fenced>(await log.AppendAsync(Append(1, null, 2), Stop));
        Assert.Single(await Read(log));
        Assert.IsType<AppendResult.Appended>(await log.AppendAsync(Append(1, null, 2), Stop));
    }

    [Fact]
    public async Task An_append_is_told_the_epoch_that_its_events_have_also_when_the_next_one_goes_under_another()
    {
        var isLost = true;
        var log = Log(VolatileJournal.Open(_store, _options with
        {
            CommitStep = commit =>
            {
                commit();
                if (isLost)
                {
                    throw new IOException("The answer got lost.");
                }
            },
        }));

        var first = Assert.IsType<AppendResult.Appended>(await log.AppendAsync(Append(0, null, 1), Stop));
        isLost = false;
        var second = Assert.IsType<AppendResult.Appended>(await log.AppendAsync(Append(1, null, 2), Stop));

        Assert.Equal([1L, 2], [first.Epoch, second.Epoch]);
        Assert.Equal([1L, 2], (await Read(log)).Select(envelope => envelope.Epoch));
    }

    [Fact]
    public async Task A_resend_that_the_actor_forgot_is_told_what_the_command_did()
    {
        var log = Log(Open());
        var command = Guid.CreateVersion7();
        await log.AppendAsync(Append(0, command, 1, 2), Stop);

        var again = await log.AppendAsync(Append(2, command, 1, 2), Stop);

        var events = await Read(log);
        Assert.Equal(2, events.Count);
        Assert.Equal(new AppendResult.AppendedBefore(2, events[1].Position), again);
    }

    [Fact]
    public async Task An_event_without_a_name_is_rejected_and_nothing_is_written()
    {
        var log = Log(Open());

        var append = Append(0, null, 1) with { Events = [new CounterEvent.Raised(1), new CounterEvent.Unnamed()] };

        Assert.IsType<AppendResult.Rejected>(await log.AppendAsync(append, Stop));
        Assert.Empty(await Read(log));
    }

    [Fact]
    public async Task A_lost_answer_is_an_exception_and_the_log_tells_what_was_written()
    {
        var journal = new FaultyJournal(Open());
        var log = Log(journal);
        journal.Plan(JournalAppendFault.LoseAnswer);
        journal.Plan(JournalAppendFault.LoseRequest);

        await Assert.ThrowsAsync<JournalOutcomeUnknownException>(
            async () => await log.AppendAsync(Append(0, null, 1), Stop));
        Assert.Single(await Read(log));
        await Assert.ThrowsAsync<JournalOutcomeUnknownException>(
            async () => await log.AppendAsync(Append(1, null, 2), Stop));
        Assert.Single(await Read(log));
    }

    private static JournalEventLog<CounterEvent> Log(IJournal journal) => new(journal, Names);

    private VolatileJournal Open() => VolatileJournal.Open(_store, _options);

    private static EventAppend<CounterEvent> Append(long expected, Guid? command, params int[] values) => new(
        Counter,
        expected,
        [.. values.Select(value => (CounterEvent)new CounterEvent.Raised(value))],
        Noon,
        command,
        Epoch: null);

    private static async Task<List<EventEnvelope<CounterEvent>>> Read(JournalEventLog<CounterEvent> log, long from = 1)
    {
        var events = new List<EventEnvelope<CounterEvent>>();
        await foreach (var envelope in log.ReadAsync(Counter, from, Stop))
        {
            events.Add(envelope);
        }

        return events;
    }

    internal abstract record CounterEvent
    {
        private CounterEvent()
        {
        }

        internal sealed record Raised(int By) : CounterEvent;

        internal sealed record Unnamed : CounterEvent;
    }

    [JsonSerializable(typeof(CounterEvent.Raised))]
    internal sealed partial class CounterJson : JsonSerializerContext;
}
