using System.Text;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>What every store of events promises. Each store runs this very suite.</summary>
public abstract partial class JournalConformance : IAsyncLifetime
{
    private static readonly EntityKey Arm = new(0, "robot", "arm1");
    private static readonly EventName Happened = new("test.happened", 1);
    private static readonly EntityKey Rover = new(0, "robot", "rover");
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly List<IJournal> _opened = [];

    /// <summary>Opens the store of this test; a second opening meets the same events.</summary>
    protected abstract IJournal OpenStore(JournalOptions options);

    /// <summary>Changes the body of a snapshot behind the journal's back, as a bad disk does.</summary>
    protected abstract Task DamageSnapshotAsync(EntityKey entity, long sequence);

    protected JournalOptions Options { get; } =
        JournalOptions.For("test", TimeProvider.System) with { Deadline = TimeSpan.FromSeconds(60) };

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual async ValueTask DisposeAsync()
    {
        foreach (var journal in _opened)
        {
            await journal.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Events_come_back_as_they_were_written()
    {
        var journal = Open();
        var command = Guid.CreateVersion7();
        var head = await journal.ReadHeadAsync(Arm, Stop);

        await Appended(journal, Request(Arm, head, "a", "b") with
        {
            Command = command,
            CommandHash = -4711,
            AtNs = 1_700_000_000_123_456_789,
        });

        var events = await Stream(journal, Arm);
        Assert.Equal([1L, 2], events.Select(stored => stored.Sequence));
        Assert.Equal([0, 1], events.Select(stored => stored.Part));
        Assert.Equal(["a", "b"], events.Select(Text));
        Assert.All(events, stored =>
        {
            Assert.Equal(Arm, stored.Entity);
            Assert.Equal(head.Epoch, stored.Epoch);
            Assert.Equal(head.Shard, stored.Shard);
            Assert.Equal((command, -4711L), (stored.Command, stored.CommandHash));
            Assert.Equal(1_700_000_000_123_456_789, stored.AtNs);
            Assert.Equal(Happened, stored.Name);
        });
    }

    [Fact]
    public async Task A_new_entity_has_no_events_and_sequence_zero()
    {
        var journal = Open();

        var head = await journal.ReadHeadAsync(Arm, Stop);

        Assert.Equal(0, head.Sequence);
        Assert.True(head.Epoch > 0);
        Assert.Empty(await Stream(journal, Arm));
        Assert.Empty(await journal.ListEntitiesAsync("robot", Stop));
    }

    [Fact]
    public async Task Keys_differ_by_case_only_in_the_eyes_of_people()
    {
        var journal = Open();
        await Grow(journal, new EntityKey(0, "Robot", "Arm1"), 1);

        Assert.Equal(1, (await journal.ReadHeadAsync(Arm, Stop)).Sequence);
    }

    [Fact]
    public async Task Keys_of_all_scripts_are_kept()
    {
        var journal = Open();
        var robot = new EntityKey(-7, "robot", "größer 机器人 🤖");
        await Grow(journal, robot, 1);

        Assert.Equal(robot, Assert.Single(await Stream(journal, robot)).Entity);
        Assert.Equal(robot, Assert.Single(await All(journal, 10)).Entity);
    }

    [Fact]
    public async Task A_stream_is_read_from_any_sequence()
    {
        var journal = Open();
        await Grow(journal, Arm, 1_300);

        var all = await Stream(journal, Arm);
        Assert.Equal(1_300, all.Count);
        AssertSequences(all);
        Assert.Equal([1_299L, 1_300], (await Stream(journal, Arm, after: 1_298)).Select(e => e.Sequence));
        Assert.Empty(await Stream(journal, Arm, after: 1_300));
    }

    [Fact]
    public async Task An_append_that_expects_other_events_is_a_conflict_and_writes_nothing()
    {
        var journal = Open();
        await Grow(journal, Arm, 3);
        var head = await journal.ReadHeadAsync(Arm, Stop);

        var late = await journal.AppendAsync(Request(Arm, head with { Sequence = 2 }, "late"), Stop);
        var early = await journal.AppendAsync(Request(Arm, head with { Sequence = 4 }, "early"), Stop);

        Assert.Equal(new AppendOutcome.Conflict(3), late);
        Assert.Equal(new AppendOutcome.Conflict(3), early);
        Assert.Equal(3, (await Stream(journal, Arm)).Count);
    }

    [Fact]
    [Trait("Rule", "K-19")]
    public async Task A_command_sent_again_gets_its_first_result()
    {
        var journal = Open();
        var command = Guid.CreateVersion7();
        var head = await journal.ReadHeadAsync(Arm, Stop);
        var first = await Appended(journal, Request(Arm, head, "a", "b") with { Command = command });
        await Grow(journal, Arm, 1);

        var again = await Appended(journal, Request(Arm, head, "a", "b") with { Command = command });
        var later = await Appended(journal, Request(Arm, head with { Sequence = 3 }, "x") with { Command = command });

        Assert.False(first.AlreadyStored);
        Assert.Equal(first with { AlreadyStored = true }, again);
        Assert.Equal(first with { AlreadyStored = true }, later);
        Assert.Equal(3, (await Stream(journal, Arm)).Count);
    }

    [Fact]
    public async Task A_command_id_counts_per_entity()
    {
        var journal = Open();
        var command = Guid.CreateVersion7();

        foreach (var entity in new[] { Arm, Rover })
        {
            var head = await journal.ReadHeadAsync(entity, Stop);
            var outcome = await Appended(journal, Request(entity, head, "a") with { Command = command });
            Assert.False(outcome.AlreadyStored);
        }
    }

    [Fact]
    [Trait("Rule", "K-19")]
    public async Task The_same_command_sent_twice_at_once_is_written_once()
    {
        var journal = Open();
        var command = Guid.CreateVersion7();
        var head = await journal.ReadHeadAsync(Arm, Stop);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            Appended(journal, Request(Arm, head, "a") with { Command = command })));

        Assert.Single(outcomes, outcome => !outcome.AlreadyStored);
        Assert.All(outcomes, outcome => Assert.Equal(1, outcome.LastSequence));
        Assert.Single(await Stream(journal, Arm));
    }

