using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class ShutdownTests
{
    [Fact]
    [Trait("Rule", "K-16")]
    public async Task The_six_phases_run_in_order_and_once_and_end_all_actors()
    {
        await using var simulation = new ActorSimulation();
        var actor = simulation.System.ActorOf(new Script().Props);
        var log = new List<string>();
        var shutdown = simulation.System.Shutdown;
        var phases = Enum.GetNames<ShutdownPhase>();
        foreach (var phase in phases.Reverse())
        {
            shutdown.AddTask(Enum.Parse<ShutdownPhase>(phase), phase, _ => Note(log, phase));
        }

        Assert.Empty(await shutdown.RunAsync());
        Assert.Empty(await shutdown.RunAsync());

        Assert.Equal(
            ["StopIngest", "DrainMailboxes", "HandoffShards", "FlushJournal", "ReleaseLeases", "Terminate"], phases);
        Assert.Equal(phases, log);
        Assert.True(actor.IsTerminated);
        Assert.Throws<InvalidOperationException>(
            () => shutdown.AddTask(ShutdownPhase.StopIngest, "late", _ => Task.CompletedTask));
    }

    [Fact]
    [Trait("Rule", "K-16")]
    public async Task Mailboxes_are_drained_before_the_journal_is_flushed_and_actors_end()
    {
        await using var system = new ActorSystem();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var last = new Script();
        var second = system.ActorOf(last.Props);
        var first = system.ActorOf(new Script
        {
            Receiving = async (_, message, _) =>
            {
                await gate.Task;
                second.Tell($"{message} handed on");
            },
        }.Props);
        foreach (var message in new[] { "a", "b", "c" })
        {
            first.Tell(message);
        }

        var flushed = new List<string>();
        system.Shutdown.AddTask(ShutdownPhase.StopIngest, "gate", _ =>
        {
            gate.SetResult();
            return Task.CompletedTask;
        });
        system.Shutdown.AddTask(ShutdownPhase.FlushJournal, "journal", _ =>
        {
            flushed.AddRange(last.Log.Skip(2));
            return Task.CompletedTask;
        });

        Assert.Empty(await system.Shutdown.RunAsync());

        Assert.Equal(["a handed on", "b handed on", "c handed on"], flushed);
        Assert.Equal(0, system.DeadLetters.Total);
    }

    [Fact]
    [Trait("Rule", "K-16")]
    public async Task A_task_that_fails_or_overruns_its_deadline_is_named_and_the_next_phase_runs()
    {
        await using var simulation = new ActorSimulation();
        var flushed = new TaskCompletionSource();
        var cancelled = false;
        var shutdown = simulation.System.Shutdown;
        shutdown.SetDeadline(ShutdownPhase.DrainMailboxes, TimeSpan.FromSeconds(2));
        shutdown.AddTask(ShutdownPhase.StopIngest, "links", _ => throw new InvalidOperationException("no link"));
        shutdown.AddTask(ShutdownPhase.DrainMailboxes, "mailboxes", overdue =>
        {
            overdue.Register(() => cancelled = true);
            return new TaskCompletionSource().Task;
        });
        shutdown.AddTask(ShutdownPhase.FlushJournal, "journal", _ =>
        {
            flushed.SetResult();
            return Task.CompletedTask;
        });

        var run = shutdown.RunAsync();
        await Eventually.TrueAsync(() => simulation.Time.ActiveTimers > 1, "the second phase waits");
        simulation.Time.Advance(TimeSpan.FromSeconds(2));
        await flushed.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal(
            [
                new ShutdownProblem(ShutdownPhase.StopIngest, "links", "no link"),
                new ShutdownProblem(ShutdownPhase.DrainMailboxes, "mailboxes", "Not done within 2 s."),
            ],
            await run);
        Assert.True(cancelled);
    }

    [Fact]
    public async Task An_observer_that_throws_loses_its_subscription_and_nobody_else_does()
    {
        await using var simulation = new ActorSimulation();
        var events = simulation.System.EventStream;
        var seen = new List<object>();
        var calls = 0;
        using var broken = events.Subscribe<string>(_ =>
        {
            calls++;
            throw new InvalidOperationException("broken");
        });
        using var all = events.Subscribe<object>(seen.Add);

        events.Publish("a");
        events.Publish("b");
        all.Dispose();
        events.Publish("c");

        Assert.Equal(1, calls);
        Assert.Equal([typeof(SubscriptionFailed), typeof(string), typeof(string)], seen.Select(e => e.GetType()));
    }

    private static Task Note(List<string> log, string text)
    {
        log.Add(text);
        return Task.CompletedTask;
    }
}
