using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace TwinActors.Host.Observability;

/// <summary>One line of the log.</summary>
/// <param name="At">When.</param>
/// <param name="Level">How bad it is.</param>
/// <param name="Category">What part of the program wrote it.</param>
/// <param name="Path">The actor that it is about; null when it is about none.</param>
/// <param name="Message">The line.</param>
/// <param name="Exception">Type and message of the exception with it; null without one.</param>
internal sealed record LogLine(
    DateTimeOffset At, LogLevel Level, string Category, string? Path, string Message, string? Exception);

/// <summary>Which lines are wanted.</summary>
/// <param name="Level">The least level.</param>
/// <param name="Path">An actor: lines about it and those below it; null: all lines.</param>
internal sealed record LogFilter(LogLevel Level, string? Path)
{
    public bool Takes(LogLine line) => line.Level >= Level
        && (Path is null || line.Path == Path
            || line.Path?.StartsWith(Path.TrimEnd('/') + "/", StringComparison.Ordinal) == true);
}

/// <summary>Remembers the last lines of the log and hands on what is written from now on.</summary>
/// <param name="clock">The node's clock.</param>
internal sealed class RecentLog(TimeProvider clock) : ILoggerProvider
{
    /// <summary>Lines remembered: some hundred kilobytes.</summary>
    public const int Capacity = 1000;

    private const string PathKey = "Path";

    private readonly Lock _gate = new();
    private readonly Queue<LogLine> _lines = new(Capacity);
    private ImmutableArray<Follower> _followers = [];

    /// <summary>The last lines that a filter takes, oldest first.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="count">Highest number of lines.</param>
    public ImmutableArray<LogLine> Last(LogFilter filter, int count)
    {
        lock (_gate)
        {
            return [.. _lines.Where(filter.Takes).TakeLast(count)];
        }
    }

    /// <summary>Lines that a filter takes, from now on, each with the number of those missed before it.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="stopping">Ends it.</param>
    public async IAsyncEnumerable<(LogLine Line, long Missed)> FollowAsync(
        LogFilter filter, [EnumeratorCancellation] CancellationToken stopping)
    {
        var follower = new Follower(filter);
        ImmutableInterlocked.Update(ref _followers, static (all, one) => all.Add(one), follower);
        try
        {
            await foreach (var line in follower.Lines.ReadAllAsync(stopping))
            {
                yield return line;
            }
        }
        finally
        {
            ImmutableInterlocked.Update(ref _followers, static (all, one) => all.Remove(one), follower);
        }
    }

    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => new Writer(this, categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
    }

    private DateTimeOffset Now => clock.GetUtcNow();

    private void Add(LogLine line)
    {
        lock (_gate)
        {
            if (_lines.Count == Capacity)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line);
        }

        foreach (var follower in _followers)
        {
            follower.Offer(line);
        }
    }

    private sealed class Follower(LogFilter filter)
    {
        private readonly Channel<(LogLine, long)> _lines = Channel.CreateBounded<(LogLine, long)>(Capacity);
        private long _missed;

        public ChannelReader<(LogLine Line, long Missed)> Lines => _lines.Reader;

        public void Offer(LogLine line)
        {
            if (!filter.Takes(line))
            {
                return;
            }

            var missed = Interlocked.Exchange(ref _missed, 0);
            if (!_lines.Writer.TryWrite((line, missed)))
            {
                Interlocked.Add(ref _missed, missed + 1);
            }
        }
    }

    private sealed class Writer(RecentLog log, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter) => log.Add(new LogLine(
                log.Now,
                logLevel,
                category,
                PathIn(state),
                formatter(state, exception),
                exception is null ? null : $"{exception.GetType().Name}: {exception.Message}"));

        private static string? PathIn<TState>(TState state) =>
            state is IReadOnlyList<KeyValuePair<string, object?>> values
                ? values.FirstOrDefault(value => value.Key == PathKey).Value as string
                : null;
    }
}
