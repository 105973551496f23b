using System.Diagnostics;
using System.Diagnostics.Metrics;
using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

/// <summary>Listeners are of the whole process: no other test may run beside these.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_trace_crosses_the_mailboxes_that_its_messages_go_through()
    {
        var spans = new List<Activity>();
        using var listener = Listen(spans.Add);
        await using var simulation = new ActorSimulation();
        var second = simulation.System.ActorOf(new Script().Props, "second");
        var first = simulation.System.ActorOf(
            new Script
            {
                Receiving = async (_, message, _) =>
                {
                    await Task.CompletedTask;
                    second.Tell($"{message} handed on");
                },
            }.Props,
            "first");

        using (var request = new Activity("request").Start())
        {
            first.Tell("a");
            request.Stop();
        }

        first.Tell("without a span");
        simulation.Run();

        Assert.Equal(["/user/first", "/user/second"], spans.Select(span => span.GetTagItem("actor.path")));
        Assert.Single(spans.Select(span => span.TraceId).Distinct());
        Assert.Equal(spans[0].SpanId, spans[1].ParentSpanId);
        Assert.Equal("String", spans[0].GetTagItem("message.type"));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task The_span_of_a_handler_that_fails_says_so_and_the_supervisor_decides()
    {
        var spans = new List<Activity>();
        using var listener = Listen(spans.Add);
        await using var simulation = new ActorSimulation();
        var script = new Script { Receiving = (_, _, _) => throw new InvalidOperationException("broken") };
        var actor = simulation.System.ActorOf(script.Props);

        using (new Activity("request").Start())
        {
            actor.Tell("a");
        }

        simulation.Run();

        Assert.Equal((ActivityStatusCode.Error, "broken"), (spans[0].Status, spans[0].StatusDescription));
        Assert.Equal(2, script.Instances);
    }

    [Fact]
    public async Task An_append_to_the_event_log_is_a_span_inside_of_its_message()
    {
        var spans = new List<Activity>();
        using var listener = Listen(spans.Add);
        await using var simulation = new ActorSimulation();
        var counter = new Counter(simulation, new FaultyEventLog<int>());
        simulation.Run();

        using (new Activity("request").Start())
        {
            counter.Add(1, 2);
        }

        var receive = Assert.Single(spans, span => span.OperationName == "actor.receive");
        var persist = Assert.Single(spans, span => span.OperationName == "actor.persist");
        Assert.Equal(receive.SpanId, persist.ParentSpanId);
        Assert.Equal((2, "Appended"), (persist.GetTagItem("events"), persist.GetTagItem("journal.result")));
    }

    [Fact]
    public async Task Messages_that_were_sent_while_nobody_listened_are_handled_as_ever()
    {
        var spans = new List<Activity>();
        await using var simulation = new ActorSimulation();
        var script = new Script();
        var actor = simulation.System.ActorOf(script.Props);
        using var request = new Activity("request").Start();

        actor.Tell("a");
        using (Listen(spans.Add))
        {
            actor.Tell("b");
        }

        actor.Tell("c");
        simulation.Run();

        Assert.Equal(["a", "b", "c"], script.Log.Skip(2));
        Assert.Empty(spans);
    }

    [Fact]
    public async Task Waits_handlers_restarts_dead_letters_and_depths_are_measured()
    {
        var figures = new List<(string Name, double Value, string? Of)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, all) =>
            {
                if (instrument.Meter.Name == KernelTelemetry.Name)
                {
                    all.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => figures.Add((instrument.Name, value, tags[0].Value?.ToString())));
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => figures.Add((instrument.Name, value, tags[0].Value?.ToString())));
        listener.Start();
        await using var simulation = new ActorSimulation();
        var script = new Script
        {
            Receiving = (_, message, _) =>
            {
                simulation.Time.Advance(TimeSpan.FromSeconds(2));
                return message == "fail" ? throw new InvalidOperationException("broken") : default;
            },
        };
        var actor = simulation.System.ActorOf(script.Props);
        simulation.Run();

        actor.Tell("fail");
        listener.RecordObservableInstruments();
        simulation.Time.Advance(TimeSpan.FromSeconds(3));
        simulation.Run();
        actor.Stop();
        simulation.Run();
        actor.Tell("late");

        Assert.Equal(
            [
                ("actor.mailbox.depth", 1, "ScriptedActor"), ("actor.mailbox.wait", 3, "ScriptedActor"),
                ("actor.handler.duration", 2, "ScriptedActor"), ("actor.restarts", 1, "ScriptedActor"),
                ("actor.deadletters", 1, "Terminated"),
            ],
            figures.Where(figure => figure.Of is "ScriptedActor" or "Terminated"));
    }

    [Fact]
    public async Task A_tap_shows_what_an_actor_handles_and_ends_with_it()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script
        {
            Receiving = (_, message, _) => message == "fail" ? throw new InvalidOperationException("broken") : default,
        };
        var actor = simulation.System.ActorOf(script.Props, "tapped");
        actor.Tell("before");
        simulation.Run();
        using var tap = simulation.System.Tap("/user/tapped")!;

        actor.Tell("fail");
        actor.Tell(new string('x', 1000));
        simulation.Run();
        actor.Stop();
        simulation.Run();

        var shown = await tap.Messages.ReadAllAsync(TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["fail", new string('x', ActorTap.LongestText)], shown.Select(message => message.Text));
        Assert.Equal(new TappedMessage(simulation.Time.GetUtcNow(), "String", "fail", 0), shown[0]);
        Assert.Null(simulation.System.Tap("/user/ghost"));
    }

    [Fact]
    public async Task A_tap_shows_only_so_many_messages_a_second_and_counts_the_others()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script();
        var actor = simulation.System.ActorOf(script.Props, "tapped");
        simulation.Run();
        var tap = simulation.System.Tap("/user/tapped", mostPerSecond: 2)!;

        for (var i = 0; i < 10; i++)
        {
            actor.Tell($"{i}");
        }

        simulation.Advance(TimeSpan.FromSeconds(1));
        actor.Tell("next");
        simulation.Run();
        tap.Dispose();
        actor.Tell("unseen");
        simulation.Run();

        var shown = await tap.Messages.ReadAllAsync(TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([("0", 0), ("1", 0), ("next", 8)], shown.Select(message => (message.Text, message.Suppressed)));
        Assert.Equal("unseen", script.Log[^1]);
    }

    private static ActivityListener Listen(Action<Activity> stopped)
    {
        var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == KernelTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = stopped,
        };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }
}
