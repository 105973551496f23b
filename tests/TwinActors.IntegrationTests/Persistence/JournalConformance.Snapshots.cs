using System.Text;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.IntegrationTests.Persistence;

public abstract partial class JournalConformance
{
    private static readonly EventName State = new("test.state", 3);

    [Fact]
    public async Task A_snapshot_comes_back_as_it_was_saved()
    {
        var journal = Open();
        await Grow(journal, Arm, 5);
        var head = await journal.ReadHeadAsync(Arm, Stop);
        var last = (await Stream(journal, Arm))[^1];

        await journal.SaveSnapshotAsync(Snapshot(Arm, head, 5, "five") with { Codec = 9, AtNs = 1_234 }, Stop);

        var stored = await journal.ReadSnapshotAsync(new EntityKey(0, "ROBOT", "Arm1"), long.MaxValue, Stop);
        Assert.NotNull(stored);
        Assert.Equal(
            (Arm, 5L, last.Position, head.Epoch), (stored.Entity, stored.Sequence, stored.Position, stored.Epoch));
        Assert.Equal((State, 9, 1_234L), (stored.Name, stored.Codec, stored.AtNs));
        Assert.Equal("five", Encoding.UTF8.GetString(stored.Body.Span));
        Assert.True(stored.IsIntact);
        Assert.Null(await journal.ReadSnapshotAsync(Arm, 4, Stop));
        Assert.Null(await journal.ReadSnapshotAsync(Rover, long.MaxValue, Stop));
    }

    [Fact]
    public async Task The_two_newest_snapshots_are_kept()
    {
        var journal = Open();
        await Grow(journal, Arm, 9);

        await Save(journal, 2, 5, 9, 7);

        Assert.Equal([9L, 7], await Snapshots(journal));
    }

    [Fact]
    public async Task A_snapshot_of_the_same_event_replaces_the_one_before()
    {
        var journal = Open();
        await Grow(journal, Arm, 3);

        await Save(journal, 2, 3);
        await DamageSnapshotAsync(Arm, 3);
        await Save(journal, 3);

        Assert.Equal([3L, 2], await Snapshots(journal));
    }

    [Fact]
    [Trait("Rule", "K-23")]
    public async Task A_damaged_snapshot_is_told_from_an_intact_one_and_the_older_one_is_still_there()
    {
        var journal = Open();
        await Grow(journal, Arm, 9);
        await Save(journal, 3, 6);

        await DamageSnapshotAsync(Arm, 6);

        var newest = await journal.ReadSnapshotAsync(Arm, long.MaxValue, Stop);
        Assert.Equal((6L, false), (newest!.Sequence, newest.IsIntact));
        var older = await journal.ReadSnapshotAsync(Arm, newest.Sequence - 1, Stop);
        Assert.Equal((3L, true), (older!.Sequence, older.IsIntact));
    }

    [Fact]
    [Trait("Rule", "K-23")]
    public async Task A_damaged_snapshot_does_not_count_among_those_that_are_kept()
    {
        var journal = Open();
        await Grow(journal, Arm, 9);
        await Save(journal, 3, 6);
        await DamageSnapshotAsync(Arm, 6);

        await Save(journal, 9);

        Assert.Equal([9L, -6, 3], await Snapshots(journal));
    }

    [Fact]
    public async Task A_snapshot_of_an_event_that_is_not_there_is_refused()
    {
        var journal = Open();
        await Grow(journal, Arm, 3);

        Assert.Equal(JournalFault.Invalid, await Refused(() => Save(journal, 4)));
        Assert.Equal(JournalFault.Invalid, await Refused(() => Save(journal, 0)));
        Assert.Empty(await Snapshots(journal));
    }

    [Fact]
    public async Task A_snapshot_that_is_too_large_is_refused_and_the_stream_goes_on()
    {
        var journal = Open();
        await Grow(journal, Arm, 1);
        var head = await journal.ReadHeadAsync(Arm, Stop);
        var huge = Snapshot(Arm, head, 1, new string('x', Options.MaximumAppendBytes + 1));

        Assert.Equal(JournalFault.Invalid, await Refused(() => journal.SaveSnapshotAsync(huge, Stop).AsTask()));

        await Grow(journal, Arm, 1);
    }

