using System.Collections.Concurrent;
using TwinActors.Kernel;
using Xunit;

namespace TwinActors.Testing;

/// <summary>An actor that keeps what it is sent, for a test to look at.</summary>
/// <typeparam name="T">The messages it understands.</typeparam>
public sealed class TestProbe<T>
{
    private readonly ConcurrentQueue<T> _messages = new();
    private readonly ConcurrentQueue<ActorRef> _terminated = new();
    private readonly ConcurrentDictionary<ActorRef, byte> _toWatch = new();
    private readonly ActorSimulation? _simulation;

    /// <summary>A probe in a simulation: every look runs the actors first, so that nothing is waited for.</summary>
    /// <param name="simulation">The simulation.</param>
    /// <param name="name">Name of the probe's actor; null: one is made up.</param>
    public TestProbe(ActorSimulation simulation, string? name = null)
        : this(simulation.System, name) => _simulation = simulation;

    /// <summary>A probe in a system with threads; look with <see cref="ExpectMsgAsync"/>.</summary>
    /// <param name="system">The system.</param>
    /// <param name="name">Name of the probe's actor; null: one is made up.</param>
    public TestProbe(ActorSystem system, string? name = null) => Ref = system.ActorOf(() => new ProbeActor(this), name);

    /// <summary>The probe's actor.</summary>
    public ActorRef<T> Ref { get; }

    /// <summary>Called by the probe's actor with each message, to answer it; null: nobody answers.</summary>
    public Action<T>? AutoPilot { get; set; }

    /// <summary>Takes the next message.</summary>
    public T ExpectMsg()
    {
        _simulation?.Run();
        Assert.True(_messages.TryDequeue(out var message), "A message was expected; there is none.");
        return message;
    }

    /// <summary>Takes the next message, which must equal <paramref name="expected"/>.</summary>
    public void ExpectMsg(T expected) => Assert.Equal(expected, ExpectMsg());

    /// <summary>Takes the next message, which must be of this kind.</summary>
    public TKind ExpectMsg<TKind>()
        where TKind : T => Assert.IsType<TKind>(ExpectMsg(), exactMatch: false);

    /// <summary>Takes as many messages as are expected, which may come in any order.</summary>
    public void ExpectMsgAllOf(params IReadOnlyCollection<T> expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        var messages = Enumerable.Range(0, expected.Count).Select(_ => ExpectMsg()).ToArray();
        Assert.Equivalent(expected, messages, strict: true);
    }

    /// <summary>Takes messages until one is wanted, and returns that one.</summary>
    /// <param name="isWanted">Whether a message is it.</param>
    public T FishForMessage(Func<T, bool> isWanted)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        while (true)
        {
            var message = ExpectMsg();
            if (isWanted(message))
            {
                return message;
            }
        }
    }

    /// <summary>Takes the next message as soon as it comes.</summary>
    /// <param name="deadline">Longest wait; null: 1 min.</param>
    public async Task<T> ExpectMsgAsync(TimeSpan? deadline = null)
    {
        T? message = default;
        await Eventually.TrueAsync(() => _messages.TryDequeue(out message), "a message comes", deadline);
        return message!;
    }

    /// <summary>Takes all messages, which must be this many.</summary>
    public T[] ReceiveN(int count)
    {
        var messages = Enumerable.Range(0, count).Select(_ => ExpectMsg()).ToArray();
        ExpectNoMsg();
        return messages;
    }

    /// <summary>Nothing has come, and in a simulation nothing will unless time passes.</summary>
    public void ExpectNoMsg()
    {
        _simulation?.Run();
        Assert.Empty(_messages);
    }

    /// <summary>Watches an actor, for <see cref="ExpectTerminated"/>.</summary>
    public void Watch(ActorRef actor)
    {
        _toWatch[actor] = 0;
        Ref.Signal(0);
        _simulation?.Run();
    }

    /// <summary>A watched actor has ended; the oldest such news is taken.</summary>
    public void ExpectTerminated(ActorRef actor)
    {
        _simulation?.Run();
        Assert.True(_terminated.TryDequeue(out var ended), $"The end of {actor} was expected.");
        Assert.Same(actor, ended);
    }

    /// <summary>No watched actor has ended since the last look.</summary>
    public void ExpectNoTerminated()
    {
        _simulation?.Run();
        Assert.Empty(_terminated);
    }

    private sealed class ProbeActor(TestProbe<T> probe) : Actor<T>
    {
        protected override ValueTask ReceiveAsync(T message, CancellationToken stopping)
        {
            probe._messages.Enqueue(message);
            probe.AutoPilot?.Invoke(message);
            return default;
        }

        protected override ValueTask OnSignalAsync(ulong sources, CancellationToken stopping)
        {
            foreach (var actor in probe._toWatch.Keys)
            {
                probe._toWatch.TryRemove(actor, out _);
                Context.Watch(actor);
            }

            return default;
        }

        protected override ValueTask OnTerminatedAsync(Terminated terminated, CancellationToken stopping)
        {
            probe._terminated.Enqueue(terminated.Actor);
            return default;
        }
    }
}
