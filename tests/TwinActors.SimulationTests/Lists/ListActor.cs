using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.SimulationTests.Checking;
using TwinActors.SimulationTests.Runs;

namespace TwinActors.SimulationTests.Lists;

/// <summary>How much of a list is in memory, for the run to compare with its log.</summary>
internal sealed class ListView
{
    /// <summary>Whether it has recovered and has no append under way.</summary>
    public bool IsAtRest { get; set; }

    public long Sequence { get; set; }

    public ListState State { get; set; } = ListState.Empty;
}

/// <summary>
/// A list of values, one per event: the smallest entity whose history can be checked. It notes whatever it sees and
/// tells.
/// </summary>
internal sealed class ListActor(string key, SimulatedNode node, SimulatedRun run, ActorRef<RegionMessage> region)
    : EventSourcedActor<ListMessage, ListCommand, ListEvent, ListState, long>(
        ListEvents.KeyOf(key), ListEvents.Behavior, node.Log, node.EventSourcing, node.Snapshots)
{
    private readonly ListView _view = node.Views[key] = new ListView();
    private bool _isHolding;
    private int _held;

    protected override ValueTask OnRecoveryCompletedAsync(CancellationToken stopping)
    {
        run.World.Trace.Note($"{node.Name} {key} recovered {LastSequenceNr} events");
        if (run.Plan.Leaving is { } after)
        {
            Context.SetReceiveTimeout(after, new ListMessage.Idle());
        }

        if (run.Plan.Ticks is { } interval)
        {
            Context.Timers.StartPeriodicTimer("tick", new ListMessage.Tick(), interval);
        }

        Rest();
        return default;
    }

    protected override async ValueTask ReceiveAsync(ListMessage message, CancellationToken stopping)
    {
        switch (message)
        {
            case ListMessage.Execute or ListMessage.Read when _isHolding && _held < run.Plan.EntityMailbox:
                _held++;
                Context.Stash(message);
                break;
            case ListMessage.Execute or ListMessage.Read when _isHolding:
                node.Refuse(message, Self.Path);
                break;
            case ListMessage.Hold hold:
                node.Handled++;
                _isHolding = true;
                Context.Timers.StartSingleTimer("hold", new ListMessage.Release(), hold.Length);
                break;
            case ListMessage.Release:
                _isHolding = false;
                _held = 0;
                Context.UnstashAll();
                break;
            case ListMessage.Execute execute:
                node.Handled++;
                run.History.Arrived.Add(new Arrived(node.Number, execute.Client, key, execute.Number));
                await DecideAsync(execute.Command, execute.Id, outcome => Tell(execute, outcome), stopping);
                break;
            case ListMessage.Read read:
                node.Handled++;
                run.History.Shown.Add(new Shown(run.World.Step, key, LastSequenceNr, State.Hash));
                read.ReplyTo.Tell(new ListReading(LastSequenceNr, State));
                break;
            case ListMessage.Explode:
                node.Handled++;
                if (run.IsFaulty)
                {
                    throw new PlannedFailureException("a message");
                }

                break;
            case ListMessage.Tick when run.IsFaulty:
                await DecideAsync(new ListCommand(Verb.Add, [run.NextValue()]), id: null, reply: null, stopping);
                break;
            case ListMessage.Idle when !_isHolding:
                region.Tell(new RegionMessage.Leave(key, Self));
                break;
        }
    }

    protected override void OnAppended(EventEnvelope<ListEvent> envelope) => run.History.Announced.Add(new Announced(
        run.World.Step, key, envelope.Sequence, envelope.Position, envelope.Epoch, envelope.CommandId,
        envelope.Event.Value));

    protected override ValueTask PerformAsync(long effect, CancellationToken stopping)
    {
        run.History.Performed.Add(new Performed(run.World.Step, key, effect));
        return run.IsFaulty && run.World.Chance(run.Plan.FailEffect)
            ? throw new PlannedFailureException("an effect")
            : default;
    }

    protected override ValueTask PostStop()
    {
        _view.IsAtRest = false;
        return default;
    }

    private async ValueTask DecideAsync(
        ListCommand command, Guid? id, Action<CommandOutcome>? reply, CancellationToken stopping)
    {
        _view.IsAtRest = false;
        await HandleAsync(command, reply, id, stopping);
        Rest();
    }

    private void Rest()
    {
        _view.Sequence = LastSequenceNr;
        _view.State = State;
        _view.IsAtRest = true;
    }

    private void Tell(ListMessage.Execute execute, CommandOutcome outcome)
    {
        run.History.Told.Add(new Told(run.World.Step, execute.Id, key, outcome, run.IsOwner(node, Entity)));
        run.World.Trace.Note($"{node.Name} {key} tells client {execute.Client} {execute.Number}: {outcome}");
        execute.ReplyTo.Tell(outcome);
    }
}
