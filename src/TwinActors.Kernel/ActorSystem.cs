using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace TwinActors.Kernel;

/// <summary>Settings of an actor system.</summary>
public sealed record ActorSystemOptions
{
    /// <summary>Names the system, for its threads and for people.</summary>
    public string Name { get; init; } = "twin";

    /// <summary>The clock of deadlines, backoff, receive timeouts and, unless props name another, timers.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Runs every actor, whatever its props say, when the caller wants; null: threads run them.</summary>
    public DeterministicDispatcher? Dispatcher { get; init; }

    /// <summary>Seed of the jitter of restarts.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>How actors directly below <c>/user</c> are supervised; escalating there stops the actor.</summary>
    public SupervisorStrategy SupervisorStrategy { get; init; } = SupervisorStrategy.Default;
}

/// <summary>A tree of actors with its clock, its event stream and its orderly end.</summary>
/// <remarks>Safe from any thread. Dispose it to end all actors.</remarks>
public sealed class ActorSystem : IAsyncDisposable
{
    private static readonly TimeSpan QuantumLength = TimeSpan.FromMicroseconds(200);
    private static readonly TimeSpan EndDeadline = TimeSpan.FromSeconds(10);

    private readonly ConditionalWeakTable<TimeProvider, TimerWheel> _wheels = [];
    private readonly Lock _randomGate = new();
    private readonly Random _random;
    private readonly bool _isOnSystemClock;
    private readonly ControlThread? _control;
    private readonly DeterministicDispatcher? _deterministic;
    private readonly ActorCell<NoMessage> _root;
    private readonly ActorCell<NoMessage> _user;

    /// <summary>Starts a system without actors.</summary>
    /// <param name="options">Its settings; null: the defaults.</param>
    public ActorSystem(ActorSystemOptions? options = null)
    {
        options ??= new ActorSystemOptions();
        Name = options.Name;
        Time = options.Time;
        _isOnSystemClock = Time == TimeProvider.System;
        QuantumTicks = (long)(Time.TimestampFrequency * QuantumLength.TotalSeconds);
        EventStream = new EventStream();
        DeadLetters = new DeadLetters(EventStream, Time);
        Shutdown = new CoordinatedShutdown(Time);
        _random = new Random(options.Seed);
        _deterministic = options.Dispatcher;
        if (_deterministic is null)
        {
            _control = new ControlThread($"{Name}-control", Time);
        }

        // Only the system's own clock can be waited for by a thread; others call back when they think fit.
        Clock = _control is not null && _isOnSystemClock
            ? _control.Wheel
            : new TimerWheel(Time, wake: null);
        _wheels.Add(Time, Clock);

        var guardian = new Props<NoMessage>(() => new Guardian()) { SupervisorStrategy = options.SupervisorStrategy };
        _root = new ActorCell<NoMessage>(new Surroundings(this, Choose(Dispatchers.Shared), Clock), null, "", guardian);
        _root.Start();
        _user = SpawnCell(_root, guardian, "user");
        KernelTelemetry.Add(this);
        Shutdown.AddTask(ShutdownPhase.DrainMailboxes, "mailboxes", DrainAsync);
        Shutdown.AddTask(ShutdownPhase.Terminate, "actors", _ => TerminateAsync());
    }

    /// <summary>Names the system.</summary>
    public string Name { get; }

    /// <summary>The clock of the system.</summary>
    public TimeProvider Time { get; }

    /// <summary>What happens in the system.</summary>
    public EventStream EventStream { get; }

    /// <summary>Messages that reached nobody.</summary>
    public DeadLetters DeadLetters { get; }

    /// <summary>The orderly end of the node; its last phase ends the actors.</summary>
    public CoordinatedShutdown Shutdown { get; }

    /// <summary>Timers on the clock of the system.</summary>
    internal TimerWheel Clock { get; }

    internal long QuantumTicks { get; }

    /// <summary>Whether all actors run in the thread of a <see cref="DeterministicDispatcher"/>.</summary>
    internal bool IsDeterministic => _deterministic is not null;

    /// <summary>The clock where some milliseconds do not matter, in units of 100 ns: a sixth of the cost.</summary>
    internal long CoarseNow => _isOnSystemClock
        ? Environment.TickCount64 * TimeSpan.TicksPerMillisecond
        : Time.GetElapsedTime(0).Ticks;

    /// <summary>Starts an actor below <c>/user</c>.</summary>
    /// <param name="props">How to make and run it.</param>
    /// <param name="name">Its name, free below <c>/user</c>; null: one is made up.</param>
    /// <exception cref="InvalidOperationException">The name is taken or invalid, or the system is ending.</exception>
    public ActorRef<T> ActorOf<T>(Props<T> props, string? name = null) => Spawn(_user, props, name);

    /// <summary>Starts an actor below <c>/user</c> with default props.</summary>
    /// <param name="factory">Makes its instances.</param>
    /// <param name="name">Its name, free below <c>/user</c>; null: one is made up.</param>
    /// <exception cref="InvalidOperationException">The name is taken or invalid, or the system is ending.</exception>
    public ActorRef<T> ActorOf<T>(Func<Actor<T>> factory, string? name = null) => ActorOf(new Props<T>(factory), name);

