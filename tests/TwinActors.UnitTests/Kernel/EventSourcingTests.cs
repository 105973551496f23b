using System.Collections.Immutable;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Kernel;

public sealed class EventSourcingTests
{
    private static readonly EntityKey Account = new(0, "account", "a");

    [Fact]
    [Trait("Rule", "K-17")]
    [Trait("Rule", "K-18")]
    public async Task K_18_a_command_s_events_are_one_append_and_later_commands_wait_for_it()
    {
        await using var simulation = new ActorSimulation();
        var log = new FaultyEventLog<int> { IsHolding = true };
        var account = new Bank(simulation, log);
        simulation.Run();

        var first = account.Ask(1, 2, 3);
        var second = account.Ask(4);
        simulation.Run();
        Assert.Equal(1, log.Appends);
        Assert.Empty(account.Effects);

        log.Release();
        simulation.Run();
        log.Release();
        simulation.Run();

        Assert.Equal(new CommandOutcome.Accepted(3, new JournalPosition(0, 3)), await first);
        Assert.Equal(new CommandOutcome.Accepted(4, new JournalPosition(0, 4)), await second);
        Assert.Equal([1, 2, 3, 4], log.Events(Account).Select(e => e.Event));
        Assert.Equal([1, 2, 3, 4], log.Events(Account).Select(e => e.Sequence));
        Assert.Equal(["balance 1", "balance 3", "balance 6", "balance 10"], account.Effects);
        Assert.Equal(log.Events(Account), account.Announced);
    }

    [Fact]
    [Trait("Rule", "K-18")]
    public async Task K_18_a_refused_command_is_answered_and_writes_nothing()
    {
        await using var simulation = new ActorSimulation();
        var log = new FaultyEventLog<int>();
        var account = new Bank(simulation, log);

        var refused = account.Ask(5, -100);
        var nothing = account.Ask();
        simulation.Run();

        Assert.Equal(new CommandOutcome.Rejected("not enough"), await refused);
        Assert.Equal(new CommandOutcome.Accepted(0, Position: null), await nothing);
        Assert.Equal(0, log.Appends);
    }

    [Theory]
    [Trait("Rule", "K-19")]
    [Trait("Rule", "K-20")]
    [InlineData(LogFault.Lost, 0)]
    [InlineData(LogFault.WrittenButLost, 1)]
    [InlineData(LogFault.Hangs, 0)]
    [InlineData(LogFault.WrittenButHangs, 1)]
    [InlineData(LogFault.Repeated, 1)]
    public async Task K_19_K_20_an_unknown_outcome_ends_the_instance_and_the_next_one_recovers(
        LogFault fault, int written)
    {
        await using var simulation = new ActorSimulation();
        var failures = new List<ActorFailed>();
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(failures.Add);
        var log = new FaultyEventLog<int>();
        var account = new Bank(simulation, log);
        log.Faults.Enqueue(fault);

        var command = Guid.NewGuid();
        var first = account.Ask(command, 7);
        var waiting = account.Ask(1);
        simulation.Run();
        simulation.Advance(TimeSpan.FromSeconds(5));
        Assert.IsType<CommandOutcome.Unknown>(await first);
        Assert.Equal(JournalFailure.Unknown, Assert.IsType<JournalFailedException>(failures[0].Cause).Failure);
        Assert.Equal(Directive.Restart, failures[0].Directive);

        simulation.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<CommandOutcome.Accepted>(await waiting);
        var resent = account.Ask(command, 7);
        simulation.Run();

        Assert.IsType<CommandOutcome.Accepted>(await resent);
        Assert.Equal(2, account.Instances);
        Assert.Equal(written == 1 ? [7, 1] : [1, 7], log.Events(Account).Select(e => e.Event));
        Assert.Equal([1, 2], log.Events(Account).Select(e => e.Sequence));
        Assert.Equal(8, account.Balance());
        Assert.Single(failures);
    }

