using System.Collections.Concurrent;
using Npgsql;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Postgres;

/// <summary>Runs reads on pooled connections, beside the lanes and without waiting for them.</summary>
internal sealed class PostgresReaders(PostgresServer server, JournalOptions options)
{
    private readonly ConcurrentDictionary<int, EventName> _kinds = [];
    private readonly ConcurrentDictionary<(int Shard, long Entity), EntityKey> _entities = [];
    private volatile bool _isClosed;

    /// <summary>Refuses further reads.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Runs one read within the deadline of a call.</summary>
    public async ValueTask<T> ReadAsync<T>(
        Func<PostgresReading, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(options.Deadline, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        for (var attempt = 1; ; attempt++)
        {
            if (_isClosed)
            {
                throw new JournalException(JournalFault.Closed, $"Journal {server.Name} is closed.");
            }

            try
            {
                var connection = await server.OpenReaderAsync(either.Token).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    return await read(new PostgresReading(connection, server.Name, _kinds, _entities), either.Token)
                        .ConfigureAwait(false);
                }
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
            catch (Exception error) when (deadline.IsCancellationRequested)
            {
                throw new JournalException(
                    JournalFault.TimedOut,
                    $"Reading journal {server.Name} took longer than {options.Deadline.TotalSeconds} s. Check the "
                    + "server and the network to it.",
                    error);
            }
            catch (NpgsqlException error) when (error.IsTransient && attempt == 1)
            {
                // A connection of the pool that died unnoticed; the pool opens another.
            }
            catch (Exception error)
            {
                throw PostgresErrors.Explain(server.Name, error);
            }
        }
    }
}
