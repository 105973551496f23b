using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class ShutdownTests
{
    [Fact]
    public async Task Phases_run_in_order_and_once_and_end_all_actors()
    {
        await using var simulation = new ActorSimulation();
        var actor = simulation.System.ActorOf(new Script().Props);
        var log = new List<string>();
        var shutdown = simulation.System.Shutdown;
        shutdown.AddTask(ShutdownPhase.FlushJournal, "journal", _ => Note(log, "journal"));
        shutdown.AddTask(ShutdownPhase.StopIngest, "links", _ => Note(log, "links"));

        Assert.Empty(await shutdown.RunAsync());
        Assert.Empty(await shutdown.RunAsync());

        Assert.Equal(["links", "journal"], log);
        Assert.True(actor.IsTerminated);
        Assert.Throws<InvalidOperationException>(
            () => shutdown.AddTask(ShutdownPhase.StopIngest, "late", _ => Task.CompletedTask));
    }

    [Fact]
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