    [Fact]
    [Trait("Rule", "K-19")]
    public async Task K_19_events_that_the_journal_rejects_change_nothing_and_the_actor_goes_on()
    {
        await using var simulation = new ActorSimulation();
        var log = new FaultyEventLog<int>();
        var account = new Bank(simulation, log);
        log.Faults.Enqueue(LogFault.Rejected);

        var rejected = account.Ask(7);
        var next = account.Ask(1);
        simulation.Run();

        Assert.Equal(new CommandOutcome.NotStored("too large"), await rejected);
        Assert.IsType<CommandOutcome.Accepted>(await next);
        Assert.Equal(1, account.Instances);
        Assert.Equal(1, account.Balance());
    }

    [Fact]
    [Trait("Rule", "K-19")]
    public async Task K_19_another_writer_is_a_conflict_and_its_events_are_recovered()
    {
        await using var simulation = new ActorSimulation();
        var failures = new List<ActorFailed>();
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(failures.Add);
        var log = new FaultyEventLog<int>();
        var account = new Bank(simulation, log);
        simulation.Run();
        log.Write(new EventAppend<int>(Account, 0, [100], simulation.Time.GetUtcNow(), null, null));

        var lost = account.Ask(7);
        simulation.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<CommandOutcome.NotStored>(await lost);
        Assert.Equal(JournalFailure.Conflict, ((JournalFailedException)failures[0].Cause).Failure);
        Assert.Equal(100, account.Balance());
    }

    [Fact]
    [Trait("Rule", "K-19")]
    public async Task K_19_a_fenced_writer_stops_and_never_retries()
    {
        await using var simulation = new ActorSimulation();
        var log = new FaultyEventLog<int>();
        var account = new Bank(simulation, log, decider: cause =>
            cause is JournalFailedException { Failure: JournalFailure.Fenced } ? Directive.Stop : Directive.Restart);
        log.Faults.Enqueue(LogFault.Fenced);

        var lost = account.Ask(7);
        simulation.Advance(TimeSpan.FromMinutes(1));

        Assert.IsType<CommandOutcome.NotStored>(await lost);
        Assert.Equal(1, log.Appends);
        Assert.Equal(1, account.Instances);
    }

    [Fact]
    [Trait("Rule", "K-20")]
    public async Task K_20_a_journal_that_cannot_be_read_or_does_not_answer_is_asked_again_after_a_wait()
    {
        await using var simulation = new ActorSimulation();
        var failures = new List<ActorFailed>();
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(failures.Add);
        var log = new FaultyEventLog<int> { HangingReads = 1, FailingReads = 0 };
        log.Write(new EventAppend<int>(Account, 0, [3], simulation.Time.GetUtcNow(), null, null));
        var account = new Bank(simulation, log);
        simulation.Run();
        log.FailingReads = 2;

        simulation.Advance(TimeSpan.FromSeconds(10));
        Assert.Single(failures);
        simulation.Advance(TimeSpan.FromSeconds(10));

        Assert.All(failures, failed =>
            Assert.Equal(JournalFailure.Unavailable, ((JournalFailedException)failed.Cause).Failure));
        Assert.Equal([0.2, 0.4, 0.8], failures.Select(failed => failed.RestartIn!.Value.TotalSeconds));
        Assert.Equal(3, account.Balance());
    }

    [Fact]
    [Trait("Rule", "K-20")]
    public async Task K_20_a_journal_that_does_not_answer_is_given_up_on_the_thread_of_the_actor()
    {
        await using var simulation = new ActorSimulation();
        var log = new FaultyEventLog<int> { HangingReads = 1 };
        var account = new Bank(simulation, log);

        simulation.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal([Environment.CurrentManagedThreadId], log.GivenUpOn);
        Assert.Equal(0, account.Balance());
    }

