using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;
using TwinActors.SimulationTests.Checking;
using TwinActors.SimulationTests.Clients;
using TwinActors.SimulationTests.Lists;
using TwinActors.SimulationTests.Store;

namespace TwinActors.SimulationTests.Runs;

/// <summary>
/// One life of a node: its actor system, its way to the store, its clock. A crash ends it in the middle of whatever it
/// does; a pause lets it stand still and then go on as if nothing had been.
/// </summary>
internal sealed class SimulatedNode
{
    // Longer than the recovery of any list takes, and shorter than what a client waits for.
    private static readonly TimeSpan Patient = TimeSpan.FromSeconds(9);

    private readonly SimulatedRun _run;
    private readonly DeterministicDispatcher _dispatcher;
    private readonly List<Action> _postponed = [];
    private readonly List<Request> _open = [];
    private readonly Func<MessageBalance> _balance;
    private readonly ActorRef<RegionMessage> _region;
    private long _sent;
    private long _refused;
    private long _asked;
    private long _answered;
    private bool _isDead;
    private bool _isPaused;

    /// <summary>Starts the node: it opens the store, which takes the shards from whoever had them.</summary>
    public SimulatedNode(SimulatedRun run, int number)
    {
        _run = run;
        Number = number;
        Name = $"n{number}";
        Clock = new NodeClock(run.World.Time, Run);
        var seed = run.World.Random.Next();
        _dispatcher = new DeterministicDispatcher(seed);
        // Never disposed: a crash tells nobody, and without threads there is nothing to give back.
        var system = new ActorSystem(new ActorSystemOptions
        {
            Name = Name,
            Time = Clock,
            Dispatcher = _dispatcher,
            Seed = seed,
        });
        _balance = () => Balance(system);
        system.EventStream.Subscribe<ActorFailed>(Failed);
        Journal = new SimulatedJournal(run, this, run.Store.Open(JournalOptions.For(Name, Clock) with
        {
            Shards = run.Plan.Shards,
            CommitStep = run.Commit,
        }));
        run.World.Trace.Note($"{Name} starts as incarnation {Journal.Owner.Incarnation}");
        Log = new JournalEventLog<ListEvent>(Journal, ListEvents.Registry);
        Snapshots = new JournalSnapshots<ListState>(Journal, ListEvents.States);
        EventSourcing = new EventSourcingOptions
        {
            AppendDeadline = run.Plan.AppendDeadline,
            ReadDeadline = run.Plan.AppendDeadline,
            RememberedCommands = run.Plan.RememberedCommands,
            SnapshotEvery = run.Plan.SnapshotEvery,
            Permits = run.Plan.Recoveries is { } recoveries ? new RecoveryPermits(recoveries) : null,
        };
        _region = system.ActorOf(() => new ListRegion(this, run), "lists");
    }

    /// <summary>Number of this life among those of all nodes.</summary>
    public int Number { get; }

    public string Name { get; }

    public NodeClock Clock { get; }

    public SimulatedJournal Journal { get; }

    public IEventLog<ListEvent> Log { get; }

    public ISnapshotLog<ListState> Snapshots { get; }

    public EventSourcingOptions EventSourcing { get; }

    /// <summary>The newest instance of each list.</summary>
    public Dictionary<string, ListView> Views { get; } = new(StringComparer.Ordinal);

    /// <summary>Messages for lists that were begun.</summary>
    public long Handled { get; set; }

    /// <summary>Whether an actor is ready to run.</summary>
    public bool HasWork => !_isPaused && _dispatcher.Ready > 0;

    /// <summary>Runs one actor for one quantum.</summary>
    public void RunOne() => _dispatcher.RunOne();

    /// <summary>Does something on the node: now, when it goes on, or never when it is dead.</summary>
    public void Run(Action action)
    {
        if (_isDead)
        {
            return;
        }

        if (_isPaused)
        {
            _postponed.Add(action);
            return;
        }

        action();
    }

    /// <summary>Loses everything that is not in the store.</summary>
    public void Crash()
    {
        _run.World.Trace.Note($"{Name} crashes");
        _isDead = true;
        _isPaused = true;
        _run.World.Nodes.Remove(this);
        foreach (var request in _open)
        {
            _run.World.After(_run.World.Draw(_run.Plan.Delay), () => request.Answer(Reply.Lost));
        }
    }

    /// <summary>Stands still for a while.</summary>
    public void Pause(TimeSpan length)
    {
        if (_isPaused)
        {
            return;
        }

        _run.World.Trace.Note($"{Name} stands still for {length.TotalSeconds:0.000} s");
        _isPaused = true;
        _run.World.After(length, GoOn);
    }

