using System.Collections.Immutable;

namespace TwinActors.Kernel;

/// <summary>The steps of an orderly end, in their order.</summary>
public enum ShutdownPhase
{
    /// <summary>Take nothing new in: requests, samples.</summary>
    StopIngest,

    /// <summary>Let the actors finish what waits in their mailboxes.</summary>
    DrainMailboxes,

    /// <summary>Give the shards to other nodes.</summary>
    HandoffShards,

    /// <summary>Make everything accepted durable.</summary>
    FlushJournal,

    /// <summary>Give up the rights of this node.</summary>
    ReleaseLeases,

    /// <summary>End all actors.</summary>
    Terminate,
}

/// <summary>What went wrong in a shutdown; the shutdown went on all the same.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Task">Name of the task.</param>
/// <param name="Problem">Its exception message, or that it overran its deadline.</param>
public sealed record ShutdownProblem(ShutdownPhase Phase, string Task, string Problem);

/// <summary>Runs the steps of an orderly end once: phase after phase, the tasks of one phase side by side.</summary>
public sealed class CoordinatedShutdown
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<ShutdownPhase, TimeSpan> _deadlines = [];
    private readonly List<(ShutdownPhase Phase, string Name, Func<CancellationToken, Task> Run)> _tasks = [];
    private readonly TimeProvider _time;
    private Task<ImmutableArray<ShutdownProblem>>? _run;

    internal CoordinatedShutdown(TimeProvider time) => _time = time;

    /// <summary>Adds a task to a phase.</summary>
    /// <param name="phase">When it runs.</param>
    /// <param name="name">Names it in a <see cref="ShutdownProblem"/>.</param>
    /// <param name="run">The task; its token is cancelled at the deadline of the phase.</param>
    /// <exception cref="InvalidOperationException">The shutdown has begun.</exception>
    public void AddTask(ShutdownPhase phase, string name, Func<CancellationToken, Task> run)
    {
        lock (_gate)
        {
            ThrowIfBegun();
            _tasks.Add((phase, name, run));
        }
    }

    /// <summary>Sets how long a phase may take before the next begins; 5 s unless set.</summary>
    /// <param name="phase">The phase.</param>
    /// <param name="deadline">Longest time; positive.</param>
    /// <exception cref="InvalidOperationException">The shutdown has begun.</exception>
    public void SetDeadline(ShutdownPhase phase, TimeSpan deadline)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(deadline, TimeSpan.Zero);
        lock (_gate)
        {
            ThrowIfBegun();
            _deadlines[phase] = deadline;
        }
    }

    /// <summary>Runs the shutdown; a second call awaits the first one's end.</summary>
    /// <returns>What went wrong; empty when nothing did.</returns>
    public Task<ImmutableArray<ShutdownProblem>> RunAsync()
    {
        lock (_gate)
        {
            return _run ??= Task.Run(RunPhasesAsync);
        }
    }

    private void ThrowIfBegun()
    {
        if (_run is not null)
        {
            throw new InvalidOperationException("The shutdown has begun; it takes no more tasks.");
        }
    }

    private async Task<ImmutableArray<ShutdownProblem>> RunPhasesAsync()
    {
        var problems = ImmutableArray.CreateBuilder<ShutdownProblem>();
        foreach (var phase in Enum.GetValues<ShutdownPhase>())
        {
            var deadline = _deadlines.GetValueOrDefault(phase, DefaultDeadline);
            using var overdue = new CancellationTokenSource(deadline, _time);
            var tasks = _tasks
                .Where(task => task.Phase == phase)
                .Select(task => RunTaskAsync(phase, task.Name, task.Run, deadline, overdue.Token));
            var outcomes = await Task.WhenAll(tasks).ConfigureAwait(false);
            problems.AddRange(outcomes.OfType<ShutdownProblem>());
        }

        return problems.ToImmutable();
    }

    private async Task<ShutdownProblem?> RunTaskAsync(
        ShutdownPhase phase,
        string name,
        Func<CancellationToken, Task> run,
        TimeSpan deadline,
        CancellationToken overdue)
    {
        try
        {
            await run(overdue).WaitAsync(deadline, _time, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        catch (Exception failure) when (failure is TimeoutException || overdue.IsCancellationRequested)
        {
            return new ShutdownProblem(phase, name, $"Not done within {deadline.TotalSeconds:0.###} s.");
        }
        catch (Exception failure)
        {
            return new ShutdownProblem(phase, name, failure.Message);
        }
    }
}
