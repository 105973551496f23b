using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class StashTests
{
    [Fact]
    public async Task Stashed_messages_come_first_and_in_their_order_once_unstashed()
    {
        await using var simulation = new ActorSimulation();
        var isOpen = false;
        var script = new Script
        {
            Receiving = (context, message, _) =>
            {
                if (message == "open")
                {
                    isOpen = true;
                    context.UnstashAll();
                }
                else if (!isOpen)
                {
                    context.Stash(message);
                }

                return default;
            },
        };
        var actor = simulation.System.ActorOf(script.Props, "stashing");
        foreach (var message in new[] { "a", "b" })
        {
            actor.Tell(message);
        }

        simulation.Run();
        Assert.Equal(2, simulation.System.Inspect("/user/stashing")!.Mailbox.Stashed);
        actor.Tell("open");
        actor.Tell("c");
        simulation.Run();

        Assert.Equal(["a", "b", "open", "a", "b", "c"], script.Log.Skip(2));
    }

    [Fact]
    public async Task A_stash_is_bounded_survives_a_restart_and_ends_as_dead_letters()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script
        {
            Receiving = (context, message, _) =>
            {
                context.Stash(message);
                return default;
            },
        };
        var actor = simulation.System.ActorOf(
            script.Props with { Mailbox = new MailboxOptions(2) }, "stashing");
        actor.Tell("a");
        actor.Tell("b");
        simulation.Run();

        actor.Tell("c");
        simulation.Run();
        Assert.Equal(2, script.Instances);
        Assert.Equal(["a", "b", "c", "stop 1", "new 2", "start 2", "a", "b"], script.Log.Skip(2));

        actor.Stop();
        simulation.Run();
        Assert.Equal([new DeadLetterCount("/user/stashing", "String", 2)], simulation.System.DeadLetters.Counts());
    }

    [Fact]
    public async Task Another_behavior_handles_messages_until_it_is_given_up_or_the_actor_restarts()
    {
        await using var simulation = new ActorSimulation();
        var elsewhere = new List<string>();
        var script = new Script
        {
            Receiving = (context, message, _) =>
            {
                if (message == "become")
                {
                    context.Become((other, _) =>
                    {
                        elsewhere.Add(other);
                        if (other == "back")
                        {
                            context.Unbecome();
                        }

                        return other == "fail" ? throw new InvalidOperationException("broken") : default;
                    });
                }

                return default;
            },
        };
        var actor = simulation.System.ActorOf(script.Props);
        foreach (var message in new[] { "become", "a", "back", "b", "become", "fail", "c" })
        {
            actor.Tell(message);
        }

        simulation.Run();

        Assert.Equal(["a", "back", "fail"], elsewhere);
        Assert.Equal(["become", "b", "become", "stop 1", "new 2", "start 2", "c"], script.Log.Skip(2));
    }

    [Fact]
    public async Task The_outcome_of_work_elsewhere_comes_as_a_message()
    {
        await using var simulation = new ActorSimulation();
        var work = new TaskCompletionSource<int>();
        var broken = new TaskCompletionSource<int>();
        var script = new Script
        {
            Starting = (context, _) =>
            {
                context.PipeToSelf(new ValueTask<int>(work.Task), n => $"got {n}", e => e.Message);
                context.PipeToSelf(new ValueTask<int>(broken.Task), n => $"got {n}", e => e.Message);
                return default;
            },
        };
        simulation.System.ActorOf(script.Props);
        simulation.Run();

        work.SetResult(3);
        broken.SetException(new InvalidOperationException("no"));
        simulation.Run();

        Assert.Equal(["got 3", "no"], script.Log.Skip(2));
    }
}
