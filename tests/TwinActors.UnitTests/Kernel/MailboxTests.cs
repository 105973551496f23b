using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class MailboxTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("Rule", "K-1")]
    public async Task Messages_keep_their_sender_s_order_and_handlers_never_overlap(bool fromPool)
    {
        const int senders = 6;
        const int perSender = 1_000_000;
        await using var system = new ActorSystem();
        var done = new TaskCompletionSource<(int OutOfOrder, int Overlaps)>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        var sink = system.ActorOf(
            Props.Create(() => new OrderActor(senders, perSender, done)) with
            {
                Mailbox = new MailboxOptions(senders * perSender),
            });

        void Send(int sender)
        {
            for (var i = 0; i < perSender; i++)
            {
                sink.Tell(new Numbered(sender, i));
            }
        }

        for (var sender = 0; sender < senders; sender++)
        {
            var mine = sender;
            if (fromPool)
            {
                _ = Task.Run(() => Send(mine), TestContext.Current.CancellationToken);
            }
            else
            {
                new Thread(() => Send(mine)).Start();
            }
        }

        var (outOfOrder, overlaps) = await done.Task.WaitAsync(
            TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        Assert.Equal((0, 0), (outOfOrder, overlaps));
    }

    [Fact]
    [Trait("Rule", "K-2")]
    public async Task No_second_message_starts_while_the_first_one_awaits()
    {
        await using var simulation = new ActorSimulation();
        var gate = new TaskCompletionSource();
        var script = new Script
        {
            Receiving = (_, message, _) => message == "a" ? new ValueTask(gate.Task) : default,
        };
        var actor = simulation.System.ActorOf(script.Props);

        actor.Tell("a");
        actor.Tell("b");
        simulation.Run();
        Assert.Equal(["new 1", "start 1", "a"], script.Log);

        gate.SetResult();
        simulation.Run();
        Assert.Equal(["new 1", "start 1", "a", "b"], script.Log);
    }

    [Fact]
    [Trait("Rule", "K-3")]
    public async Task A_handler_that_never_completes_is_visible_and_told_to_stop()
    {
        await using var simulation = new ActorSimulation();
        var cancelled = false;
        var gate = new TaskCompletionSource();
        var script = new Script
        {
            Receiving = async (_, _, stopping) =>
            {
                await using var registration = stopping.Register(() => cancelled = true);
                await gate.Task;
            },
        };
        var actor = simulation.System.ActorOf(script.Props, "stuck");

        actor.Tell("a");
        actor.Tell("b");
        simulation.Advance(TimeSpan.FromSeconds(30));

        var seen = simulation.System.Inspect("/user/stuck")!;
        Assert.Equal(ActorState.Awaiting, seen.State);
        Assert.Equal(TimeSpan.FromSeconds(30), seen.LastActive);
        Assert.Equal(1, seen.Mailbox.User);
        Assert.Equal(["/user/stuck"], simulation.System.FindStuck(TimeSpan.FromSeconds(29)).Select(a => a.Path));
        Assert.Empty(simulation.System.FindStuck(TimeSpan.FromSeconds(31)));

        actor.Stop();
        Assert.True(cancelled);
        gate.SetResult();
        simulation.Run();
        Assert.True(actor.IsTerminated);
    }

    [Fact]
    [Trait("Rule", "K-3")]
    public async Task A_life_cycle_hook_that_never_completes_is_visible_too()
    {
        await using var simulation = new ActorSimulation();
        var gate = new TaskCompletionSource();
        var script = new Script { Stopping = async _ => await gate.Task };
        var actor = simulation.System.ActorOf(script.Props, "ending");
        simulation.Run();
        actor.Stop();
        simulation.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(["/user/ending"], simulation.System.FindStuck(TimeSpan.FromSeconds(29)).Select(a => a.Path));
        gate.SetResult();
        simulation.Run();
    }

    [Fact]
    [Trait("Rule", "K-3")]
    public async Task An_actor_that_was_idle_for_long_and_is_only_queued_is_not_stuck()
    {
        await using var simulation = new ActorSimulation();
        var actor = simulation.System.ActorOf(new Script().Props, "idle");
        simulation.Advance(TimeSpan.FromHours(1));

        actor.Tell("a");

        Assert.Equal(ActorState.Running, simulation.System.Inspect("/user/idle")!.State);
        Assert.Empty(simulation.System.FindStuck(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    [Trait("Rule", "K-4")]
    public async Task Stop_takes_effect_within_one_message_of_a_million()
    {
        const int backlog = 1_000_000;
        await using var simulation = new ActorSimulation();
        var handled = 0;
        var actor = simulation.System.ActorOf(
            Props.Create(() => new CountingActor(count => handled = count)) with
            {
                Mailbox = new MailboxOptions(backlog),
            });
        for (var i = 0; i < backlog; i++)
        {
            actor.Tell(i);
        }

        simulation.Dispatcher.RunOne();
        var before = handled;
        actor.Stop();
        simulation.Run();

        Assert.InRange(handled, before, before + 1);
        Assert.True(actor.IsTerminated);
        Assert.Equal(backlog - handled, simulation.System.DeadLetters.Total);
    }

    [Fact]
    [Trait("Rule", "K-5")]
    public async Task A_flooding_actor_yields_after_one_quantum()
    {
        await using var simulation = new ActorSimulation();
        var flooded = 0;
        var flooding = simulation.System.ActorOf(() => new CountingActor(count => flooded = count));
        simulation.Run();
        for (var i = 0; i < 1000; i++)
        {
            flooding.Tell(i);
        }

        simulation.Dispatcher.RunOne();
        Assert.Equal(64, flooded);
        Assert.Equal(1, simulation.Dispatcher.Ready);

        var light = new Script();
        var ready = simulation.System.ActorOf(light.Props);
        ready.Tell("a");
        while (light.Log.Count < 3)
        {
            simulation.Dispatcher.RunOne();
        }

        Assert.InRange(flooded, 64, 999);
    }

    [Fact]
    [Trait("Rule", "K-5")]
    public async Task An_actor_with_slow_handlers_yields_when_its_time_is_up()
    {
        await using var simulation = new ActorSimulation();
        var handled = 0;
        var script = new Script
        {
            Receiving = (_, _, _) =>
            {
                handled++;
                simulation.Time.Advance(TimeSpan.FromMicroseconds(100));
                return default;
            },
        };
        var actor = simulation.System.ActorOf(script.Props);
        simulation.Run();
        for (var i = 0; i < 1000; i++)
        {
            actor.Tell("a");
        }

        simulation.Dispatcher.RunOne();

        // The clock is looked at after the second message for the first time.
        Assert.Equal(4, handled);
    }

    [Fact]
    [Trait("Rule", "K-6")]
    public async Task A_full_mailbox_refuses_and_counts_and_tells_the_sender()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script();
        var actor = simulation.System.ActorOf(script.Props with { Mailbox = new MailboxOptions(10) }, "full");
        simulation.Run();

        var accepted = Enumerable.Range(0, 50).Count(i => actor.TryTell($"{i}"));
        for (var i = 50; i < 100; i++)
        {
            actor.Tell($"{i}");
        }

        Assert.Equal(10, accepted);
        Assert.Throws<MailboxFullException>(() => simulation.Complete(
            actor.AskAsync<int>(_ => "ask", TimeSpan.FromSeconds(1), CancellationToken.None)));
        Assert.Equal(91, simulation.System.Inspect("/user/full")!.Overflowed);
        Assert.Equal(
            [new DeadLetterCount("/user/full", "String", 50)], simulation.System.DeadLetters.Counts());
        simulation.Run();
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{i}"), script.Log.Skip(2));
    }

    [Fact]
    [Trait("Rule", "K-6")]
    public async Task Telemetry_drops_the_oldest_and_counts()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script();
        var actor = simulation.System.ActorOf(
            script.Props with { Mailbox = new MailboxOptions(10, Overflow.DropOldest) }, "telemetry");
        simulation.Run();

        for (var i = 0; i < 100; i++)
        {
            actor.Tell($"{i}");
        }

        Assert.Equal(10, simulation.System.Inspect("/user/telemetry")!.Mailbox.User);
        simulation.Run();
        Assert.Equal(Enumerable.Range(90, 10).Select(i => $"{i}"), script.Log.Skip(2));
        Assert.Equal(90, simulation.System.Inspect("/user/telemetry")!.Overflowed);
        Assert.Equal(0, simulation.System.DeadLetters.Total);
    }

    [Fact]
    [Trait("Rule", "K-6")]
    public async Task The_urgent_lane_is_open_when_the_mailbox_is_full_and_overtakes()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script();
        var actor = simulation.System.ActorOf(script.Props with { Mailbox = new MailboxOptions(2) });
        simulation.Run();

        actor.Tell("a");
        actor.Tell("b");
        actor.TellUrgent("stop");
        actor.TellUrgent("reset");
        simulation.Run();

        Assert.Equal(["stop", "reset", "a", "b"], script.Log.Skip(2));
    }

    [Fact]
    public async Task Signals_of_one_source_are_one_and_come_after_the_messages()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script();
        var actor = simulation.System.ActorOf(script.Props);
        simulation.Run();

        for (var i = 0; i < 1000; i++)
        {
            actor.Signal(0);
            actor.Signal(5);
        }

        actor.Tell("a");
        simulation.Run();
        actor.Signal(63);
        simulation.Run();

        Assert.Equal(["a", "signal 33", $"signal {1UL << 63}"], script.Log.Skip(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => actor.Signal(64));
        Assert.Throws<ArgumentOutOfRangeException>(() => actor.Signal(-1));
    }

    [Fact]
    public async Task Signals_get_their_turn_once_per_quantum_of_a_flood()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script();
        var actor = simulation.System.ActorOf(script.Props);
        simulation.Run();
        script.Log.Clear();
        for (var i = 0; i < 200; i++)
        {
            actor.Tell("a");
        }

        actor.Signal(1);
        simulation.Dispatcher.RunOne();

        Assert.Equal("signal 2", script.Log[64]);
        Assert.Equal(65, script.Log.Count);
    }

    private readonly record struct Numbered(int Sender, int Number);

    private sealed class OrderActor(int senders, int perSender, TaskCompletionSource<(int, int)> done) : Actor<Numbered>
    {
        private readonly int[] _next = new int[senders];
        private int _outOfOrder;
        private int _overlaps;
        private int _handled;
        private int _busy;

        protected override ValueTask ReceiveAsync(Numbered message, CancellationToken stopping)
        {
            if (Interlocked.Exchange(ref _busy, 1) != 0)
            {
                _overlaps++;
            }

            if (_next[message.Sender]++ != message.Number)
            {
                _outOfOrder++;
            }

            if (++_handled % 1021 == 0)
            {
                return LeaveLaterAsync();
            }

            Leave();
            return default;
        }

        private async ValueTask LeaveLaterAsync()
        {
            await Task.Yield();
            Leave();
        }

        private void Leave()
        {
            Volatile.Write(ref _busy, 0);
            if (_handled == senders * perSender)
            {
                done.SetResult((_outOfOrder, _overlaps));
            }
        }
    }

    private sealed class CountingActor(Action<int> counted) : Actor<int>
    {
        private int _count;

        protected override ValueTask ReceiveAsync(int message, CancellationToken stopping)
        {
            counted(++_count);
            return default;
        }
    }
}
