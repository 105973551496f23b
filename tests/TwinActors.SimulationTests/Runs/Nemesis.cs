namespace TwinActors.SimulationTests.Runs;

/// <summary>Does to nodes, store and actors what the plan says, now and then.</summary>
internal sealed class Nemesis(SimulatedRun run)
{
    private readonly SimulatedWorld _world = run.World;

    /// <summary>Begins.</summary>
    public void Start()
    {
        if (!run.IsFaulty)
        {
            return;
        }

        var plan = run.Plan;
        Every(plan.CrashNode, CrashNode);
        Every(plan.StartNode, StartNode);
        Every(plan.PauseNode, () => AnyNode(node => node.Pause(Draw(0.05, 8))));
        Every(plan.PauseStore, () => run.Store.Pause(Draw(0.05, 6)));
        Every(plan.CrashStore, run.Store.Crash);
        Every(plan.FailEntity, () => AnyNode(node => node.Run(() => node.Explode(run.DrawEntity()))));
        Every(
            plan.HoldEntity, () => AnyNode(node => node.Run(() => node.Hold(run.DrawEntity(), Draw(0.01, 1)))));
        Every(plan.FailRegion, () => AnyNode(node => node.Run(node.ExplodeRegion)));
        Every(plan.JumpClock, () => AnyNode(node => node.Clock.Offset = Draw(-3600, 3600)));
    }

    private void Every(TimeSpan? mean, Action act)
    {
        if (mean is { } interval)
        {
            _world.After(_world.Draw(interval), () =>
            {
                if (run.IsFaulty)
                {
                    act();
                    Every(mean, act);
                }
            });
        }
    }

    private void CrashNode() => AnyNode(node =>
    {
        node.Crash();
        _world.After(Draw(0, 2), () =>
        {
            if (run.IsFaulty)
            {
                run.StartNode();
            }
        });
    });

    // A second owner, while the first one goes on.
    private void StartNode()
    {
        if (_world.Nodes.Count < run.Plan.Nodes)
        {
            run.StartNode();
        }
    }

    private void AnyNode(Action<SimulatedNode> act)
    {
        if (_world.Nodes.Count > 0)
        {
            act(_world.Nodes[_world.Random.Next(_world.Nodes.Count)]);
        }
    }

    private TimeSpan Draw(double fromSeconds, double toSeconds) =>
        _world.Draw(TimeSpan.FromSeconds(fromSeconds), TimeSpan.FromSeconds(toSeconds));
}
