using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace TwinActors.Kernel;

/// <summary>Why a message reached nobody.</summary>
public enum DeadLetterReason
{
    /// <summary>The actor had ended, or ended before the message's turn came.</summary>
    Terminated,

    /// <summary>The mailbox was full.</summary>
    MailboxFull,

    /// <summary>A reply came after the deadline of its ask.</summary>
    LateReply,
}

/// <summary>A message that reached nobody. Published on the event stream, at most ten a second.</summary>
/// <param name="Path">Path of the actor that it was meant for; <c>/ask</c> for a late reply.</param>
/// <param name="Message">The message.</param>
/// <param name="Reason">Why.</param>
/// <param name="Suppressed">Number of dead letters since the last one published that were counted only.</param>
public sealed record DeadLetter(string Path, object? Message, DeadLetterReason Reason, long Suppressed);

/// <summary>Number of dead letters of one message type to one actor.</summary>
/// <param name="Path">Path of the actor; <c>*</c> sums up those beyond the limit of counted pairs.</param>
/// <param name="Type">Name of the message type.</param>
/// <param name="Count">Number of dead letters since the start of the system.</param>
public sealed record DeadLetterCount(string Path, string Type, long Count);

/// <summary>Counts the messages that reached nobody. All are counted, only some are published.</summary>
public sealed class DeadLetters
{
    // A node that loses messages to more pairs than this has another problem than which ones they are.
    private const int MostPairs = 4096;
    private const int MostEventsPerSecond = 10;

    private readonly ConcurrentDictionary<(string Path, Type Type), StrongBox> _counts = new();
    private readonly Lock _gate = new();
    private readonly EventStream _events;
    private readonly TimeProvider _time;
    private long _secondBegan;
    private int _publishedThisSecond;
    private long _suppressed;
    private long _total;

    internal DeadLetters(EventStream events, TimeProvider time)
    {
        _events = events;
        _time = time;
        _secondBegan = time.GetTimestamp();
    }

    /// <summary>Number of dead letters since the start of the system.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>Dead letters by actor and message type, most first.</summary>
    public ImmutableArray<DeadLetterCount> Counts() =>
    [
        .. _counts
            .Select(pair => new DeadLetterCount(pair.Key.Path, pair.Key.Type.Name, Volatile.Read(ref pair.Value.Value)))
            .OrderByDescending(count => count.Count)
            .ThenBy(count => count.Path, StringComparer.Ordinal)
            .ThenBy(count => count.Type, StringComparer.Ordinal),
    ];

    internal void Add<T>(string path, T message, DeadLetterReason reason)
    {
        Count(path, message?.GetType() ?? typeof(T), 1, reason);
        long suppressed;
        lock (_gate)
        {
            if (_time.GetElapsedTime(_secondBegan) >= TimeSpan.FromSeconds(1))
            {
                _secondBegan = _time.GetTimestamp();
                _publishedThisSecond = 0;
            }

            if (_publishedThisSecond >= MostEventsPerSecond)
            {
                _suppressed++;
                return;
            }

            _publishedThisSecond++;
            suppressed = _suppressed;
            _suppressed = 0;
        }

        _events.Publish(new DeadLetter(path, message, reason, suppressed));
    }

    /// <summary>Counts what waited behind a message that was added when its actor ended.</summary>
    internal void AddMany<T>(string path, long count)
    {
        if (count == 0)
        {
            return;
        }

        Count(path, typeof(T), count, DeadLetterReason.Terminated);
        lock (_gate)
        {
            _suppressed += count;
        }
    }

    private void Count(string path, Type type, long count, DeadLetterReason reason)
    {
        KernelTelemetry.DeadLetters.Add(count, new KeyValuePair<string, object?>("reason", reason.ToString()));
        var key = (path, type);
        if (_counts.Count >= MostPairs && !_counts.ContainsKey(key))
        {
            key = ("*", type);
        }

        Interlocked.Add(ref _counts.GetOrAdd(key, static _ => new StrongBox()).Value, count);
        Interlocked.Add(ref _total, count);
    }

    private sealed class StrongBox
    {
        public long Value;
    }
}
