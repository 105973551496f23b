namespace TwinActors.Kernel;

/// <summary>A state that only one message at a time can touch, also across <c>await</c>.</summary>
/// <typeparam name="T">The messages it understands.</typeparam>
/// <remarks>
/// Made by the factory of its <see cref="Props{T}"/>, never directly. An exception that leaves one of its methods is a
/// failure, which its supervisor decides about.
/// </remarks>
public abstract class Actor<T>
{
    private readonly ActorCell<T> _cell;

    /// <summary>Binds the instance to the actor that is being started or restarted.</summary>
    /// <exception cref="InvalidOperationException">The instance is made outside the factory of its props.</exception>
    protected Actor() => _cell = ActorCell<T>.TakeCreating()
        ?? throw new InvalidOperationException($"{GetType().Name} is made by ActorOf, through its props.");

    /// <summary>The actor's surroundings. Use it only inside the actor.</summary>
    protected Context<T> Context => new(_cell);

    /// <summary>The actor's own ref.</summary>
    protected ActorRef<T> Self => _cell.Ref;

    /// <summary>How the actor supervises its children, unless its props say otherwise.</summary>
    protected virtual SupervisorStrategy SupervisorStrategy => SupervisorStrategy.Default;

    /// <summary>Handles one message. The next one waits until this is complete.</summary>
    /// <param name="message">The message.</param>
    /// <param name="stopping">Cancelled when the actor is told to stop or is restarted.</param>
    protected abstract ValueTask ReceiveAsync(T message, CancellationToken stopping);

    /// <summary>Handles signals: something has news, however often it said so.</summary>
    /// <param name="sources">One bit per source (0..63) that raised a signal since the last call.</param>
    /// <param name="stopping">Cancelled when the actor is told to stop or is restarted.</param>
    protected virtual ValueTask OnSignalAsync(ulong sources, CancellationToken stopping) => default;

    /// <summary>Handles the end of an actor that was watched; by default the watcher fails too.</summary>
    /// <param name="terminated">Who has ended.</param>
    /// <param name="stopping">Cancelled when the actor is told to stop or is restarted.</param>
    /// <exception cref="DeathPactException">Not overridden.</exception>
    protected virtual ValueTask OnTerminatedAsync(Terminated terminated, CancellationToken stopping) =>
        throw new DeathPactException(terminated.Actor);

    /// <summary>Runs before the first message.</summary>
    /// <param name="stopping">Cancelled when the actor is told to stop.</param>
    protected virtual ValueTask PreStart(CancellationToken stopping) => default;

    /// <summary>Runs after the last message, when all children have ended.</summary>
    protected virtual ValueTask PostStop() => default;

    /// <summary>
    /// Runs in the failed instance before it is replaced; by default stops the children, then
    /// <see cref="PostStop"/>.
    /// </summary>
    /// <param name="cause">What the instance failed with.</param>
    protected virtual ValueTask PreRestart(Exception cause)
    {
        Context.StopChildren();
        return PostStop();
    }

    /// <summary>Runs in the fresh instance before its first message; by default <see cref="PreStart"/>.</summary>
    /// <param name="cause">What the former instance failed with.</param>
    /// <param name="stopping">Cancelled when the actor is told to stop.</param>
    protected virtual ValueTask PostRestart(Exception cause, CancellationToken stopping) => PreStart(stopping);

    // What the cell calls; the methods themselves are for those who derive.
    internal SupervisorStrategy Strategy => SupervisorStrategy;

    internal ValueTask Receive(T message, CancellationToken stopping) => ReceiveAsync(message, stopping);

    internal ValueTask ReceiveSignals(ulong sources, CancellationToken stopping) => OnSignalAsync(sources, stopping);

    internal ValueTask ReceiveTerminated(Terminated terminated, CancellationToken stopping) =>
        OnTerminatedAsync(terminated, stopping);

    internal ValueTask Begin(CancellationToken stopping) => PreStart(stopping);

    internal ValueTask BeginAgain(Exception cause, CancellationToken stopping) => PostRestart(cause, stopping);

    internal ValueTask GiveWay(Exception cause) => PreRestart(cause);

    internal ValueTask End() => PostStop();
}

/// <summary>A watched actor has ended.</summary>
/// <param name="Actor">The actor that has ended.</param>
public readonly record struct Terminated(ActorRef Actor);
