using TwinActors.Actors;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Host.Composition;

/// <summary>Writes what the actors publish about failures into the log.</summary>
internal sealed partial class NodeLog(TwinNode node, ILogger<NodeLog> log) : IHostedService
{
    private readonly List<IDisposable> _subscriptions = [];

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var events = node.System.EventStream;
        _subscriptions.Add(events.Subscribe<ActorFailed>(failed => ActorFailed(
            log, failed.Path, failed.Cause.Message, failed.Directive?.ToString() ?? "ending", failed.RestartIn)));
        _subscriptions.Add(events.Subscribe<DeadLetter>(letter => DeadLetter(
            log,
            letter.Message?.GetType().Name ?? "message",
            letter.Path,
            letter.Reason.ToString(),
            letter.Suppressed)));
        _subscriptions.Add(events.Subscribe<SnapshotFailed>(failed =>
            SnapshotFailed(log, failed.Entity.ToString(), failed.Cause.Message)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _subscriptions.ForEach(subscription => subscription.Dispose());
        return Task.CompletedTask;
    }

    [LoggerMessage(1, LogLevel.Warning, "{Path} failed: {Cause} ({Directive}, again in {RestartIn})")]
    private static partial void ActorFailed(
        ILogger log, string path, string cause, string directive, TimeSpan? restartIn);

    [LoggerMessage(
        2, LogLevel.Information, "{Type} to {Path} was not received ({Reason}); {Suppressed} more kept quiet")]
    private static partial void DeadLetter(ILogger log, string type, string path, string reason, long suppressed);

    [LoggerMessage(3, LogLevel.Warning, "Snapshot of {Entity} failed: {Cause} Its events are all there.")]
    private static partial void SnapshotFailed(ILogger log, string entity, string cause);
}
