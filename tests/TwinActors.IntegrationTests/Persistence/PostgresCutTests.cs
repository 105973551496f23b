using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Postgres;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A journal whose connection is cut or falls silent at any step of an append.</summary>
public sealed class PostgresCutTests(SharedPostgres postgres) : IAsyncLifetime
{
    private static readonly EntityKey Arm = new(0, "robot", "arm1");
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string _direct = "";
    private CuttingProxy _proxy = null!;

    public async ValueTask InitializeAsync()
    {
        _direct = await postgres.NewDatabaseAsync();
        _proxy = new CuttingProxy(Path.Combine(new NpgsqlConnectionStringBuilder(_direct).Host!, ".s.PGSQL.5432"));
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [Fact]
    [Trait("Rule", "K-19")]
    public async Task An_append_that_is_cut_at_any_byte_is_answered_by_what_is_there()
    {
        await using var journal = Open(TimeSpan.FromSeconds(60));
        var head = await journal.ReadHeadAsync(Arm, Stop);
        Assert.IsType<AppendOutcome.Appended>(await journal.AppendAsync(Request(head, Guid.CreateVersion7()), Stop));
        // Once the other lane has answered it is silent: what passes then is the append alone.
        var other = Enumerable.Range(0, 100).Select(n => new EntityKey(0, "robot", $"r{n}"))
            .First(entity => (ShardId.Of(entity, 256).Value - head.Shard.Value) % 2 != 0);
        await journal.ReadHeadAsync(other, Stop);
        _proxy.Plan();
        Assert.IsType<AppendOutcome.Appended>(
            await journal.AppendAsync(Request(head with { Sequence = 1 }, Guid.CreateVersion7()), Stop));
        var (there, back) = _proxy.Passed;

        var written = 2L;
        foreach (var bytes in Steps(there))
        {
            var isWritten = await CutAsync(journal, written, () => _proxy.Plan(there: bytes));
            Assert.True(!isWritten || bytes == there, $"An append cut after {bytes} of {there} bytes was written.");
            written++;
        }

        foreach (var bytes in Steps(back))
        {
            Assert.True(
                await CutAsync(journal, written, () => _proxy.Plan(back: bytes)),
                $"An append whose answer was cut after {bytes} of {back} bytes was lost.");
            written++;
        }
    }

    [Fact]
    [Trait("Rule", "K-20")]
    public async Task An_append_into_silence_ends_by_its_deadline_and_the_head_tells_later()
    {
        await using var journal = Open(TimeSpan.FromSeconds(5));
        var first = await AppendUntilDoneAsync(journal, Guid.CreateVersion7());
        var head = new StreamHead(ShardId.Of(Arm, 256), first.Epoch, first.LastSequence);

        _proxy.FallSilent();
        var command = Guid.CreateVersion7();
        await Assert.ThrowsAsync<JournalOutcomeUnknownException>(
            async () => await journal.AppendAsync(Request(head, command), Stop));
        var reading = await Assert.ThrowsAsync<JournalException>(
            async () => await journal.ListEntitiesAsync("robot", Stop));
        Assert.Equal(JournalFault.TimedOut, reading.Fault);
        _proxy.Speak();

        var found = await AppendUntilDoneAsync(journal, command);
        Assert.Equal((2L, 2L), (found.FirstSequence, await CountAsync()));
    }

    /// <summary>
    /// Appends through a connection that is cut. Whatever the answer, afterwards the stream has the event once when it
    /// is sent again.
    /// </summary>
    /// <returns>Whether the cut append was acknowledged.</returns>
    private async Task<bool> CutAsync(PostgresJournal journal, long written, Action cut)
    {
        var command = Guid.CreateVersion7();
        var head = await journal.ReadHeadAsync(Arm, Stop);
        Assert.Equal(written, head.Sequence);

        cut();
        var outcome = await journal.AppendAsync(Request(head, command), Stop);
        _proxy.Plan();

        var isWritten = outcome is AppendOutcome.Appended { AlreadyStored: false };
        if (!isWritten)
        {
            Assert.Equal(RejectionReason.Unavailable, Assert.IsType<AppendOutcome.Rejected>(outcome).Reason);
        }

        Assert.Equal(isWritten ? written + 1 : written, await CountAsync());
        var again = await AppendUntilDoneAsync(journal, command);
        Assert.Equal((written + 1, isWritten), (again.LastSequence, again.AlreadyStored));
        Assert.Equal(written + 1, await CountAsync());
        return isWritten;
    }

    private static async Task<AppendOutcome.Appended> AppendUntilDoneAsync(PostgresJournal journal, Guid command)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var head = await journal.ReadHeadAsync(Arm, Stop);
                if (await journal.AppendAsync(Request(head, command), Stop) is AppendOutcome.Appended outcome)
                {
                    return outcome;
                }
            }
            catch (JournalException) when (attempt < 20)
            {
                // The journal is still on its way back.
            }
        }
    }

    // Nothing, the first byte, a header, the middle, all but the last byte, everything.
    private static long[] Steps(long bytes) => [0, 1, 5, bytes / 2, bytes - 1, bytes];

    private static AppendRequest Request(StreamHead head, Guid command) => new()
    {
        Entity = Arm,
        Epoch = head.Epoch,
        ExpectedSequence = head.Sequence,
        Events = [new NewEvent(new EventName("test.happened", 1), "{}"u8.ToArray())],
        AtNs = 0,
        Command = command,
    };

    private PostgresJournal Open(TimeSpan deadline)
    {
        var through = new NpgsqlConnectionStringBuilder(_direct) { Host = "127.0.0.1", Port = _proxy.Port };
        return PostgresJournal.Open(
            through.ConnectionString, JournalOptions.For("test", TimeProvider.System) with { Deadline = deadline });
    }

    private async Task<long> CountAsync()
    {
        await using var connection = new NpgsqlConnection($"{_direct};Pooling=false");
        await connection.OpenAsync(Stop);
        await using var command = new NpgsqlCommand("select count(*) from ta_event", connection);
        return (long)(await command.ExecuteScalarAsync(Stop))!;
    }
}
