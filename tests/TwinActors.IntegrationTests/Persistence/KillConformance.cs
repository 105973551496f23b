using System.Globalization;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>What a durable store promises when the process that writes it is killed. Each store runs it.</summary>
/// <remarks>More rounds by hand: <c>TWIN_KILL_ROUNDS=50</c>; the same moments again: <c>TWIN_KILL_SEED</c>.</remarks>
public abstract class KillConformance : IDisposable
{
    private const int Rounds = 3;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    protected static CancellationToken Stop => TestContext.Current.CancellationToken;

    protected TemporaryFolder Folder { get; } = new();

    /// <summary>The store of this test, empty at first.</summary>
    private protected abstract TestedStore Store { get; }

    private protected JournalOptions Options { get; } =
        JournalOptions.For("parent", TimeProvider.System) with { Deadline = TimeSpan.FromSeconds(60) };

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    [Trait("Rule", "K-17")]
    public async Task Every_acknowledged_command_survives_kills_at_random_moments()
    {
        var rounds = Number("TWIN_KILL_ROUNDS") ?? Rounds;
        var seed = Number("TWIN_KILL_SEED") ?? Environment.TickCount;
        var random = new Random(seed);
        var told = new List<Acknowledged>();
        for (var round = 1; round <= rounds; round++)
        {
            using var writer = WriterProcess.Start(Store, Folder.File($"acks-{round}"));
            var enough = random.Next(1, 2_000);
            await Eventually.TrueAsync(
                () => writer.Acknowledged().Count >= enough, $"{enough} appends are acknowledged", Patience);
            await writer.KillAsync();
            told.AddRange(writer.Acknowledged());

            var events = await EventsAsync();
            var broken = JournalHistory.Violations(events, told);
            Assert.True(
                broken.Count == 0,
                $"round {round} of TWIN_KILL_SEED={seed}, {events.Count} events, {told.Count} acknowledged commands, "
                + $"{broken.Count} broken promises:\n{string.Join('\n', broken.Take(20))}");
            TestContext.Current.TestOutputHelper?.WriteLine(
                $"round {round}: {told.Count} acknowledged commands, {events.Count} events, whole");
        }
    }

    [Fact]
    public async Task An_acknowledgement_before_the_commit_is_found_out()
    {
        using var writer = WriterProcess.Start(Store, Folder.File("acks"), acknowledgesFirst: true);
        await Eventually.TrueAsync(
            () => writer.HasStuck, "the second process hangs before a commit, its writers told already", Patience);
        await writer.KillAsync();

        Assert.Contains(
            JournalHistory.Violations(await EventsAsync(), writer.Acknowledged()),
            broken => broken.Contains("is there 0 times", StringComparison.Ordinal));
    }

    private protected async Task<List<StoredEvent>> EventsAsync()
    {
        await using var journal = Store.Open(Options);
        return await JournalHistory.ReadAsync(journal, Stop);
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;
}