    [Fact]
    [Trait("Rule", "K-21")]
    public async Task K_21_recovery_applies_the_events_only_and_comes_before_all_commands()
    {
        await using var simulation = new ActorSimulation();
        var log = new FaultyEventLog<int>();
        log.Write(new EventAppend<int>(Account, 0, [1, 2, 3], simulation.Time.GetUtcNow(), null, null));
        var account = new Bank(simulation, log);
        var outcome = account.Ask(4);
        simulation.Run();

        Assert.Equal(["recovered 6 at 3"], account.Recovered);
        Assert.Equal(["balance 10"], account.Effects);
        Assert.Equal(4, Assert.IsType<CommandOutcome.Accepted>(await outcome).Sequence);

        var again = new Bank(simulation, log);
        simulation.Run();
        Assert.Equal(["recovered 10 at 4"], again.Recovered);
        Assert.Equal(account.Balance(), again.Balance());
        Assert.Empty(again.Effects);
    }

    [Fact]
    [Trait("Rule", "K-21")]
    public async Task K_21_an_event_that_cannot_be_applied_or_is_missing_stops_the_entity_and_says_which()
    {
        await using var simulation = new ActorSimulation();
        var failures = new List<ActorFailed>();
        using var subscription = simulation.System.EventStream.Subscribe<ActorFailed>(failures.Add);
        var log = new FaultyEventLog<int>();
        log.Write(new EventAppend<int>(Account, 0, [1, 0, 3], simulation.Time.GetUtcNow(), null, null));

        _ = new Bank(simulation, log);
        simulation.Advance(TimeSpan.FromMinutes(1));

        var failed = Assert.Single(failures);
        Assert.Equal(Directive.Stop, failed.Directive);
        var cause = Assert.IsType<RecoveryFailedException>(failed.Cause);
        Assert.Equal((Account, 2), (cause.Entity, cause.Sequence));
    }

    [Fact]
    [Trait("Rule", "K-18")]
    public async Task K_18_commands_nested_in_one_message_are_appended_one_after_another_in_their_order()
    {
        await using var simulation = new ActorSimulation();
        var log = new FaultyEventLog<int>();
        var counter = new Counter(simulation, log);

        var last = counter.AddEach(3, 1, 2);
        counter.Add(4);

        Assert.Equal(new CommandOutcome.Accepted(3, new JournalPosition(0, 3)), last);
        Assert.Equal(4, log.Appends);
        Assert.Equal([3, 1, 2, 4], log.Events(Counter.KeyOf("a")).Select(e => e.Event));
    }

    [Fact]
    public async Task A_resent_command_gets_its_first_answer_also_from_a_later_instance()
    {
        await using var simulation = new ActorSimulation();
        var log = new FaultyEventLog<int>();
        var command = Guid.NewGuid();
        var first = new Bank(simulation, log).Ask(command, 1, 2);
        simulation.Run();

        var account = new Bank(simulation, log);
        _ = account.Ask(5);
        var again = account.Ask(command, 1, 2);
        simulation.Run();

        Assert.Equal(await first, await again);
        Assert.Equal(8, account.Balance());
    }

    [Fact]
    public async Task A_resent_command_that_the_entity_forgot_gets_its_first_answer_from_the_journal()
    {
        await using var simulation = new ActorSimulation();
        var log = new FaultyEventLog<int>();
        var account = new Bank(simulation, log, options: new EventSourcingOptions { RememberedCommands = 1 });
        var command = Guid.NewGuid();
        var first = account.Ask(command, 1, 2);
        _ = account.Ask(Guid.NewGuid(), 5);
        simulation.Run();

        var again = account.Ask(command, 1, 2);
        var next = account.Ask(1);
        simulation.Run();

        Assert.Equal(await first, await again);
        Assert.Equal(4, Assert.IsType<CommandOutcome.Accepted>(await next).Sequence);
        Assert.Equal(9, account.Balance());
        Assert.Equal([1, 2, 5, 1], log.Events(Account).Select(e => e.Event));
        Assert.Equal(1, account.Instances);
    }

    [Fact]
    public void The_text_of_a_position_can_be_read_back()
    {
        Assert.True(JournalPosition.TryParse(new JournalPosition(17, 4711).ToString(), out var position));
        Assert.Equal(new JournalPosition(17, 4711), position);
        Assert.False(JournalPosition.TryParse("17", out _));
        Assert.False(JournalPosition.TryParse("-17-1", out _));
    }