    /// <summary>Ends an actor and waits until it and all below it have ended; then its name is free.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="deadline">Longest wait; positive.</param>
    /// <exception cref="TimeoutException">
    /// It had not ended within <paramref name="deadline"/>; it still will when its handler is done.
    /// </exception>
    public Task StopAsync(ActorRef actor, TimeSpan deadline)
    {
        ArgumentNullException.ThrowIfNull(actor);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero);
        var ended = actor.WhenTerminatedAsync();
        actor.Stop();
        return ended.WaitAsync(deadline, Time);
    }

    /// <summary>Looks at an actor and those below it.</summary>
    /// <param name="path">Its path; <c>/</c> for all.</param>
    /// <param name="levels">Levels below it to include.</param>
    /// <returns>Null when there is no such actor.</returns>
    public ActorSnapshot? Inspect(string path = "/", int levels = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Find(path)?.Inspect(levels);
    }

    /// <summary>
    /// The actors that have been in one handler or life-cycle hook for longer than no handler should take.
    /// </summary>
    /// <param name="limit">That time; positive.</param>
    /// <returns>Them, without their children, by path.</returns>
    public ImmutableArray<ActorSnapshot> FindStuck(TimeSpan limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(limit, TimeSpan.Zero);
        return [.. _root.Inspect(int.MaxValue).WithAllBelow()
            .Where(actor => actor.IsStuck(limit))
            .Select(actor => actor with { Children = [] })];
    }

    /// <summary>Shows the messages that one actor handles from now on.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="mostPerSecond">Messages to show a second at the most; the others are counted. At least 1.</param>
    /// <returns>Null when there is no such actor.</returns>
    public ActorTap? Tap(string path, int mostPerSecond = 100)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Find(path) is { } cell ? new ActorTap(cell, mostPerSecond) : null;
    }

    /// <summary>Ends all actors, children first, and waits for it.</summary>
    public async Task TerminateAsync()
    {
        var ended = _root.Ref.WhenTerminatedAsync();
        _root.Stop();
        _deterministic?.RunUntilIdle();
        await ended.ConfigureAwait(false);
    }

    /// <summary>Ends all actors and the control thread; gives up on actors that have not ended after 10 s.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await TerminateAsync().WaitAsync(EndDeadline).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            EventStream.Publish(new ActorsAbandoned(Name));
        }

        KernelTelemetry.Remove(this);
        _control?.Dispose();
    }

    internal TimeSpan CoarselySince(long then) => TimeSpan.FromTicks(Math.Max(0, CoarseNow - then));

    private ActorCell? Find(string path)
    {
        ActorCell? cell = _root;
        foreach (var name in ActorPath.Names(path))
        {
            cell = cell?.Children.Find(name);
        }

        return cell;
    }

    private Task DrainAsync(CancellationToken overdue)
    {
        _deterministic?.RunUntilIdle();
        return _deterministic is null ? Draining.RunAsync(_root, overdue) : Task.CompletedTask;
    }

    internal ActorRef<T> Spawn<T>(ActorCell parent, Props<T> props, string? name) =>
        SpawnCell(parent, props, name).Ref;

    private ActorCell<T> SpawnCell<T>(ActorCell parent, Props<T> props, string? name)
    {
        ArgumentNullException.ThrowIfNull(props);
        var cell = parent.Children.Add(name, parent, SurroundingsOf(parent, props), props);
        cell.Start();
        return cell;
    }

    private Surroundings SurroundingsOf<T>(ActorCell parent, Props<T> props)
    {
        var dispatcher = Choose(props.Dispatcher);
        var timers = props.Time is null ? parent.Timers : WheelOf(props.Time);
        return dispatcher == parent.Dispatcher && timers == parent.Timers
            ? parent.Surroundings
            : new Surroundings(this, dispatcher, timers);
    }

    internal double NextRandom()
    {
        lock (_randomGate)
        {
            return _random.NextDouble();
        }
    }

    private TimerWheel WheelOf(TimeProvider time) =>
        _wheels.GetValue(time, static another => new TimerWheel(another, wake: null));

    private Dispatcher Choose(string name) => name switch
    {
        Dispatchers.Shared => (Dispatcher?)_deterministic ?? SharedPool.Instance,
        Dispatchers.Control => (Dispatcher?)_deterministic ?? _control!,
        _ => throw new InvalidOperationException(
            $"There is no dispatcher {name}; there are {Dispatchers.Shared} and {Dispatchers.Control}."),
    };

    private sealed class Guardian : Actor<NoMessage>
    {
        protected override ValueTask ReceiveAsync(NoMessage message, CancellationToken stopping) => default;
    }
}

/// <summary>The message of actors that understand none.</summary>
internal readonly record struct NoMessage;

/// <summary>A system was disposed while some of its actors were still in a handler.</summary>
/// <param name="System">Name of the system.</param>
public sealed record ActorsAbandoned(string System);
