using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class AskTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    [Trait("Rule", "K-8")]
    public async Task An_ask_ends_at_its_deadline_and_a_late_reply_is_a_dead_letter()
    {
        await using var simulation = new ActorSimulation();
        var replies = new List<ReplyTo<LateAnswer>>();
        var actor = simulation.System.ActorOf(() => new Keeper<LateAnswer>(replies), "keeper");

        var answer = actor.AskAsync<LateAnswer>(reply => reply, Second, CancellationToken.None).AsTask();
        simulation.Advance(TimeSpan.FromSeconds(0.999));
        Assert.False(answer.IsCompleted);
        simulation.Advance(TimeSpan.FromSeconds(0.001));

        var timeout = await Assert.ThrowsAsync<AskTimeoutException>(() => answer);
        Assert.Equal("/user/keeper did not answer within 1000 ms.", timeout.Message);
        replies[0].Tell(new LateAnswer(1));
        Assert.Equal([new DeadLetterCount("/ask", "LateAnswer", 1)], simulation.System.DeadLetters.Counts());
    }

    [Fact]
    [Trait("Rule", "K-8")]
    public async Task A_second_reply_to_an_ask_goes_to_nobody_else()
    {
        await using var simulation = new ActorSimulation();
        var replies = new List<ReplyTo<int>>();
        var actor = simulation.System.ActorOf(() => new Keeper<int>(replies));
        var first = actor.AskAsync<int>(reply => reply, Second, CancellationToken.None).AsTask();
        simulation.Run();
        replies[0].Tell(1);
        Assert.Equal(1, await first);

        var second = actor.AskAsync<int>(reply => reply, Second, CancellationToken.None).AsTask();
        simulation.Run();
        replies[0].Tell(2);
        Assert.False(second.IsCompleted);
        replies[1].Tell(3);

        Assert.Equal(3, await second);
        Assert.Equal(1, simulation.System.DeadLetters.Total);
    }

    [Fact]
    public async Task An_ask_to_an_ended_actor_fails_at_once()
    {
        await using var simulation = new ActorSimulation();
        var actor = simulation.System.ActorOf(() => new Keeper<int>([]));
        actor.Stop();
        simulation.Run();

        await Assert.ThrowsAsync<ActorTerminatedException>(
            () => actor.AskAsync<int>(reply => reply, Second, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task An_asker_can_give_up_and_a_failure_reaches_it()
    {
        await using var simulation = new ActorSimulation();
        var replies = new List<ReplyTo<int>>();
        var actor = simulation.System.ActorOf(() => new Keeper<int>(replies));
        using var impatience = new CancellationTokenSource();

        var given = actor.AskAsync<int>(reply => reply, Second, impatience.Token).AsTask();
        var failed = actor.AskAsync<int>(reply => reply, Second, CancellationToken.None).AsTask();
        simulation.Run();
        await impatience.CancelAsync();
        replies[1].Fail(new InvalidOperationException("no"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.Equal("no", (await Assert.ThrowsAsync<InvalidOperationException>(() => failed)).Message);
    }

    [Fact]
    public async Task An_actor_can_ask_another_one_in_the_middle_of_a_handler()
    {
        await using var simulation = new ActorSimulation();
        var replies = new List<ReplyTo<int>>();
        var asked = simulation.System.ActorOf(() => new Keeper<int>(replies));
        var answers = new List<int>();
        var asking = new Script
        {
            Receiving = async (_, _, stopping) =>
                answers.Add(await asked.AskAsync<int>(reply => reply, Second, stopping)),
        };
        simulation.System.ActorOf(asking.Props).Tell("ask");
        simulation.Run();
        Assert.Empty(answers);

        replies[0].Tell(42);
        simulation.Run();

        Assert.Equal([42], answers);
    }

    [Fact]
    public async Task A_reply_can_come_as_a_message_to_an_actor()
    {
        await using var simulation = new ActorSimulation();
        var probe = new TestProbe<string>(simulation);
        var replies = new List<ReplyTo<int>>();
        var actor = simulation.System.ActorOf(() => new Keeper<int>(replies));

        actor.Tell(probe.Ref.ReplyTo<int>(number => $"got {number}", failure => failure.Message));
        actor.Tell(default);
        simulation.Run();
        replies[0].Tell(7);
        replies[0].Fail(new InvalidOperationException("no"));
        replies[1].Tell(8);

        Assert.Equal(["got 7", "no"], probe.ReceiveN(2));
    }

    [Fact]
    [Trait("Rule", "K-7")]
    public async Task Dead_letters_are_all_counted_and_only_some_are_published()
    {
        await using var simulation = new ActorSimulation();
        var published = new List<DeadLetter>();
        using var subscription = simulation.System.EventStream.Subscribe<DeadLetter>(published.Add);
        var actor = simulation.System.ActorOf(new Script().Props, "gone");
        var other = simulation.System.ActorOf(() => new Keeper<int>([]), "other");
        actor.Stop();
        other.Stop();
        simulation.Run();

        for (var i = 0; i < 100; i++)
        {
            actor.Tell("a");
        }

        other.Tell(default);
        Assert.Equal(10, published.Count);
        Assert.Equal(new DeadLetter("/user/gone", "a", DeadLetterReason.Terminated, 0), published[0]);
        Assert.Equal(
            [new DeadLetterCount("/user/gone", "String", 100), new DeadLetterCount("/user/other", "ReplyTo`1", 1)],
            simulation.System.DeadLetters.Counts());

        simulation.Advance(Second);
        actor.Tell("b");
        Assert.Equal(91, published[^1].Suppressed);
    }

    private sealed record LateAnswer(int Value);

    /// <summary>Keeps the places where replies go, so that the test can answer when it likes.</summary>
    private sealed class Keeper<TReply>(List<ReplyTo<TReply>> replies) : Actor<ReplyTo<TReply>>
    {
        protected override ValueTask ReceiveAsync(ReplyTo<TReply> message, CancellationToken stopping)
        {
            replies.Add(message);
            return default;
        }
    }
}
