using TwinActors.Kernel;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class ActorTests
{
    [Fact]
    public async Task A_told_message_is_handled_and_an_asked_one_is_answered()
    {
        await using var simulation = new ActorSimulation();
        var counter = simulation.System.ActorOf(() => new Counter(), "counter");

        counter.Tell(new Counter.Add(2));
        counter.Tell(new Counter.Add(3));

        Assert.Equal(5, simulation.Ask<Counter.Message, int>(counter, reply => new Counter.Get(reply)));
        Assert.Equal("/user/counter", counter.Path);
    }

    [Fact]
    public async Task Actors_on_threads_answer_too()
    {
        await using var system = new ActorSystem();
        var counter = system.ActorOf(() => new Counter());

        counter.Tell(new Counter.Add(4));
        var sum = await counter.AskAsync<int>(
            reply => new Counter.Get(reply), TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal(4, sum);
    }

    [Fact]
    public async Task Actors_on_the_control_thread_run_there()
    {
        await using var system = new ActorSystem(new ActorSystemOptions { Name = "here" });
        var counter = system.ActorOf(
            Props.Create(() => new Counter()) with { Dispatcher = Dispatchers.Control }, "counter");

        var thread = await counter.AskAsync<string?>(
            reply => new Counter.GetThread(reply), TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        Assert.Equal("here-control", thread);
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        await using var simulation = new ActorSimulation();
        simulation.System.ActorOf(() => new Counter(), "one");

        Assert.Throws<InvalidOperationException>(() => simulation.System.ActorOf(() => new Counter(), "one"));
        Assert.Throws<InvalidOperationException>(() => simulation.System.ActorOf(() => new Counter(), "a/b"));
    }

    [Fact]
    public void An_instance_is_made_only_through_props() =>
        Assert.Throws<InvalidOperationException>(() => new Counter());

    private sealed class Counter : Actor<Counter.Message>
    {
        private int _sum;

        public abstract record Message;

        public sealed record Add(int Amount) : Message;

        public sealed record Get(ReplyTo<int> ReplyTo) : Message;

        public sealed record GetThread(ReplyTo<string?> ReplyTo) : Message;

        protected override ValueTask ReceiveAsync(Message message, CancellationToken stopping)
        {
            switch (message)
            {
                case Add add:
                    _sum += add.Amount;
                    break;
                case Get get:
                    get.ReplyTo.Tell(_sum);
                    break;
                case GetThread get:
                    get.ReplyTo.Tell(Thread.CurrentThread.Name);
                    break;
            }

            return default;
        }
    }
}