    private abstract record BankMessage
    {
        public sealed record Change(Guid? Id, ImmutableArray<int> Amounts, ReplyTo<CommandOutcome> ReplyTo)
            : BankMessage;

        public sealed record GetBalance(ReplyTo<int> ReplyTo) : BankMessage;
    }

    /// <summary>An account, and what its instances did. An amount of 0 breaks it.</summary>
    private sealed class Bank
    {
        private readonly ActorSimulation _simulation;
        private readonly ActorRef<BankMessage> _actor;

        public Bank(
            ActorSimulation simulation,
            IEventLog<int> log,
            Func<Exception, Directive>? decider = null,
            EventSourcingOptions? options = null)
        {
            _simulation = simulation;
            var props = Props.Create(() => new AccountActor(this, log, options)) with
            {
                Backoff = new BackoffOptions(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(10), Jitter: 0),
            };
            var parent = Props.Create(() => new Owner(this, props)) with
            {
                SupervisorStrategy = new OneForOneStrategy { Decider = decider ?? SupervisorStrategy.DefaultDecider },
            };
            simulation.System.ActorOf(parent);
            simulation.Run();
            _actor = Child!;
        }

        public ActorRef<BankMessage>? Child { get; set; }

        public int Instances { get; set; }

        public List<string> Effects { get; } = [];

        public List<string> Recovered { get; } = [];

        public List<EventEnvelope<int>> Announced { get; } = [];

        public Task<CommandOutcome> Ask(params int[] amounts) => Ask(null, amounts);

        public Task<CommandOutcome> Ask(Guid? id, params int[] amounts) => _actor.AskAsync<CommandOutcome>(
            reply => new BankMessage.Change(id, [.. amounts], reply),
            TimeSpan.FromMinutes(1),
            CancellationToken.None).AsTask();

        public int Balance() => _simulation.Ask<BankMessage, int>(_actor, reply => new BankMessage.GetBalance(reply));
    }

    private sealed class Owner(Bank bank, Props<BankMessage> props) : Actor<string>
    {
        protected override ValueTask PreStart(CancellationToken stopping)
        {
            bank.Child = Context.ActorOf(props);
            return default;
        }

        protected override ValueTask ReceiveAsync(string message, CancellationToken stopping) => default;
    }

    private sealed class AccountActor : EventSourcedActor<BankMessage, ImmutableArray<int>, int, int, string>
    {
        private static readonly Behavior<ImmutableArray<int>, int, int, string> Rules = new(
            Initial: 0,
            Decide: (balance, amounts) => balance + amounts.Sum() < 0
                ? Decision.Reject<int>("not enough")
                : Decision.Accept(amounts),
            Evolve: (balance, amount) => amount == 0 ? throw new InvalidOperationException("zero") : balance + amount,
            React: (balance, _) => [$"balance {balance}"]);

        private readonly Bank _bank;

        public AccountActor(Bank bank, IEventLog<int> log, EventSourcingOptions? options)
            : base(Account, Rules, log, options)
        {
            _bank = bank;
            bank.Instances++;
        }

        protected override async ValueTask ReceiveAsync(BankMessage message, CancellationToken stopping)
        {
            switch (message)
            {
                case BankMessage.Change change:
                    await HandleAsync(change.Amounts, change.ReplyTo, change.Id, stopping);
                    break;
                case BankMessage.GetBalance get:
                    get.ReplyTo.Tell(State);
                    break;
            }
        }

        protected override ValueTask OnRecoveryCompletedAsync(CancellationToken stopping)
        {
            _bank.Recovered.Add($"recovered {State} at {LastSequenceNr}");
            return default;
        }

        protected override void OnAppended(EventEnvelope<int> envelope) => _bank.Announced.Add(envelope);

        protected override ValueTask PerformAsync(string effect, CancellationToken stopping)
        {
            _bank.Effects.Add(effect);
            return default;
        }
    }
}
