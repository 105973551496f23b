using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class PassivationTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task An_actor_passivates_after_the_messages_that_wait_and_the_next_one_makes_a_fresh_instance()
    {
        await using var simulation = new ActorSimulation();
        var script = Passivating();
        var actor = simulation.System.ActorOf(script.Props, "entity");

        actor.Tell("passivate");
        actor.Tell("passivate");
        actor.Tell("a");
        simulation.Run();
        Assert.Equal(["new 1", "start 1", "passivate", "passivate", "a", "stop 1"], script.Log);
        Assert.Equal(ActorState.Passive, simulation.System.Inspect("/user/entity")!.State);
        Assert.Null(simulation.System.Inspect("/user/entity")!.Type);

        actor.Tell("b");
        simulation.Run();
        Assert.Equal(["new 2", "start 2", "b"], script.Log.Skip(6));
        Assert.Equal(0, simulation.System.Inspect("/user/entity")!.Restarts);
    }

    [Fact]
    public async Task Messages_to_a_passivating_actor_wait_and_none_is_lost()
    {
        await using var simulation = new ActorSimulation();
        var gate = new TaskCompletionSource();
        var child = new Script { Stopping = async _ => await gate.Task };
        var script = Passivating(context => context.ActorOf(child.Props, "child"));
        var actor = simulation.System.ActorOf(script.Props, "entity");
        actor.Tell("passivate");
        simulation.Run();

        for (var i = 0; i < 100; i++)
        {
            actor.Tell($"{i}");
        }

        simulation.Run();
        Assert.DoesNotContain("stop 1", script.Log);
        gate.SetResult();
        simulation.Run();

        Assert.Equal(["stop 1", "new 2", "start 2"], script.Log.Skip(3).Take(3));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}"), script.Log.Skip(6));
        Assert.Equal(2, child.Instances);
        Assert.Equal(0, simulation.System.DeadLetters.Total);
    }

    [Fact]
    public async Task An_idle_actor_passivates_after_its_time_and_a_busy_one_does_not()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script();
        var actor = simulation.System.ActorOf(script.Props with { PassivateAfter = 120 * Second });
        simulation.Advance(119 * Second);
        actor.Tell("a");
        simulation.Advance(119 * Second);
        Assert.Equal(["new 1", "start 1", "a"], script.Log);

        simulation.Advance(Second);
        Assert.Equal("stop 1", script.Log[^1]);
        Assert.Equal(0, simulation.Time.ActiveTimers);

        actor.Tell("b");
        simulation.Advance(120 * Second);
        Assert.Equal(["new 2", "start 2", "b", "stop 2"], script.Log.Skip(4));
    }

    [Fact]
    public async Task Passivation_ends_what_belonged_to_the_instance()
    {
        await using var simulation = new ActorSimulation();
        CancellationToken given = default;
        var script = new Script
        {
            Receiving = (context, _, stopping) =>
            {
                given = stopping;
                context.Timers.StartPeriodicTimer("key", "tick", Second);
                context.SetReceiveTimeout(5 * Second, "quiet");
                context.Become((_, _) => default);
                context.Passivate();
                return default;
            },
        };
        simulation.System.ActorOf(script.Props).Tell("begin");
        simulation.Advance(60 * Second);

        Assert.Equal(["new 1", "start 1", "begin", "stop 1"], script.Log);
        Assert.True(given.IsCancellationRequested);
        Assert.Equal(0, simulation.Time.ActiveTimers);
    }

    [Fact]
    public async Task A_passive_actor_can_be_stopped_killed_and_watched()
    {
        await using var simulation = new ActorSimulation();
        var probe = new TestProbe<string>(simulation);
        var script = Passivating();
        foreach (var end in new Action<ActorRef>[] { actor => actor.Stop(), actor => actor.Kill() })
        {
            var actor = simulation.System.ActorOf(script.Props, "entity");
            actor.Tell("passivate");
            probe.Watch(actor);

            end(actor);

            probe.ExpectTerminated(actor);
            Assert.Single(script.Log, "stop " + script.Instances);
        }

        Assert.Equal(2, script.Instances);
    }

    [Fact]
    public async Task A_signal_and_the_end_of_a_watched_actor_make_a_fresh_instance_too()
    {
        await using var simulation = new ActorSimulation();
        var watched = simulation.System.ActorOf(new Script().Props, "watched");
        var script = new Script
        {
            Receiving = (context, _, _) =>
            {
                context.Watch(watched);
                context.Passivate();
                return default;
            },
            Signalled = (context, _) =>
            {
                context.Passivate();
                return default;
            },
            Ended = (_, _) => default,
        };
        var actor = simulation.System.ActorOf(script.Props);
        actor.Tell("watch");
        simulation.Run();

        actor.Signal(0);
        simulation.Run();
        watched.Stop();
        simulation.Run();

        Assert.Equal(
            [
                "new 1", "start 1", "watch", "stop 1", "new 2", "start 2", "signal 1", "stop 2", "new 3", "start 3",
                "terminated watched",
            ],
            script.Log);
    }

    [Fact]
    public async Task A_start_that_fails_after_passivation_is_decided_by_the_supervisor()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script
        {
            Starting = (_, instance) => instance == 2 ? throw new InvalidOperationException("broken") : default,
            Receiving = (context, message, _) =>
            {
                if (message == "passivate")
                {
                    context.Passivate();
                }

                return default;
            },
        };
        var actor = simulation.System.ActorOf(script.Props);
        actor.Tell("passivate");
        simulation.Run();

        actor.Tell("a");
        simulation.Run();

        Assert.True(actor.IsTerminated);
        Assert.Equal(1, simulation.System.DeadLetters.Total);
    }

    private static Script Passivating(Action<Context<string>>? starting = null) => new()
    {
        Starting = (context, _) =>
        {
            starting?.Invoke(context);
            return default;
        },
        Receiving = (context, message, _) =>
        {
            if (message == "passivate")
            {
                context.Passivate();
            }

            return default;
        },
    };
}
