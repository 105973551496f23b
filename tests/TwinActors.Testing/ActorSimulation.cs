using TwinActors.Kernel;

namespace TwinActors.Testing;

/// <summary>
/// An actor system in one thread: a seed decides the order, and time passes only when nothing is left to do.
/// </summary>
public sealed class ActorSimulation : IAsyncDisposable
{
    /// <param name="seed">Decides which ready actor runs next.</param>
    /// <param name="vary">Changes the options of the system.</param>
    public ActorSimulation(int seed = 1, Func<ActorSystemOptions, ActorSystemOptions>? vary = null)
    {
        Time = new ManualTimeProvider();
        Dispatcher = new DeterministicDispatcher(seed);
        var options = new ActorSystemOptions { Time = Time, Dispatcher = Dispatcher, Seed = seed };
        System = new ActorSystem(vary?.Invoke(options) ?? options);
        Run();
    }

    /// <summary>The clock of the system.</summary>
    public ManualTimeProvider Time { get; }

    /// <summary>Runs the actors.</summary>
    public DeterministicDispatcher Dispatcher { get; }

    /// <summary>The system.</summary>
    public ActorSystem System { get; }

    /// <summary>Runs actors until none has anything to do.</summary>
    public void Run() => Dispatcher.RunUntilIdle();

    /// <summary>Lets time pass. Before each timer fires, everything that came before it is done.</summary>
    /// <param name="time">How long.</param>
    public void Advance(TimeSpan time)
    {
        Run();
        var target = Time.Elapsed + time;
        while (Time.AdvanceToNext(target))
        {
            Run();
        }
    }

    /// <summary>Runs actors until a task is complete.</summary>
    /// <param name="task">A task that needs no time to pass.</param>
    /// <returns>Its result.</returns>
    /// <exception cref="InvalidOperationException">
    /// Nothing is left to do and the task is still not complete.
    /// </exception>
    public TResult Complete<TResult>(ValueTask<TResult> task)
    {
        Run();
        return task.IsCompleted
            ? task.GetAwaiter().GetResult()
            : throw new InvalidOperationException(
                $"Nothing is left to do, but the task is not complete (seed {Dispatcher.Seed}).");
    }

    /// <summary>Asks an actor and runs actors until it has answered.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="message">Makes the message.</param>
    public TReply Ask<T, TReply>(ActorRef<T> actor, Func<ReplyTo<TReply>, T> message) =>
        Complete(actor.AskAsync(message, TimeSpan.FromSeconds(1), CancellationToken.None));

    public ValueTask DisposeAsync() => System.DisposeAsync();
}