    /// <summary>Goes on after a pause.</summary>
    public void GoOn()
    {
        if (_isDead || !_isPaused)
        {
            return;
        }

        _run.World.Trace.Note($"{Name} goes on");
        _isPaused = false;
        var postponed = _postponed.ToArray();
        _postponed.Clear();
        foreach (var action in postponed)
        {
            Run(action);
        }
    }

    /// <summary>Tells a list to fail.</summary>
    public void Explode(string key) => Tell(key, new ListMessage.Explode());

    /// <summary>Tells a list to put off what comes.</summary>
    public void Hold(string key, TimeSpan length) => Tell(key, new ListMessage.Hold(length));

    /// <summary>Tells the region to fail.</summary>
    public void ExplodeRegion() => _region.Tell(new RegionMessage.Explode());

    /// <summary>Turns a message for a list away.</summary>
    public void Refuse(ListMessage message, string path)
    {
        _refused++;
        switch (message)
        {
            case ListMessage.Execute execute:
                execute.ReplyTo.Fail(new MailboxFullException(path));
                break;
            case ListMessage.Read read:
                read.ReplyTo.Fail(new MailboxFullException(path));
                break;
        }
    }

    /// <summary>A request has come in over the network.</summary>
    public void Receive(Request request)
    {
        _open.Add(request);
        _ = AnswerAsync(request);
    }

    /// <summary>Reads a list, for the run itself.</summary>
    public async Task<ListReading?> ReadAsync(string key)
    {
        try
        {
            return await AskAsync<ListReading>(
                reply => new RegionMessage.Route(key, new ListMessage.Read(reply)), Patient);
        }
        catch (Exception late) when (late is AskTimeoutException or MailboxFullException)
        {
            return null;
        }
    }

    /// <summary>What became of all messages and asks.</summary>
    public MessageBalance Balance() => _balance();

    private void Tell(string key, ListMessage message)
    {
        _sent++;
        _region.Tell(new RegionMessage.Route(key, message));
    }

    private async Task AnswerAsync(Request request)
    {
        var reply = await TryAskAsync(request);
        _open.Remove(request);
        _run.World.Trace.Note($"{Name} answers client {request.Client} {request.Number}: {reply}");
        if (_run.IsFaulty && _run.World.Chance(_run.Plan.LoseReply))
        {
            return;
        }

        _run.World.After(_run.World.Draw(_run.Plan.Delay), () => request.Answer(reply));
    }

    private async Task<Reply> TryAskAsync(Request request)
    {
        try
        {
            return new Reply(await AskAsync<CommandOutcome>(reply => new RegionMessage.Route(
                request.Entity,
                new ListMessage.Execute(request.Command, request.Id, request.Client, request.Number, reply)),
                _run.IsFaulty ? _run.Plan.AskDeadline : Patient));
        }
        catch (AskTimeoutException)
        {
            return Reply.Lost;
        }
        catch (Exception refused) when (refused is MailboxFullException or ActorTerminatedException)
        {
            return Reply.NotReached;
        }
    }

    private async Task<TReply> AskAsync<TReply>(Func<ReplyTo<TReply>, RegionMessage> message, TimeSpan deadline)
    {
        _sent++;
        _asked++;
        try
        {
            return await _region.AskAsync(message, deadline);
        }
        finally
        {
            _answered++;
        }
    }

    private MessageBalance Balance(ActorSystem system) => new(
        Name,
        _sent,
        Handled,
        _refused,
        system.DeadLetters.Counts()
            .Where(count => count.Type is nameof(RegionMessage.Route) or nameof(ListMessage.Execute)
                or nameof(ListMessage.Read) or nameof(ListMessage.Explode) or nameof(ListMessage.Hold)
                or nameof(ListMessage))
            .Sum(count => count.Count),
        Waiting(system.Inspect("/user/lists")!),
        _run.Plan.MayEndEarly,
        _asked,
        _answered);

    private static long Waiting(ActorSnapshot actor) =>
        actor.Mailbox.User + actor.Mailbox.Stashed + actor.Children.Sum(Waiting);

    private void Failed(ActorFailed failed)
    {
        _run.World.Trace.Note($"{failed.Path} on {Name} fails: {failed.Cause.Message} ({failed.Directive})");
        if (Root(failed.Cause) is not (PlannedFailureException or JournalFailedException))
        {
            _run.History.Accidents.Add($"{failed.Path} on {Name}: {failed.Cause}");
        }
    }

    private static Exception Root(Exception cause) =>
        cause is ActorInitializationException { InnerException: { } inner } ? inner : cause;
}
