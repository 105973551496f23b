namespace TwinActors.Kernel;

/// <summary>
/// An actor seen from outside, whatever its messages. Valid for ever, also after the actor has ended.
/// </summary>
public abstract class ActorRef
{
    private protected ActorRef()
    {
    }

    /// <summary>The actor's path: <c>/user/robots/arm1</c>.</summary>
    public string Path => Cell.Path;

    /// <summary>The actor's own name, the last part of its path.</summary>
    public string Name => Cell.Name;

    /// <summary>Whether the actor has ended.</summary>
    public bool IsTerminated => Cell.IsTerminated;

    internal abstract ActorCell Cell { get; }

    /// <summary>
    /// Tells the actor that a source has news. Allocates nothing and never blocks; safe from any thread.
    /// </summary>
    /// <param name="source">
    /// Number of the source, 0..63. Raised again before the actor looked, it is still one signal.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="source"/> is not in 0..63.</exception>
    public void Signal(int source)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)source, 63U, nameof(source));
        Cell.Signal(source);
    }

    /// <summary>
    /// Ends the actor after the message it handles now, before all that wait; they become dead letters.
    /// </summary>
    public void Stop() => Cell.Stop();

    /// <summary>Ends the actor after all messages that wait now.</summary>
    public void TellPoisonPill() => Cell.Post(new PoisonPill());

    /// <summary>Makes the actor fail with <see cref="ActorKilledException"/>, before all messages that wait.</summary>
    public void Kill() => Cell.Send(new SystemMessage.Kill());

    /// <summary>Completes when the actor has ended and its name is free; at once if it has already.</summary>
    public Task WhenTerminatedAsync()
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Cell.Send(new SystemMessage.Watch(ended)))
        {
            ended.TrySetResult();
        }

        return ended.Task;
    }

    /// <summary>The actor's path.</summary>
    public override string ToString() => Path;
}

/// <summary>Ends an actor in line with its messages.</summary>
internal sealed class PoisonPill : Notice;

/// <summary>An actor seen from outside: where its messages go.</summary>
/// <typeparam name="T">The messages it understands.</typeparam>
public sealed class ActorRef<T> : ActorRef
{
    private readonly ActorCell<T> _cell;

    internal ActorRef(ActorCell<T> cell) => _cell = cell;

    internal override ActorCell Cell => _cell;

    /// <summary>Sends a message, at most once. Messages of one sender arrive in their order.</summary>
    /// <param name="message">
    /// The message. It becomes a counted dead letter when the mailbox is full or the actor has ended.
    /// </param>
    /// <remarks>Never blocks; allocates nothing as long as the mailbox keeps up. Safe from any thread.</remarks>
    public void Tell(T message)
    {
        var result = _cell.Enqueue(in message);
        if (result != Enqueued.Accepted)
        {
            _cell.Refuse(result, message);
        }
    }

    /// <summary>
    /// Sends a message and says whether it was accepted; a refused one is counted but is no dead letter.
    /// </summary>
    /// <param name="message">The message.</param>
    public bool TryTell(T message) => _cell.Enqueue(in message) == Enqueued.Accepted;

    /// <summary>
    /// Hands on a message that another actor sent. Whom to answer stands in the message's own
    /// <see cref="ReplyTo{TReply}"/>.
    /// </summary>
    /// <param name="message">The message.</param>
    public void Forward(T message) => Tell(message);

    /// <summary>
    /// Sends a message that overtakes all user messages and is never shed; for software stops and their reset.
    /// </summary>
    /// <param name="message">The message. It becomes a dead letter only when the actor has ended.</param>
    public void TellUrgent(T message)
    {
        if (!_cell.EnqueueUrgent(in message))
        {
            _cell.Refuse(Enqueued.Closed, message);
        }
    }

    /// <summary>Sends a message and awaits its reply.</summary>
    /// <param name="message">Makes the message from the place where its reply goes.</param>
    /// <param name="deadline">Longest wait for the reply; positive.</param>
    /// <param name="cancellationToken">Gives the wait up. The message may still be handled.</param>
    /// <returns>The reply. Await it once. A reply that comes too late is a dead letter.</returns>
    /// <exception cref="AskTimeoutException">No reply within <paramref name="deadline"/>.</exception>
    /// <exception cref="MailboxFullException">The mailbox is full; the message was not sent.</exception>
    /// <exception cref="ActorTerminatedException">The actor has ended; the message was not sent.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="deadline"/> is not positive.</exception>
    public ValueTask<TReply> AskAsync<TReply>(
        Func<ReplyTo<TReply>, T> message,
        TimeSpan deadline,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero);

        var promise = AskPromise<TReply>.Rent(_cell, deadline, cancellationToken);
        var result = promise.Task;
        var sent = _cell.Enqueue(message(promise.ReplyTo));
        if (sent != Enqueued.Accepted)
        {
            promise.ReplyTo.Fail(sent == Enqueued.Full
                ? new MailboxFullException(Path)
                : new ActorTerminatedException(Path));
        }

        return result;
    }

    /// <summary>A place for replies that turns each into a message to this actor.</summary>
    /// <param name="message">Makes the message from a reply.</param>
    /// <param name="failure">Makes the message from a failure; null: failures are dropped.</param>
    public ReplyTo<TReply> ReplyTo<TReply>(Func<TReply, T> message, Func<Exception, T>? failure = null) =>
        new(new ActorReply<T, TReply>(this, message, failure), 0);
}

/// <summary>An ask was not answered within its deadline. The message may still be handled.</summary>
public sealed class AskTimeoutException(string path, TimeSpan deadline)
    : TimeoutException($"{path} did not answer within {deadline.TotalMilliseconds:0} ms.");

/// <summary>A message was refused because the actor's mailbox is full.</summary>
public sealed class MailboxFullException(string path) : Exception($"The mailbox of {path} is full; try again later.");

/// <summary>A message was refused because the actor has ended.</summary>
public sealed class ActorTerminatedException(string path) : Exception($"{path} has ended.");
