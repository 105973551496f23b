using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;
using Xunit.Sdk;

namespace TwinActors.UnitTests.Kernel;

/// <summary>The test kit says no when it should: otherwise the other tests prove little.</summary>
public sealed class TestKitTests
{
    [Fact]
    public async Task A_probe_takes_messages_in_order_in_any_order_or_fishes_for_one()
    {
        await using var simulation = new ActorSimulation();
        var probe = new TestProbe<string>(simulation);
        foreach (var message in new[] { "a", "c", "b", "x", "y", "z" })
        {
            probe.Ref.Tell(message);
        }

        probe.ExpectMsg("a");
        probe.ExpectMsgAllOf("b", "c");
        Assert.Equal("y", probe.FishForMessage(message => message == "y"));
        Assert.Throws<EmptyException>(probe.ExpectNoMsg);
        Assert.Throws<EqualException>(() => probe.ExpectMsg("a"));
        Assert.Throws<TrueException>(() => probe.ExpectMsg());
    }

    [Fact]
    public async Task No_message_means_that_nothing_is_left_to_do()
    {
        await using var simulation = new ActorSimulation();
        var probe = new TestProbe<string>(simulation);
        var relay = simulation.System.ActorOf(new Script
        {
            Receiving = (context, message, _) =>
            {
                context.Timers.StartSingleTimer("later", "due", TimeSpan.FromSeconds(1));
                if (message == "due")
                {
                    probe.Ref.Tell(message);
                }

                return default;
            },
        }.Props);
        relay.Tell("begin");

        probe.ExpectNoMsg();
        simulation.Advance(TimeSpan.FromSeconds(1));
        probe.ExpectMsg("due");
    }

    [Fact]
    public async Task An_auto_pilot_answers_for_the_probe()
    {
        await using var simulation = new ActorSimulation();
        var probe = new TestProbe<ReplyTo<int>>(simulation) { AutoPilot = reply => reply.Tell(42) };

        Assert.Equal(42, simulation.Ask<ReplyTo<int>, int>(probe.Ref, reply => reply));
    }

    [Fact]
    public async Task A_filter_counts_the_events_and_dead_letters_of_what_is_done()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script
        {
            Receiving = (_, message, _) => message == "fail" ? throw new InvalidOperationException("broken") : default,
        };
        var actor = simulation.System.ActorOf(script.Props, "actor");

        var failed = EventFilter.Expect<ActorFailed>(simulation, 1, () => actor.Tell("fail"));
        Assert.Equal("/user/actor", failed[0].Path);
        EventFilter.Expect<ActorFailed>(simulation, 0, () => actor.Tell("fail"), one => one.Path == "/user/other");
        Assert.Throws<TrueException>(() => EventFilter.Expect<ActorFailed>(simulation, 2, () => actor.Tell("fail")));

        actor.Stop();
        EventFilter.ExpectDeadLetters(
            simulation, 100, () => Array.ForEach(new string[100], _ => actor.Tell("a")), "/user/actor");
        Assert.Throws<TrueException>(() => EventFilter.ExpectDeadLetters(simulation, 0, () => actor.Tell("a")));
    }
}
