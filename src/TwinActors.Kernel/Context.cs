namespace TwinActors.Kernel;

/// <summary>An actor's surroundings: who it is, its children, its timers. Used only by the actor itself.</summary>
/// <typeparam name="T">The messages of the actor.</typeparam>
public readonly struct Context<T>
{
    private readonly ActorCell<T> _cell;

    internal Context(ActorCell<T> cell) => _cell = cell;

    /// <summary>The actor's own ref.</summary>
    public ActorRef<T> Self => _cell.Ref;

    /// <summary>The actor above it.</summary>
    public ActorRef Parent => _cell.Parent!.AnyRef;

    /// <summary>The actors below it that have not ended, in no particular order.</summary>
    public IReadOnlyList<ActorRef> Children => [.. _cell.Children.ToImmutableArray().Select(child => child.AnyRef)];

    /// <summary>The system that the actor belongs to.</summary>
    public ActorSystem System => _cell.System;

    /// <summary>
    /// The clock of the actor's timers: the system's, unless props name another for it or for an actor above it.
    /// </summary>
    public TimeProvider Time => _cell.Timers.Time;

    /// <summary>The actor's timers.</summary>
    public Timers<T> Timers => new(_cell);

    /// <summary>Starts a child.</summary>
    /// <param name="props">How to make and run it.</param>
    /// <param name="name">Its name, free among the children; null: one is made up.</param>
    /// <exception cref="InvalidOperationException">The name is taken or invalid, or the actor is ending.</exception>
    public ActorRef<TChild> ActorOf<TChild>(Props<TChild> props, string? name = null) =>
        _cell.System.Spawn(_cell, props, name);

    /// <summary>Starts a child with default props.</summary>
    /// <param name="factory">Makes its instances.</param>
    /// <param name="name">Its name, free among the children; null: one is made up.</param>
    /// <exception cref="InvalidOperationException">The name is taken or invalid, or the actor is ending.</exception>
    public ActorRef<TChild> ActorOf<TChild>(Func<Actor<TChild>> factory, string? name = null) =>
        ActorOf(new Props<TChild>(factory), name);

    /// <summary>
    /// Asks for <see cref="Actor{T}.OnTerminatedAsync"/> once <paramref name="actor"/> has ended; at once if it has
    /// already.
    /// </summary>
    /// <param name="actor">The actor to watch.</param>
    /// <remarks>It comes once per watch, after the messages that the actor had sent before.</remarks>
    public void Watch(ActorRef actor) => _cell.Watch(actor.Cell, message: null);

    /// <summary>Asks for a message instead of <see cref="Actor{T}.OnTerminatedAsync"/>.</summary>
    /// <param name="actor">The actor to watch.</param>
    /// <param name="message">The message that comes when it has ended.</param>
    public void WatchWith(ActorRef actor, T message) => _cell.Watch(actor.Cell, new MessageNotice<T>(message));

    /// <summary>Takes a watch back; nothing comes any more, even if the actor has ended meanwhile.</summary>
    /// <param name="actor">The watched actor.</param>
    public void Unwatch(ActorRef actor) => _cell.Unwatch(actor.Cell);

    /// <summary>Ends an actor: a child, or the actor itself.</summary>
    /// <param name="actor">The actor to end.</param>
    public void Stop(ActorRef actor) => actor.Stop();

    /// <summary>Ends all children.</summary>
    public void StopChildren() => _cell.StopChildren();

    /// <summary>
    /// Handles messages with another method from the next one on, until <see cref="Unbecome"/> or a restart.
    /// </summary>
    /// <param name="behavior">Takes the place of <see cref="Actor{T}.ReceiveAsync"/>.</param>
    public void Become(Func<T, CancellationToken, ValueTask> behavior) => _cell.Become(behavior);

    /// <summary>Handles messages with <see cref="Actor{T}.ReceiveAsync"/> again.</summary>
    public void Unbecome() => _cell.Become(behavior: null);

    /// <summary>Keeps a message for later.</summary>
    /// <param name="message">The message, usually the one being handled.</param>
    /// <exception cref="InvalidOperationException">As many messages are stashed as the mailbox may hold.</exception>
    public void Stash(T message) => _cell.Stash(message);

    /// <summary>
    /// Handles the stashed messages next, before those that wait, in the order in which they were stashed.
    /// </summary>
    /// <remarks>A restart does the same; when the actor ends, they become dead letters.</remarks>
    public void UnstashAll() => _cell.UnstashAll();

    /// <summary>Asks for a message whenever the actor has had no user or urgent message for a while.</summary>
    /// <param name="timeout">How long, on the system's clock; positive, resolution 1 ms.</param>
    /// <param name="message">The message.</param>
    /// <remarks>Signals and timers do not count as messages here.</remarks>
    public void SetReceiveTimeout(TimeSpan timeout, T message) => _cell.SetReceiveTimeout(timeout, message);

    /// <summary>Ends the wish for a receive timeout.</summary>
    public void CancelReceiveTimeout() => _cell.SetReceiveTimeout(timeout: null, default!);

    /// <summary>
    /// Ends the instance, and all below it, once the messages that wait now are handled. What comes later waits until
    /// that is done, then makes a fresh instance: nothing is lost, and the ref stays valid.
    /// </summary>
    public void Passivate() => _cell.Passivate();

    /// <summary>
    /// Turns the outcome of work that runs elsewhere into a message to this actor. Does not wait for it.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="success">Makes the message from its result.</param>
    /// <param name="failure">Makes the message from its exception.</param>
    public void PipeToSelf<TResult>(ValueTask<TResult> work, Func<TResult, T> success, Func<Exception, T> failure) =>
        _ = PipeAsync(work, Self, success, failure);

    private static async Task PipeAsync<TResult>(
        ValueTask<TResult> work, ActorRef<T> actor, Func<TResult, T> success, Func<Exception, T> failure)
    {
        T message;
        try
        {
            message = success(await work.ConfigureAwait(false));
        }
        catch (Exception cause)
        {
            message = failure(cause);
        }

        actor.Tell(message);
    }
}
