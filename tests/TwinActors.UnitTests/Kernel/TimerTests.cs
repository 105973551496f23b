using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class TimerTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_single_timer_sends_once_and_a_periodic_one_keeps_its_rate()
    {
        await using var simulation = new ActorSimulation();
        var script = Timing((context, message) =>
        {
            if (message == "begin")
            {
                context.Timers.StartSingleTimer("single", "once", 2 * Second);
                context.Timers.StartPeriodicTimer("periodic", "tick", Second, TimeSpan.FromSeconds(0.5));
            }
        });
        simulation.System.ActorOf(script.Props).Tell("begin");

        simulation.Advance(TimeSpan.FromSeconds(3.6));

        Assert.Equal(["begin", "tick", "tick", "once", "tick", "tick"], script.Log.Skip(2));
    }

    [Fact]
    [Trait("Rule", "K-15")]
    public async Task A_due_message_of_a_replaced_timer_is_dropped()
    {
        await using var simulation = new ActorSimulation();
        var script = Timing((context, message) =>
        {
            switch (message)
            {
                case "begin":
                    context.Timers.StartSingleTimer("key", "old", Second);
                    break;
                case "replace":
                    simulation.Time.Advance(Second);
                    context.Timers.StartSingleTimer("key", "new", Second);
                    break;
            }
        });
        var actor = simulation.System.ActorOf(script.Props);
        actor.Tell("begin");
        simulation.Run();

        actor.Tell("replace");
        simulation.Advance(2 * Second);

        Assert.Equal(["begin", "replace", "new"], script.Log.Skip(2));
    }

    [Fact]
    [Trait("Rule", "K-15")]
    public async Task A_due_message_of_a_cancelled_timer_is_dropped()
    {
        await using var simulation = new ActorSimulation();
        var active = new List<bool>();
        var script = Timing((context, message) =>
        {
            if (message == "begin")
            {
                context.Timers.StartSingleTimer("key", "due", Second);
                active.Add(context.Timers.IsActive("key"));
                return;
            }

            simulation.Time.Advance(Second);
            context.Timers.Cancel("key");
            active.Add(context.Timers.IsActive("key"));
        });
        var actor = simulation.System.ActorOf(script.Props);
        actor.Tell("begin");
        actor.Tell("cancel");

        simulation.Advance(2 * Second);

        Assert.Equal(["begin", "cancel"], script.Log.Skip(2));
        Assert.Equal([true, false], active);
    }

    [Fact]
    [Trait("Rule", "K-15")]
    public async Task A_restart_cancels_the_timers()
    {
        await using var simulation = new ActorSimulation();
        var script = Timing((context, message) =>
        {
            if (message == "begin")
            {
                context.Timers.StartPeriodicTimer("key", "tick", Second);
                simulation.Time.Advance(Second);
                throw new InvalidOperationException("broken");
            }
        });
        simulation.System.ActorOf(script.Props).Tell("begin");

        simulation.Advance(5 * Second);

        Assert.Equal(["new 1", "start 1", "begin", "stop 1", "new 2", "start 2"], script.Log);
        Assert.Equal(0, simulation.Time.ActiveTimers);
    }

    [Fact]
    public async Task Ticks_that_nobody_took_are_one()
    {
        await using var simulation = new ActorSimulation();
        var gate = new TaskCompletionSource();
        var script = new Script
        {
            Receiving = async (context, message, _) =>
            {
                if (message == "begin")
                {
                    context.Timers.StartPeriodicTimer("key", "tick", Second);
                    await gate.Task;
                }
            },
        };
        simulation.System.ActorOf(script.Props).Tell("begin");
        simulation.Advance(10 * Second);

        gate.SetResult();
        simulation.Run();
        simulation.Advance(Second);

        Assert.Equal(["begin", "tick", "tick"], script.Log.Skip(2));
    }

    [Fact]
    public async Task Children_take_over_the_clock_that_props_name()
    {
        await using var simulation = new ActorSimulation();
        var replay = new ManualTimeProvider();
        var child = new Script
        {
            Starting = (context, _) =>
            {
                context.Timers.StartSingleTimer("key", "due", Second);
                return default;
            },
        };
        var parent = new Script
        {
            Starting = (context, _) =>
            {
                context.ActorOf(child.Props);
                return default;
            },
        };
        simulation.System.ActorOf(parent.Props with { Time = replay });
        simulation.Advance(10 * Second);
        Assert.DoesNotContain("due", child.Log);

        replay.Advance(Second);
        simulation.Run();
        Assert.Equal("due", child.Log[^1]);
    }

    [Fact]
    public async Task A_receive_timeout_comes_after_quiet_and_again_and_not_when_cancelled()
    {
        await using var simulation = new ActorSimulation();
        var script = Timing((context, message) =>
        {
            switch (message)
            {
                case "begin":
                    context.SetReceiveTimeout(2 * Second, "quiet");
                    break;
                case "end":
                    context.CancelReceiveTimeout();
                    break;
            }
        });
        var actor = simulation.System.ActorOf(script.Props);
        actor.Tell("begin");
        simulation.Advance(TimeSpan.FromSeconds(1.5));
        actor.Tell("a");
        simulation.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(["begin", "a"], script.Log.Skip(2));

        simulation.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(["begin", "a", "quiet"], script.Log.Skip(2));

        simulation.Advance(2 * Second);
        Assert.Equal(["begin", "a", "quiet", "quiet"], script.Log.Skip(2));

        actor.Tell("end");
        simulation.Advance(10 * Second);
        Assert.Equal("end", script.Log[^1]);
    }

    private static Script Timing(Action<Context<string>, string> receiving) => new()
    {
        Receiving = (context, message, _) =>
        {
            receiving(context, message);
            return default;
        },
    };
}