    [Fact]
    [Trait("Rule", "K-24")]
    public async Task An_owner_that_was_fenced_off_saves_no_snapshot_and_deletes_no_events()
    {
        var older = Open();
        await Grow(older, Arm, 3);
        var stale = await older.ReadHeadAsync(Arm, Stop);
        await Save(older, 2, 3);
        var newer = Open();

        foreach (var journal in new[] { older, newer })
        {
            Assert.Equal(
                JournalFault.Fenced,
                await Refused(() => journal.SaveSnapshotAsync(Snapshot(Arm, stale, 3, "stale"), Stop).AsTask()));
            Assert.Equal(
                JournalFault.Fenced,
                await Refused(() => journal.DeleteEventsAsync(Arm, stale.Epoch, 1, Stop).AsTask()));
        }

        Assert.Equal(3, (await Stream(newer, Arm)).Count);
        await Save(newer, 3);
    }

    [Fact]
    public async Task Snapshots_outlive_the_journal_that_saved_them()
    {
        var first = Open();
        await Grow(first, Arm, 3);
        await Save(first, 2);
        await first.DisposeAsync();

        Assert.Equal([2L], await Snapshots(Open()));
    }

    [Fact]
    [Trait("Rule", "K-23")]
    public async Task Events_are_deleted_only_behind_two_intact_snapshots()
    {
        var journal = Open();
        await Grow(journal, Arm, 9);
        await Grow(journal, Rover, 9);
        var head = await journal.ReadHeadAsync(Arm, Stop);

        async Task Delete(long through) => await journal.DeleteEventsAsync(Arm, head.Epoch, through, Stop);

        Assert.Equal(JournalFault.Invalid, await Refused(() => Delete(1)));
        await Save(journal, 8);
        Assert.Equal(JournalFault.Invalid, await Refused(() => Delete(1)));
        await Save(journal, 5);
        Assert.Equal(JournalFault.Invalid, await Refused(() => Delete(6)));
        await DamageSnapshotAsync(Arm, 8);
        Assert.Equal(JournalFault.Invalid, await Refused(() => Delete(1)));
        await Save(journal, 9);

        Assert.Equal(3, await journal.DeleteEventsAsync(Arm, head.Epoch, 3, Stop));
        Assert.Equal(2, await journal.DeleteEventsAsync(Arm, head.Epoch, 5, Stop));

        Assert.Equal([6L, 7, 8, 9], (await Stream(journal, Arm)).Select(stored => stored.Sequence));
        Assert.Equal(9, (await Stream(journal, Rover)).Count);
    }

    [Fact]
    public async Task A_stream_goes_on_behind_deleted_events_also_after_an_opening()
    {
        var first = Open();
        await Grow(first, Arm, 5);
        await Save(first, 4, 5);
        await first.DeleteEventsAsync(Arm, (await first.ReadHeadAsync(Arm, Stop)).Epoch, 4, Stop);
        await Grow(first, Arm, 1);
        await first.DisposeAsync();

        var second = Open();
        await Grow(second, Arm, 1);

        Assert.Equal([5L, 6, 7], (await Stream(second, Arm)).Select(stored => stored.Sequence));
        Assert.Equal([7L], (await Stream(second, Arm, after: 6)).Select(stored => stored.Sequence));
        Assert.Equal([5L, 6, 7], (await All(second, pageSize: 2)).Select(stored => stored.ShardSequence));
        Assert.Equal([(Arm, 7L)], (await second.ListEntitiesAsync("robot", Stop))
            .Select(known => (known.Entity, known.LastSequence)));
    }

    private static NewSnapshot Snapshot(EntityKey entity, StreamHead head, long sequence, string text) => new()
    {
        Entity = entity,
        Epoch = head.Epoch,
        Sequence = sequence,
        Name = State,
        Codec = SnapshotCodec.Json,
        AtNs = 0,
        Body = Encoding.UTF8.GetBytes(text),
    };

    private static async Task Save(IJournal journal, params long[] sequences)
    {
        var head = await journal.ReadHeadAsync(Arm, Stop);
        foreach (var sequence in sequences)
        {
            await journal.SaveSnapshotAsync(Snapshot(Arm, head, sequence, $"state {sequence}"), Stop);
        }
    }

    /// <summary>Sequences of the arm's snapshots, the newest first; negative for a damaged one.</summary>
    private static async Task<List<long>> Snapshots(IJournal journal)
    {
        var found = new List<long>();
        var atMost = long.MaxValue;
        while (await journal.ReadSnapshotAsync(Arm, atMost, Stop) is { } stored)
        {
            found.Add(stored.IsIntact ? stored.Sequence : -stored.Sequence);
            atMost = stored.Sequence - 1;
        }

        return found;
    }

    private static async Task<JournalFault> Refused(Func<Task> call) =>
        (await Assert.ThrowsAsync<JournalException>(call)).Fault;
}
