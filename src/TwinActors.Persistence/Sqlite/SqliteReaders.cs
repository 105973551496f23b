using System.Collections.Concurrent;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Sqlite;

/// <summary>
/// Threads that read the file, each with its own connection, beside the writer and without waiting for it.
/// </summary>
/// <remarks>Threads of their own, because a read may block on the disk for as long as the disk likes.</remarks>
internal sealed class SqliteReaders : IDisposable
{
    // One for pages of people and one that recoveries still find free.
    private const int Threads = 2;

    private readonly SqliteFile _file;
    private readonly YoungEvents _young;
    private readonly JournalOptions _options;
    private readonly BlockingCollection<Action<SqliteReading>> _reads;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running = Threads;
    private int _closed;

    public SqliteReaders(SqliteFile file, YoungEvents young, JournalOptions options)
    {
        _file = file;
        _young = young;
        _options = options;
        _reads = new BlockingCollection<Action<SqliteReading>>(options.MaximumQueued);
        for (var index = 0; index < Threads; index++)
        {
            new Thread(Run) { Name = "journal reader", IsBackground = true }.Start();
        }
    }

    /// <summary>Completes when all threads have ended.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Runs one read on a reader's thread.</summary>
    public async ValueTask<T> ReadAsync<T>(Func<SqliteReading, T> read, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Enqueue(reading =>
        {
            try
            {
                done.TrySetResult(read(reading));
            }
            catch (Exception error)
            {
                reading.Close();
                done.TrySetException(SqliteErrors.Explain(_file.Path, error));
            }
        });

        try
        {
            return await done.Task.WaitAsync(_options.Deadline, _options.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException error)
        {
            throw new JournalException(
                JournalFault.TimedOut,
                $"Reading journal {_file.Path} took longer than {_options.Deadline.TotalSeconds} s. Check the disk.",
                error);
        }
    }

    /// <summary>Refuses further reads and lets the threads end.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            _reads.CompleteAdding();
        }
    }

    private void Enqueue(Action<SqliteReading> read)
    {
        try
        {
            if (_reads.TryAdd(read))
            {
                return;
            }
        }
        catch (InvalidOperationException error)
        {
            throw new JournalException(JournalFault.Closed, $"Journal {_file.Path} is closed.", error);
        }

        throw new JournalException(
            JournalFault.TimedOut,
            $"{_options.MaximumQueued} reads of journal {_file.Path} are waiting already. Read again later.");
    }

    private void Run()
    {
        using var reading = new SqliteReading(_file, _young);
        foreach (var read in _reads.GetConsumingEnumerable())
        {
            read(reading);
        }

        if (Interlocked.Decrement(ref _running) == 0)
        {
            _ended.TrySetResult();
        }
    }
}
