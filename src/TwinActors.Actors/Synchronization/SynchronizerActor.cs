using System.Collections.Immutable;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Telemetry;
using TwinActors.Kernel;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Model;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Actors.Synchronization;

/// <summary>A message to the synchronizer child.</summary>
internal abstract record SynchronizerMessage
{
    private SynchronizerMessage()
    {
    }

    /// <summary>Read the state.</summary>
    public sealed record Read(ReplyTo<Answer<SyncReading>> ReplyTo) : SynchronizerMessage;

    /// <summary>A tick has failed; there are no more.</summary>
    public sealed record TickFailed(Exception Cause) : SynchronizerMessage;
}

/// <summary>What a synchronizer works with.</summary>
internal sealed record SyncProps
{
    /// <summary>The robot's joint streams.</summary>
    public required ImmutableArray<RobotStream> Streams { get; init; }

    /// <summary>The robot's model; <see langword="null"/> when it has none.</summary>
    public required RobotModel? Model { get; init; }

    /// <summary>Rate of its ticks [Hz].</summary>
    public required double Hz { get; init; }

    /// <summary>Rate up to which it may raise its own [Hz].</summary>
    public required double CeilingHz { get; init; }

    /// <summary>Told when the robot is lost and when it is there again.</summary>
    public required ActorRef<RobotTwinMessage> Twin { get; init; }

    /// <summary>How the virtual robot follows.</summary>
    public required SyncOptions Observer { get; init; }

    /// <summary>The robot's way to pages.</summary>
    public required RobotFeed Feed { get; init; }

    /// <summary>Mode and status word, shared with the twin.</summary>
    public required SyncShare Share { get; init; }

    /// <summary>Calls the ticks.</summary>
    public required TickScheduler Ticks { get; init; }

    /// <summary>The twin's clock.</summary>
    public required TimeProvider Clock { get; init; }
}

/// <summary>Keeps the virtual robot in step with the physical one.</summary>
/// <remarks>
/// The actor owns the loop and answers for it: it starts and ends it, and is restarted when a tick fails, with a
/// virtual robot that starts anew. The ticks themselves run on the node's tick thread: a message for each would cost
/// several times what a tick does.
/// </remarks>
internal sealed class SynchronizerActor(SyncProps props) : Actor<SynchronizerMessage>
{
    private readonly SyncLoop _loop = new(props);

    protected override ValueTask PreStart(CancellationToken stopping)
    {
        _loop.Start(failure => Self.Tell(new SynchronizerMessage.TickFailed(failure)));
        return default;
    }

    protected override ValueTask PostStop()
    {
        _loop.Stop();
        return default;
    }

    protected override ValueTask ReceiveAsync(SynchronizerMessage message, CancellationToken stopping)
    {
        switch (message)
        {
            case SynchronizerMessage.Read read:
                read.ReplyTo.Tell(_loop.Read());
                break;
            case SynchronizerMessage.TickFailed failed:
                throw new InvalidOperationException($"A tick failed: {failed.Cause.Message}", failed.Cause);
        }

        return default;
    }
}