    [Fact]
    [Trait("Rule", "K-18")]
    public async Task Of_two_writers_that_expect_the_same_sequence_one_wins()
    {
        var journal = Open();
        var head = await journal.ReadHeadAsync(Arm, Stop);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(async writer =>
            await journal.AppendAsync(Request(Arm, head, $"{writer}", "second"), Stop)));

        Assert.Single(outcomes.OfType<AppendOutcome.Appended>());
        Assert.Equal(19, outcomes.OfType<AppendOutcome.Conflict>().Count());
        Assert.Equal(2, (await Stream(journal, Arm)).Count);
    }

    [Fact]
    [Trait("Rule", "K-18")]
    public async Task Appends_to_one_stream_are_decided_in_the_order_of_the_calls()
    {
        var journal = Open();
        var head = await journal.ReadHeadAsync(Arm, Stop);

        var calls = Enumerable.Range(0, 200)
            .Select(n => journal.AppendAsync(Request(Arm, head with { Sequence = n }, $"{n}"), Stop).AsTask())
            .ToArray();

        Assert.All(await Task.WhenAll(calls), outcome => Assert.IsType<AppendOutcome.Appended>(outcome));
        Assert.Equal(Enumerable.Range(0, 200).Select(n => $"{n}"), (await Stream(journal, Arm)).Select(Text));
    }

    [Fact]
    [Trait("Rule", "K-18")]
    public async Task Concurrent_writers_leave_no_gap_in_streams_and_shards()
    {
        var journal = Open();
        var entities = Enumerable.Range(0, 40).Select(n => new EntityKey(0, "robot", $"r{n}")).ToArray();

        await Task.WhenAll(entities.Select(entity =>
            Task.Run(() => Grow(journal, entity, appends: 50, eventsPerAppend: 3), Stop)));

        var all = await All(journal, pageSize: 997);
        Assert.Equal(40 * 50 * 3, all.Count);
        Assert.All(all.GroupBy(stored => stored.Entity), AssertSequences);
        Assert.All(all.GroupBy(stored => stored.Shard), AssertShardSequences);
    }

    [Fact]
    [Trait("Rule", "K-24")]
    public async Task A_second_opening_fences_the_first_one_off()
    {
        var older = Open();
        await Grow(older, Arm, 2);
        var olderHead = await older.ReadHeadAsync(Arm, Stop);

        var newer = Open();
        var refused = await older.AppendAsync(Request(Arm, olderHead, "zombie"), Stop);
        var newerHead = await newer.ReadHeadAsync(Arm, Stop);

        Assert.Equal(new AppendOutcome.Fenced(olderHead.Shard, newerHead.Epoch, IsOwner: false), refused);
        Assert.True(newer.Owner.Incarnation > older.Owner.Incarnation);
        Assert.True(newerHead.Epoch > olderHead.Epoch);
        Assert.Equal(2, newerHead.Sequence);
        var error = await Assert.ThrowsAsync<JournalException>(async () => await older.ReadHeadAsync(Arm, Stop));
        Assert.Equal(JournalFault.Fenced, error.Fault);

        await Grow(newer, Arm, 1);
        Assert.Equal(3, (await Stream(newer, Arm)).Count);
    }

    [Fact]
    [Trait("Rule", "K-24")]
    public async Task An_append_under_another_epoch_than_the_journals_is_fenced()
    {
        var journal = Open();
        var head = await journal.ReadHeadAsync(Arm, Stop);

        foreach (var epoch in new[] { head.Epoch - 1, head.Epoch + 1 })
        {
            var outcome = await journal.AppendAsync(Request(Arm, head with { Epoch = epoch }, "a"), Stop);
            Assert.Equal(new AppendOutcome.Fenced(head.Shard, head.Epoch, IsOwner: true), outcome);
        }
    }

    [Fact]
    [Trait("Rule", "K-17")]
    public async Task An_opening_continues_where_the_last_one_ended()
    {
        var first = Open();
        await Grow(first, Arm, 5);
        var oldHead = await first.ReadHeadAsync(Arm, Stop);
        var command = Guid.CreateVersion7();
        var written = await Appended(first, Request(Arm, oldHead, "last") with { Command = command });
        await first.DisposeAsync();

        var second = Open();
        var head = await second.ReadHeadAsync(Arm, Stop);
        var again = await Appended(second, Request(Arm, head, "last") with { Command = command });
        await Grow(second, Arm, 1);

        Assert.Equal(6, head.Sequence);
        Assert.Equal(written with { Epoch = head.Epoch, AlreadyStored = true }, again);
        var events = await Stream(second, Arm);
        AssertSequences(events);
        Assert.Equal(events.Select(stored => stored.Epoch).Order(), events.Select(stored => stored.Epoch));
        Assert.Equal(first.Owner.ClusterId, second.Owner.ClusterId);
    }

    [Fact]
    [Trait("Rule", "K-19")]
    public async Task A_commit_whose_answer_is_lost_is_found_under_a_new_epoch()
    {
        var losing = false;
        var journal = Open(commit =>
        {
            commit();
            if (losing)
            {
                losing = false;
                throw new IOException("The answer was lost.");
            }
        });
        await Grow(journal, Arm, 1);
        var head = await journal.ReadHeadAsync(Arm, Stop);

        losing = true;
        var written = await Appended(journal, Request(Arm, head, "a", "b"));

        Assert.Equal((2L, 3L), (written.FirstSequence, written.LastSequence));
        Assert.Equal(head.Epoch + 1, written.Epoch);
        Assert.Equal(3, (await Stream(journal, Arm)).Count);
        var zombie = await journal.AppendAsync(Request(Arm, head with { Sequence = 3 }, "zombie"), Stop);
        Assert.IsType<AppendOutcome.Fenced>(zombie);
        Assert.IsType<AppendOutcome.Appended>(await journal.AppendAsync(
            Request(Arm, new StreamHead(head.Shard, written.Epoch, 3), "goes on"), Stop));
    }

    [Fact]
    [Trait("Rule", "K-19")]
    public async Task A_commit_that_did_not_happen_is_reported_as_not_written()
    {
        var failing = false;
        var journal = Open(commit =>
        {
            if (failing)
            {
                failing = false;
                throw new IOException("The commit was lost.");
            }

            commit();
        });
        await Grow(journal, Arm, 1);
        var head = await journal.ReadHeadAsync(Arm, Stop);

        failing = true;
        var command = Guid.CreateVersion7();
        var outcome = await journal.AppendAsync(Request(Arm, head, "a") with { Command = command }, Stop);

        Assert.Equal(RejectionReason.Unavailable, Assert.IsType<AppendOutcome.Rejected>(outcome).Reason);
        var next = await journal.ReadHeadAsync(Arm, Stop);
        Assert.Equal(head with { Epoch = head.Epoch + 1 }, next);
        var again = await Appended(journal, Request(Arm, next, "a") with { Command = command });
        Assert.False(again.AlreadyStored);
        Assert.Equal(2, (await Stream(journal, Arm)).Count);
    }

    [Fact]
    [Trait("Rule", "K-19")]
    public async Task Appends_that_break_a_rule_are_rejected_and_the_stream_goes_on()
    {
        var journal = Open();
        var head = await journal.ReadHeadAsync(Arm, Stop);

        async Task<RejectionReason> Reason(AppendRequest request) =>
            Assert.IsType<AppendOutcome.Rejected>(await journal.AppendAsync(request, Stop)).Reason;

        var lonely = new EventName("half \uD83E", 1);
        Assert.Equal(RejectionReason.Invalid, await Reason(Request(Arm with { Key = "a\uDD16" }, head, "a")));
        Assert.Equal(RejectionReason.Invalid, await Reason(Request(Arm with { Type = "a\0" }, head, "a")));
        Assert.Equal(
            RejectionReason.Invalid, await Reason(Request(Arm, head) with { Events = [new(lonely, new byte[2])] }));
        var huge = new NewEvent(Happened, new byte[Options.MaximumAppendBytes + 1]);
        Assert.Equal(RejectionReason.Invalid, await Reason(Request(Arm, head)));
        Assert.Equal(RejectionReason.Invalid, await Reason(Request(Arm, head with { Sequence = -1 }, "a")));
        Assert.Equal(RejectionReason.Oversize, await Reason(Request(Arm, head) with { Events = [huge] }));
        Assert.Equal(
            RejectionReason.Oversize, await Reason(Request(Arm, head, [.. Enumerable.Repeat("x", 2_001)])));

        await Grow(journal, Arm, 1);
    }

    [Fact]
    public async Task Pages_of_one_entity_meet_each_event_once()
    {
        var journal = Open();
        await Task.WhenAll(Grow(journal, Arm, 25), Grow(journal, Rover, 25));

        var met = new List<long>();
        var after = Checkpoint.Start;
        JournalPage page;
        do
        {
            page = await journal.ReadEntityPageAsync(Arm, after, 7, Stop);
            met.AddRange(page.Events.Select(stored => stored.Sequence));
            Assert.True(Checkpoint.TryParse(page.Next.ToString(), out after));
        }
        while (!page.Events.IsEmpty);

        Assert.Equal(Enumerable.Range(1, 25).Select(n => (long)n), met);
        Assert.Equal(page.Next, after);

        await Grow(journal, Arm, 1);
        Assert.Equal([26L], (await journal.ReadEntityPageAsync(Arm, after, 7, Stop)).Events.Select(e => e.Sequence));
        var tenth = Checkpoint.Behind((await Stream(journal, Arm))[9].Position);
        var fromEvent = await journal.ReadEntityPageAsync(Arm, tenth, 1, Stop);
        Assert.Equal([11L], fromEvent.Events.Select(stored => stored.Sequence));
    }

    [Fact]
    public async Task Pages_of_the_whole_journal_are_merged_by_time()
    {
        var journal = Open();
        for (var n = 0; n < 30; n++)
        {
            var entity = new EntityKey(0, "robot", $"r{n % 10}");
            var head = await journal.ReadHeadAsync(entity, Stop);
            await Appended(journal, Request(entity, head, $"{n}") with { AtNs = 1_000 + n });
        }

        var events = await All(journal, pageSize: 4);

        Assert.Equal(Enumerable.Range(0, 30).Select(n => $"{n}"), events.Select(Text));
        Assert.All(events, stored => Assert.Equal(ShardId.Of(stored.Entity, Options.Shards), stored.Shard));
    }

    [Fact]
    public async Task Entities_are_listed_by_type_and_key()
    {
        var journal = Open();
        await Grow(journal, Rover, 3);
        await Grow(journal, Arm, 2);
        await Grow(journal, new EntityKey(0, "maintenance", "run-1"), 1);

        var robots = await journal.ListEntitiesAsync("Robot", Stop);

        Assert.Equal([(Arm, 2L), (Rover, 3L)], robots.Select(known => (known.Entity, known.LastSequence)));
    }

    [Fact]
    public void Another_number_of_shards_is_refused()
    {
        Open();

        var error = Assert.Throws<JournalException>(() => OpenStore(Options with { Shards = 16 }));

        Assert.Equal(JournalFault.OtherShardCount, error.Fault);
        Assert.Contains("256", error.Message, StringComparison.Ordinal);
        Assert.Contains("16", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_journal_says_so()
    {
        var journal = Open();
        var head = await journal.ReadHeadAsync(Arm, Stop);
        await journal.DisposeAsync();

        var outcome = await journal.AppendAsync(Request(Arm, head, "a"), Stop);
        var error = await Assert.ThrowsAsync<JournalException>(async () => await journal.ReadHeadAsync(Arm, Stop));

        Assert.Equal(RejectionReason.Unavailable, Assert.IsType<AppendOutcome.Rejected>(outcome).Reason);
        Assert.Equal(JournalFault.Closed, error.Fault);
    }

    protected IJournal Open(Action<Action>? commitStep = null)
    {
        var journal = OpenStore(commitStep is null ? Options : Options with { CommitStep = commitStep });
        _opened.Add(journal);
        return journal;
    }

    protected static AppendRequest Request(EntityKey entity, StreamHead head, params string[] texts) => new()
    {
        Entity = entity,
        Epoch = head.Epoch,
        ExpectedSequence = head.Sequence,
        Events = [.. texts.Select(text => new NewEvent(Happened, Encoding.UTF8.GetBytes(text)))],
        AtNs = 0,
    };

    protected static async Task Grow(IJournal journal, EntityKey entity, int appends, int eventsPerAppend = 1)
    {
        var head = await journal.ReadHeadAsync(entity, Stop);
        for (var n = 0; n < appends; n++)
        {
            var texts = Enumerable.Range(0, eventsPerAppend).Select(part => $"{n}.{part}").ToArray();
            var written = await Appended(journal, Request(entity, head, texts));
            head = head with { Sequence = written.LastSequence };
        }
    }

    protected static async Task<List<StoredEvent>> Stream(IJournal journal, EntityKey entity, long after = 0)
    {
        var events = new List<StoredEvent>();
        await foreach (var stored in journal.ReadStreamAsync(entity, after, Stop))
        {
            events.Add(stored);
        }

        return events;
    }

    protected static async Task<List<StoredEvent>> All(IJournal journal, int pageSize)
    {
        var events = new List<StoredEvent>();
        var page = await journal.ReadPageAsync(Checkpoint.Start, pageSize, Stop);
        while (!page.Events.IsEmpty)
        {
            events.AddRange(page.Events);
            page = await journal.ReadPageAsync(page.Next, pageSize, Stop);
        }

        return events;
    }

    private static void AssertSequences(IEnumerable<StoredEvent> stream) =>
        Assert.All(stream, (stored, index) => Assert.Equal(index + 1, stored.Sequence));

    private static void AssertShardSequences(IEnumerable<StoredEvent> shard) =>
        Assert.All(shard, (stored, index) => Assert.Equal(index + 1, stored.ShardSequence));

    private static async Task<AppendOutcome.Appended> Appended(IJournal journal, AppendRequest request) =>
        Assert.IsType<AppendOutcome.Appended>(await journal.AppendAsync(request, Stop));

    private static string Text(StoredEvent stored) => Encoding.UTF8.GetString(stored.Body.Span);
}
