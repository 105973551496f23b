using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.SimulationTests.Runs;

namespace TwinActors.SimulationTests.Lists;

/// <summary>A message to the region.</summary>
internal abstract record RegionMessage
{
    private RegionMessage()
    {
    }

    /// <summary>A message for a list.</summary>
    public sealed record Route(string Key, ListMessage Message) : RegionMessage;

    /// <summary>A list has had nothing to do for a while.</summary>
    public sealed record Leave(string Key, ActorRef<ListMessage> List) : RegionMessage;

    /// <summary>A list that was to leave has ended.</summary>
    public sealed record Gone(string Key, ActorRef<ListMessage> List) : RegionMessage;

    /// <summary>Fail.</summary>
    public sealed record Explode : RegionMessage;
}

/// <summary>
/// The lists of one node: started at their first message, sent away when idle. Messages for a list that is on its way
/// out are stashed, then start it again.
/// </summary>
internal sealed class ListRegion(SimulatedNode node, SimulatedRun run) : Actor<RegionMessage>
{
    private readonly Dictionary<string, ActorRef<ListMessage>> _lists = new(StringComparer.Ordinal);
    private readonly HashSet<ActorRef<ListMessage>> _leaving = [];

    protected override SupervisorStrategy SupervisorStrategy => new OneForOneStrategy
    {
        Decider = static _ => Directive.Restart,
        Backoff = new BackoffOptions(TimeSpan.FromMilliseconds(20), TimeSpan.FromSeconds(1)),
    };

    protected override ValueTask ReceiveAsync(RegionMessage message, CancellationToken stopping)
    {
        switch (message)
        {
            case RegionMessage.Route route:
                Route(route);
                break;
            case RegionMessage.Leave leave when _lists.GetValueOrDefault(leave.Key) == leave.List:
                Leave(leave.Key, leave.List);
                break;
            case RegionMessage.Gone gone when _leaving.Remove(gone.List):
                _lists.Remove(gone.Key);
                Context.UnstashAll();
                break;
            case RegionMessage.Explode:
                throw new PlannedFailureException("the region");
        }

        return default;
    }

    private void Route(RegionMessage.Route route)
    {
        var list = _lists.TryGetValue(route.Key, out var known) ? known : Start(route.Key);
        if (_leaving.Contains(list))
        {
            run.World.Trace.Note($"{node.Name} {route.Key} is leaving, a message waits");
            Context.Stash(route);
        }
        else if (!list.TryTell(route.Message))
        {
            node.Refuse(route.Message, list.Path);
        }
    }

    private ActorRef<ListMessage> Start(string key)
    {
        var region = Self;
        var props = Props.Create(() => new ListActor(key, node, run, region)) with
        {
            Mailbox = new MailboxOptions(run.Plan.EntityMailbox),
            PassivateAfter = run.Plan.Passivation,
        };
        return _lists[key] = Context.ActorOf(props, key);
    }

    private void Leave(string key, ActorRef<ListMessage> list)
    {
        if (_leaving.Add(list))
        {
            run.World.Trace.Note($"{node.Name} {key} leaves");
            Context.WatchWith(list, new RegionMessage.Gone(key, list));
            list.TellPoisonPill();
        }
    }
}
