using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class SupervisionTests
{
    private static readonly string[] Places =
        ["constructor", "PreStart", "handler", "handler after an await", "PostStop"];

    public static TheoryData<Directive, string> EveryDirectiveAtEveryPlace()
    {
        var cases = new TheoryData<Directive, string>();
        foreach (var directive in Enum.GetValues<Directive>())
        {
            foreach (var place in Places)
            {
                cases.Add(directive, place);
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(EveryDirectiveAtEveryPlace))]
    [Trait("Rule", "K-9")]
    public async Task Every_directive_at_every_place_a_failure_can_happen(Directive directive, string place)
    {
        await using var simulation = new ActorSimulation();
        var failures = new List<ActorFailed>();
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(failures.Add);
        var gate = new TaskCompletionSource();
        var child = FailingOnceAt(place, gate.Task);
        var family = new Family(simulation, child, new OneForOneStrategy { Decider = _ => directive });
        family.Tell("before", "fail", "after");
        gate.SetResult();
        simulation.Run();

        if (place == "PostStop")
        {
            family.Tell("end");
            Assert.Null(Assert.Single(failures).Directive);
            Assert.Null(family.Child);
            return;
        }

        var isStarting = place is "constructor" or "PreStart";
        var effective = isStarting && directive == Directive.Resume ? Directive.Restart : directive;
        Assert.Equal(effective, failures[0].Directive);
        switch (effective)
        {
            case Directive.Resume:
                Assert.Equal(["new 1", "start 1", "before", "fail", "after"], child.Log);
                break;
            case Directive.Restart:
                Assert.Equal(2, child.Instances);
                Assert.Equal("after", child.Log[^1]);
                Assert.Equal(1, family.Child!.Restarts);
                Assert.Single(child.Log, "fail");
                break;
            case Directive.Stop:
                Assert.Null(family.Child);
                Assert.DoesNotContain("after", child.Log);
                break;
            default:
                // What could not start stops its parent too: that is what the strategy of /user decides.
                Assert.Equal(isStarting ? 1 : 2, family.Parent.Instances);
                Assert.Equal(isStarting ? 1 : 2, child.Instances);
                break;
        }
    }

    [Fact]
    [Trait("Rule", "K-9")]
    public async Task A_fresh_instance_that_cannot_start_is_a_failure_like_any_other()
    {
        await using var simulation = new ActorSimulation();
        var child = new Script
        {
            Starting = (_, instance) => Throw(instance is 2 or 3),
            Receiving = (_, message, _) => Throw(message == "fail"),
        };
        var family = new Family(simulation, child, new OneForOneStrategy { Decider = _ => Directive.Restart });

        family.Tell("fail", "after");

        Assert.Equal(4, child.Instances);
        Assert.Equal(["stop 3", "new 4", "start 4", "after"], child.Log.TakeLast(4));
    }

    [Theory]
    [InlineData("signal")]
    [InlineData("terminated watched")]
    [Trait("Rule", "K-9")]
    public async Task A_failure_in_a_hook_for_signals_or_ends_is_one_too(string place)
    {
        await using var simulation = new ActorSimulation();
        var failures = new List<ActorFailed>();
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(failures.Add);
        var watched = simulation.System.ActorOf(new Script().Props, "watched");
        var script = new Script
        {
            Starting = (context, instance) =>
            {
                if (instance == 1)
                {
                    context.Watch(watched);
                }

                return default;
            },
            Signalled = (_, _) => Throw(when: true),
            Ended = (_, _) => Throw(when: true),
        };
        var actor = simulation.System.ActorOf(script.Props);
        simulation.Run();

        if (place == "signal")
        {
            actor.Signal(0);
        }
        else
        {
            watched.Stop();
        }

        simulation.Run();

        Assert.Equal(Directive.Restart, Assert.Single(failures).Directive);
        Assert.Equal(2, script.Instances);
    }

    [Fact]
    [Trait("Rule", "K-10")]
    public async Task One_failure_too_many_inside_the_window_stops_the_child()
    {
        await using var simulation = new ActorSimulation();
        var child = FailingAtFail();
        var family = new Family(
            simulation, child, new OneForOneStrategy { MaxRetries = 2, Within = TimeSpan.FromSeconds(10) });

        for (var i = 0; i < 6; i++)
        {
            family.Tell("fail");
            simulation.Advance(TimeSpan.FromSeconds(6));
        }

        // 0 s and 6 s are in one window, 12 s and 18 s in the next, and so on.
        Assert.Equal(7, child.Instances);

        family.Tell("fail", "fail");
        Assert.NotNull(family.Child);
        family.Tell("fail");
        Assert.Null(family.Child);
    }

    [Fact]
    [Trait("Rule", "K-10")]
    public async Task A_clock_that_is_set_moves_neither_the_window_of_restarts_nor_the_wait()
    {
        await using var simulation = new ActorSimulation();
        var waits = new List<double>();
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(failed =>
        {
            if (failed.RestartIn is { } wait)
            {
                waits.Add(wait.TotalSeconds);
            }
        });
        var child = FailingAtFail();
        var family = new Family(
            simulation,
            child,
            new OneForOneStrategy
            {
                MaxRetries = 2,
                Within = TimeSpan.FromMinutes(1),
                Backoff = new BackoffOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4), Jitter: 0),
            });

        foreach (var step in (int[])[1, -1])
        {
            family.Tell("fail");
            simulation.Advance(TimeSpan.FromSeconds(waits[^1]));
            simulation.Time.Step(TimeSpan.FromDays(step));
        }

        Assert.Equal([1, 2], waits);
        family.Tell("fail");
        Assert.Null(family.Child);
    }

    [Fact]
    [Trait("Rule", "K-11")]
    public async Task Children_have_ended_before_PostRestart()
    {
        await using var simulation = new ActorSimulation();
        var grandchild = new Script();
        var child = new Script
        {
            Starting = (context, _) =>
            {
                context.ActorOf(grandchild.Props, "grandchild");
                return default;
            },
            Receiving = (_, message, _) => Throw(message == "fail"),
        };
        var family = new Family(simulation, child, SupervisorStrategy.Default);

        family.Tell("fail");

        Assert.Equal(["new 1", "start 1", "fail", "stop 1", "new 2", "start 2"], child.Log);
        Assert.Equal(["new 1", "start 1", "stop 1", "new 2", "start 2"], grandchild.Log);
    }

    [Fact]
    [Trait("Rule", "K-12")]
    public async Task The_wait_doubles_to_its_limit_and_starts_over_after_quiet()
    {
        await using var simulation = new ActorSimulation();
        var waits = new List<double>();
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(
            failed => waits.Add(failed.RestartIn!.Value.TotalSeconds));
        var child = FailingAtFail();
        var backoff = new BackoffOptions(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1), Jitter: 0);
        var actor = simulation.System.ActorOf(child.Props with { Backoff = backoff }, "child");
        simulation.Run();

        for (var i = 0; i < 5; i++)
        {
            actor.Tell("fail");
            simulation.Run();
            simulation.Advance(TimeSpan.FromSeconds(waits[^1]));
        }

        Assert.Equal([0.2, 0.4, 0.8, 1, 1], waits);
        simulation.Advance(TimeSpan.FromSeconds(1));
        actor.Tell("fail");
        simulation.Run();
        Assert.Equal(0.2, waits[^1]);
    }

    [Fact]
    [Trait("Rule", "K-12")]
    public void Jitter_adds_its_part_and_never_passes_the_limit()
    {
        var backoff = new BackoffOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10), Jitter: 0.5);

        Assert.Equal(TimeSpan.FromSeconds(1), backoff.Delay(0, 0));
        Assert.Equal(TimeSpan.FromSeconds(1.25), backoff.Delay(0, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(10), backoff.Delay(3, 0.9));
        Assert.Equal(TimeSpan.FromSeconds(10), backoff.Delay(1000, 0));
    }

    [Fact]
    [Trait("Rule", "K-12")]
    public async Task The_same_seed_gives_the_same_jitter()
    {
        async Task<TimeSpan?> FirstWaitAsync(int seed)
        {
            await using var simulation = new ActorSimulation(seed);
            TimeSpan? wait = null;
            using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(f => wait = f.RestartIn);
            var child = FailingAtFail();
            simulation.System.ActorOf(
                child.Props with { Backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1)) }).Tell("fail");
            simulation.Run();
            return wait;
        }

        Assert.Equal(await FirstWaitAsync(7), await FirstWaitAsync(7));
        Assert.NotEqual(await FirstWaitAsync(7), await FirstWaitAsync(8));
    }

    [Fact]
    public async Task While_an_actor_backs_off_its_messages_wait_and_it_can_be_stopped()
    {
        await using var simulation = new ActorSimulation();
        var child = FailingAtFail();
        var backoff = new BackoffOptions(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        var actor = simulation.System.ActorOf(child.Props with { Backoff = backoff }, "child");

        actor.Tell("fail");
        actor.Tell("waiting");
        simulation.Run();
        Assert.Equal(ActorState.Restarting, simulation.System.Inspect("/user/child")!.State);
        Assert.DoesNotContain("waiting", child.Log);

        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("waiting", child.Log[^1]);

        actor.Tell("fail");
        simulation.Run();
        actor.Stop();
        simulation.Run();
        Assert.True(actor.IsTerminated);
    }

    [Fact]
    public async Task All_for_one_restarts_the_siblings_too()
    {
        await using var simulation = new ActorSimulation();
        var broken = FailingAtFail();
        var sibling = new Script();
        var parent = new Script
        {
            Strategy = new AllForOneStrategy(),
            Starting = (context, _) =>
            {
                context.ActorOf(sibling.Props, "sibling");
                context.ActorOf(broken.Props, "child").Tell("fail");
                return default;
            },
        };
        simulation.System.ActorOf(parent.Props);
        simulation.Run();

        Assert.Equal(["new 1", "start 1", "stop 1", "new 2", "start 2"], sibling.Log);
        Assert.Equal(2, broken.Instances);
        Assert.Equal(1, parent.Instances);
    }

    [Fact]
    public async Task Killing_stops_by_default()
    {
        await using var simulation = new ActorSimulation();
        var script = new Script();
        var actor = simulation.System.ActorOf(script.Props);
        simulation.Run();

        actor.Kill();
        simulation.Run();

        Assert.True(actor.IsTerminated);
        Assert.Equal(["new 1", "start 1", "stop 1"], script.Log);
    }

    [Fact]
    public async Task A_resumed_parent_resumes_the_child_that_escalated()
    {
        await using var simulation = new ActorSimulation(
            vary: options => options with
            {
                SupervisorStrategy = new OneForOneStrategy { Decider = _ => Directive.Resume },
            });
        var child = FailingAtFail();
        var family = new Family(simulation, child, new OneForOneStrategy { Decider = _ => Directive.Escalate });

        family.Tell("fail", "after");

        Assert.Equal(["new 1", "start 1", "fail", "after"], child.Log);
        Assert.Equal(1, family.Parent.Instances);
    }

    private static Script FailingOnceAt(string place, Task gate) => new()
    {
        Constructing = instance => Break(place == "constructor" && instance == 1),
        Starting = (_, instance) => Throw(place == "PreStart" && instance == 1),
        Stopping = _ => Throw(place == "PostStop"),
        Receiving = async (context, message, _) =>
        {
            if (message == "end")
            {
                context.Stop(context.Self);
            }

            if (message == "fail" && place == "handler after an await")
            {
                await gate;
                Break(when: true);
            }

            await Throw(message == "fail" && place == "handler");
        },
    };

    private static Script FailingAtFail() => new() { Receiving = (_, message, _) => Throw(message == "fail") };

    private static ValueTask Throw(bool when)
    {
        Break(when);
        return default;
    }

    private static void Break(bool when)
    {
        if (when)
        {
            throw new InvalidOperationException("broken");
        }
    }

    /// <summary>A parent with one child, and the ref of the child's newest start.</summary>
    private sealed class Family
    {
        private readonly ActorSimulation _simulation;
        private ActorRef<string>? _child;

        public Family(ActorSimulation simulation, Script child, SupervisorStrategy strategy)
        {
            _simulation = simulation;
            Parent = new Script
            {
                Strategy = strategy,
                Starting = (context, _) =>
                {
                    _child = context.ActorOf(child.Props, "child");
                    return default;
                },
            };
            simulation.System.ActorOf(Parent.Props, "parent");
            simulation.Run();
        }

        public Script Parent { get; }

        public ActorSnapshot? Child => _simulation.System.Inspect("/user/parent/child");

        public void Tell(params string[] messages)
        {
            foreach (var message in messages)
            {
                _child!.Tell(message);
            }

            _simulation.Run();
        }
    }
}
