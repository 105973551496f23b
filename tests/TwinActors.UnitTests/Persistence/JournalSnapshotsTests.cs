using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Naming;
using TwinActors.Persistence.Snapshots;
using TwinActors.Persistence.Volatile;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Persistence;

public sealed partial class JournalSnapshotsTests
{
    private static readonly EntityKey Hall = new(0, "counter", "Hall-A");
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly EventRegistry<Tally> Names = new EventRegistryBuilder<Tally>()
        .Add("tally.count", TallyJson.Default.Count, static first =>
        {
            first["value"] = first["n"]!.DeepClone();
            first.Remove("n");
            return first;
        })
        .Build();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly VolatileJournal _journal =
        VolatileJournal.Open(new VolatileStore(), JournalOptions.For("test", new ManualTimeProvider()));

    [Fact]
    public async Task A_snapshot_comes_back_with_state_and_remembered_commands()
    {
        var head = await GrowAsync(3);
        var snapshots = new JournalSnapshots<Tally>(_journal, Names);
        var saved = new EntitySnapshot<Tally>(
            Hall, 3, head.Epoch, Noon, new Tally.Count(42),
            [
                new RememberedCommand(Guid.CreateVersion7(), -7, 1, new JournalPosition(3, 99)),
                new RememberedCommand(Guid.CreateVersion7(), null, 3, new JournalPosition(3, 101)),
            ]);

        await snapshots.SaveAsync(saved, Stop);
        var read = await snapshots.ReadAsync(Hall, long.MaxValue, Stop);

        Assert.NotNull(read);
        Assert.Equal(saved.Commands.AsEnumerable(), read.Commands);
        Assert.Equal(saved with { Commands = [] }, read with { Commands = [] });
        Assert.Null(await snapshots.ReadAsync(Hall, 2, Stop));
    }

    [Fact]
    [Trait("Rule", "K-25")]
    public async Task A_state_of_an_older_version_is_brought_to_the_newest()
    {
        var read = await ReadAsync("tally.count", 1, SnapshotCodec.Json, """{"state":{"n":7},"commands":[]}""");

        Assert.Equal(new Tally.Count(7), read!.State);
    }

    [Theory]
    [Trait("Rule", "K-23")]
    [InlineData("tally.count", 3, 1, """{"state":{"value":7},"commands":[]}""", "versions up to 2")]
    [InlineData("tally.total", 1, 1, """{"state":{"value":7},"commands":[]}""", "no such name")]
    [InlineData("tally.count", 2, 5, """{"state":{"value":7},"commands":[]}""", "codec is 5")]
    [InlineData("tally.count", 2, 1, """{"state":{"value":"many"},"commands":[]}""", "does not fit")]
    [InlineData("tally.count", 2, 1, """{"state":{"value":7},"commands":7}""", "cannot be used")]
    [InlineData("tally.count", 2, 1, """{"commands":[]}""", "cannot be used")]
    [InlineData("tally.count", 2, 1, "null", "cannot be used")]
    [InlineData("tally.count", 2, 1, "", "cannot be used")]
    public async Task A_snapshot_that_cannot_be_understood_says_why(
        string name, int version, int codec, string body, string problem)
    {
        var error = await Assert.ThrowsAsync<UnusableSnapshotException>(() => ReadAsync(name, version, codec, body));

        Assert.Equal((Hall with { Key = "hall-a" }, 3L), (error.Entity, error.Sequence));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    private async Task<EntitySnapshot<Tally>?> ReadAsync(string name, int version, int codec, string body)
    {
        var head = await GrowAsync(3);
        await _journal.SaveSnapshotAsync(
            new NewSnapshot
            {
                Entity = Hall,
                Epoch = head.Epoch,
                Sequence = 3,
                Name = new EventName(name, version),
                Codec = codec,
                AtNs = 0,
                Body = Encoding.UTF8.GetBytes(body),
            },
            Stop);
        return await new JournalSnapshots<Tally>(_journal, Names).ReadAsync(Hall, long.MaxValue, Stop);
    }

    private async Task<StreamHead> GrowAsync(int events)
    {
        var head = await _journal.ReadHeadAsync(Hall, Stop);
        await _journal.AppendAsync(
            new AppendRequest
            {
                Entity = Hall,
                Epoch = head.Epoch,
                ExpectedSequence = 0,
                Events =
                [
                    .. Enumerable.Repeat(new NewEvent(new EventName("tally.raised", 1), "{}"u8.ToArray()), events),
                ],
                AtNs = 0,
            },
            Stop);
        return head;
    }

    internal abstract record Tally
    {
        private Tally()
        {
        }

        internal sealed record Count(int Value) : Tally;
    }

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Tally.Count))]
    internal sealed partial class TallyJson : JsonSerializerContext;
}
