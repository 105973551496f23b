using System.Collections.Immutable;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Kernel;

/// <summary>An event-sourced sum, in one thread: each command adds numbers, each number is an event.</summary>
internal sealed class Counter
{
    private readonly ActorSimulation _simulation;
    private readonly ActorRef<Message> _actor;

    public Counter(
        ActorSimulation simulation,
        IEventLog<int> log,
        ISnapshotLog<int>? snapshots = null,
        EventSourcingOptions? options = null,
        string key = "a")
    {
        _simulation = simulation;
        var entity = KeyOf(key);
        _actor = simulation.System.ActorOf(Props.Create(() => new Actor(entity, log, options, snapshots)) with
        {
            Backoff = new BackoffOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), Jitter: 0),
        });
    }

    public static EntityKey KeyOf(string key) => new(0, "counter", key);

    public void Stop() => _actor.Stop();

    /// <summary>Adds numbers and runs until that is answered.</summary>
    public CommandOutcome Add(params int[] numbers) => Add(null, numbers);

    public CommandOutcome Add(Guid? id, params int[] numbers) => _simulation.Ask<Message, CommandOutcome>(
        _actor, reply => new Message.Add(id, [.. numbers], reply));

    /// <summary>Adds numbers one by one, as commands of one message that wait for each other.</summary>
    public CommandOutcome AddEach(params int[] numbers) => _simulation.Ask<Message, CommandOutcome>(
        _actor, reply => new Message.AddEach([.. numbers], reply));

    /// <summary>The sum, and the number of events that are in it.</summary>
    public (int Sum, long Sequence) Read() => _simulation.Ask<Message, (int, long)>(
        _actor, reply => new Message.Read(reply));

    /// <summary>Asks without running anything.</summary>
    public Task<(int Sum, long Sequence)> ReadLater(TimeSpan deadline) => _actor.AskAsync<(int, long)>(
        reply => new Message.Read(reply), deadline, CancellationToken.None).AsTask();

    private abstract record Message
    {
        public sealed record Add(Guid? Id, ImmutableArray<int> Numbers, ReplyTo<CommandOutcome> ReplyTo) : Message;

        public sealed record AddEach(ImmutableArray<int> Numbers, ReplyTo<CommandOutcome> ReplyTo) : Message;

        public sealed record Read(ReplyTo<(int, long)> ReplyTo) : Message;
    }

    private sealed class Actor(
        EntityKey entity, IEventLog<int> log, EventSourcingOptions? options, ISnapshotLog<int>? snapshots)
        : EventSourcedActor<Message, ImmutableArray<int>, int, int, string>(entity, Rules, log, options, snapshots)
    {
        private static readonly Behavior<ImmutableArray<int>, int, int, string> Rules = new(
            Initial: 0,
            Decide: (_, numbers) => Decision.Accept(numbers),
            Evolve: (sum, number) => sum + number,
            React: (_, _) => []);

        protected override async ValueTask ReceiveAsync(Message message, CancellationToken stopping)
        {
            switch (message)
            {
                case Message.Add add:
                    await HandleAsync(add.Numbers, add.ReplyTo, add.Id, stopping);
                    break;
                case Message.AddEach each:
                    CommandOutcome? last = null;
                    foreach (var number in each.Numbers)
                    {
                        await HandleAsync([number], outcome => last = outcome, commandId: null, stopping);
                    }

                    each.ReplyTo.Tell(last!);
                    break;
                case Message.Read read:
                    read.ReplyTo.Tell((State, LastSequenceNr));
                    break;
            }
        }

        // A hash of 0 stands for a command whose hash is not known.
        protected override long? HashOf(ImmutableArray<int> command) =>
            command.Sum() is var hash && hash == 0 ? null : hash;

        protected override ValueTask PerformAsync(string effect, CancellationToken stopping) => default;
    }
}
