using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class DeathWatchTests
{
    [Fact]
    [Trait("Rule", "K-13")]
    public async Task A_watcher_learns_of_an_end_exactly_once()
    {
        await using var simulation = new ActorSimulation();
        var probe = new TestProbe<string>(simulation);
        var actor = simulation.System.ActorOf(new Script().Props);
        probe.Watch(actor);
        probe.Watch(actor);

        actor.Stop();
        actor.Stop();

        probe.ExpectTerminated(actor);
        probe.ExpectNoTerminated();
    }

    [Fact]
    [Trait("Rule", "K-13")]
    public async Task An_actor_that_has_ended_already_is_reported_too()
    {
        await using var simulation = new ActorSimulation();
        var probe = new TestProbe<string>(simulation);
        var actor = simulation.System.ActorOf(new Script().Props);
        actor.Stop();
        simulation.Run();

        probe.Watch(actor);

        probe.ExpectTerminated(actor);
    }

    [Fact]
    [Trait("Rule", "K-13")]
    public async Task Nothing_comes_after_unwatch_even_when_the_end_was_on_its_way()
    {
        await using var simulation = new ActorSimulation();
        var watched = simulation.System.ActorOf(new Script().Props);
        var watcher = new Script
        {
            Receiving = (context, message, _) =>
            {
                if (message == "watch")
                {
                    context.Watch(watched);
                }
                else
                {
                    watched.Stop();
                    while (!watched.IsTerminated)
                    {
                        simulation.Dispatcher.RunOne();
                    }

                    context.Unwatch(watched);
                }

                return default;
            },
        };
        var actor = simulation.System.ActorOf(watcher.Props);

        actor.Tell("watch");
        simulation.Run();
        actor.Tell("unwatch");
        simulation.Run();

        Assert.Equal(["new 1", "start 1", "watch", "unwatch"], watcher.Log);
    }

    [Fact]
    [Trait("Rule", "K-13")]
    public async Task An_unhandled_end_fails_the_watcher()
    {
        await using var simulation = new ActorSimulation();
        var failures = new List<ActorFailed>();
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(failures.Add);
        var watched = simulation.System.ActorOf(new Script().Props);
        var watcher = new Script
        {
            Receiving = (context, _, _) =>
            {
                context.Watch(watched);
                return default;
            },
        };
        simulation.System.ActorOf(watcher.Props, "watcher").Tell("watch");
        simulation.Run();

        watched.Stop();
        simulation.Run();

        Assert.Equal(2, watcher.Instances);
        Assert.Same(watched, Assert.IsType<DeathPactException>(failures[0].Cause).Dead);
    }

    [Fact]
    [Trait("Rule", "K-13")]
    public async Task A_message_can_stand_for_the_end_and_comes_after_those_sent_before()
    {
        await using var simulation = new ActorSimulation();
        var parent = new Script
        {
            Receiving = (context, message, _) =>
            {
                if (message == "begin")
                {
                    var self = context.Self;
                    var child = context.ActorOf(
                        new Script
                        {
                            Receiving = (inner, _, _) =>
                            {
                                self.Tell("last words");
                                inner.Stop(inner.Self);
                                return default;
                            },
                        }.Props);
                    context.WatchWith(child, "ended");
                    child.Tell("go");
                }

                return default;
            },
        };
        simulation.System.ActorOf(parent.Props).Tell("begin");
        simulation.Run();

        Assert.Equal(["begin", "last words", "ended"], parent.Log.Skip(2));
    }

    [Fact]
    [Trait("Rule", "K-14")]
    public async Task Children_end_first_then_the_actor_then_its_watchers_learn()
    {
        await using var simulation = new ActorSimulation();
        var log = new List<string>();
        var child = new Script { Stopping = _ => Note(log, "child stopped") };
        var parent = new Script
        {
            Starting = (context, _) =>
            {
                context.ActorOf(child.Props, "child");
                return default;
            },
            Stopping = _ => Note(log, "parent stopped"),
        };
        var watched = simulation.System.ActorOf(parent.Props, "parent");
        var watcher = new Script
        {
            Starting = (context, _) =>
            {
                context.Watch(watched);
                return default;
            },
            Ended = (_, _) => Note(log, "watcher told"),
        };
        simulation.System.ActorOf(watcher.Props);
        simulation.Run();

        watched.Stop();
        simulation.Run();

        Assert.Equal(["child stopped", "parent stopped", "watcher told"], log);
    }

    [Fact]
    [Trait("Rule", "K-14")]
    public async Task A_poison_pill_waits_its_turn_and_stop_does_not()
    {
        await using var simulation = new ActorSimulation();
        var poisoned = new Script();
        var stopped = new Script();
        var first = simulation.System.ActorOf(poisoned.Props);
        var second = simulation.System.ActorOf(stopped.Props);
        simulation.Run();

        first.Tell("a");
        first.TellPoisonPill();
        first.Tell("b");
        second.Tell("a");
        second.Stop();
        simulation.Run();

        Assert.Equal(["new 1", "start 1", "a", "stop 1"], poisoned.Log);
        Assert.Equal(["new 1", "start 1", "stop 1"], stopped.Log);
        Assert.Equal(2, simulation.System.DeadLetters.Total);
    }

    [Fact]
    [Trait("Rule", "K-14")]
    public async Task A_name_is_free_once_its_end_is_known()
    {
        await using var simulation = new ActorSimulation();
        var gate = new TaskCompletionSource();
        var slow = new Script { Stopping = async _ => await gate.Task };
        var actor = simulation.System.ActorOf(slow.Props, "robot");
        simulation.Run();

        actor.Stop();
        simulation.Run();
        Assert.Throws<InvalidOperationException>(() => simulation.System.ActorOf(new Script().Props, "robot"));

        gate.SetResult();
        simulation.Run();
        Assert.True(actor.WhenTerminatedAsync().IsCompletedSuccessfully);
        Assert.NotSame(actor, simulation.System.ActorOf(new Script().Props, "robot"));
    }

    private static ValueTask Note(List<string> log, string text)
    {
        log.Add(text);
        return default;
    }
}
