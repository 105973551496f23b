using System.Threading.Channels;

namespace TwinActors.Kernel;

/// <summary>One message that a tapped actor was about to handle.</summary>
/// <param name="At">When its handler began, within some milliseconds.</param>
/// <param name="Type">Name of the message type.</param>
/// <param name="Text">The message as text, at most <see cref="ActorTap.LongestText"/> characters.</param>
/// <param name="Suppressed">Messages before it that were not shown: too many a second, or nobody read them.</param>
public sealed record TappedMessage(DateTimeOffset At, string Type, string Text, long Suppressed);

/// <summary>Shows what one actor handles, to people: bounded, and no more a second than they can read.</summary>
/// <remarks>Stays through restarts of the actor and ends with it. Dispose it when nobody looks any more.</remarks>
public sealed class ActorTap : IDisposable
{
    /// <summary>Longest text of a message [characters].</summary>
    public const int LongestText = 512;

    private const int Capacity = 256;

    private readonly ActorCell _cell;
    private readonly int _mostPerSecond;
    private readonly Channel<TappedMessage> _messages = Channel.CreateBounded<TappedMessage>(
        new BoundedChannelOptions(Capacity) { SingleWriter = true });
    private long _secondBegan;
    private int _shownThisSecond;
    private long _suppressed;

    internal ActorTap(ActorCell cell, int mostPerSecond)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostPerSecond, 1);
        _cell = cell;
        _mostPerSecond = mostPerSecond;
        _secondBegan = cell.System.CoarseNow;
        cell.Add(this);
    }

    /// <summary>The messages; complete when the actor has ended or the tap is disposed.</summary>
    public ChannelReader<TappedMessage> Messages => _messages.Reader;

    /// <summary>Ends the tap.</summary>
    public void Dispose()
    {
        _cell.Remove(this);
        Complete();
    }

    internal void Complete() => _messages.Writer.TryComplete();

    // Called by the actor, so by one thread at a time.
    internal void Offer<T>(T message)
    {
        if (_cell.System.CoarselySince(_secondBegan) >= TimeSpan.FromSeconds(1))
        {
            _secondBegan = _cell.System.CoarseNow;
            _shownThisSecond = 0;
        }

        if (_shownThisSecond >= _mostPerSecond || !_messages.Writer.TryWrite(Describe(message)))
        {
            _suppressed++;
            return;
        }

        _shownThisSecond++;
        _suppressed = 0;
    }

    private TappedMessage Describe<T>(T message)
    {
        var text = TextOf(message);
        return new TappedMessage(
            _cell.System.Time.GetUtcNow(),
            message?.GetType().Name ?? typeof(T).Name,
            text.Length <= LongestText ? text : text[..LongestText],
            _suppressed);
    }

    // Whoever looks must not make the actor fail.
    private static string TextOf<T>(T message)
    {
        try
        {
            return message?.ToString() ?? "null";
        }
        catch (Exception failure)
        {
            return $"It cannot be shown as text: {failure.Message}";
        }
    }
}
