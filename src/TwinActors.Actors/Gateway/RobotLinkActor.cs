using System.Collections.Immutable;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Streams;
using TwinActors.Kernel;
using TwinActors.Robotics.Links;

namespace TwinActors.Actors.Gateway;

/// <summary>A message of a link child to itself.</summary>
internal enum RobotLinkMessage
{
    /// <summary>Open the link.</summary>
    Open,

    /// <summary>Look at its state.</summary>
    Look,
}

/// <summary>Owns one robot link: opens it, tells the twin when its state changes, closes it.</summary>
/// <param name="openLink">Makes the link.</param>
/// <param name="options">What the link needs to know.</param>
/// <param name="twin">Told of every change of state.</param>
internal sealed class RobotLinkActor(
    OpenRobotLink openLink, RobotLinkOptions options, ActorRef<RobotTwinMessage> twin) : Actor<RobotLinkMessage>
{
    // Senders come and go rarely, and staleness is judged by the age of data elsewhere: half a second is soon enough.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    private IRobotLink? _link;
    private RobotLinkStatus? _told;
    private ImmutableArray<UnmappedTopic> _toldUnmapped = [];

    // Opening happens in a message, not in PreStart: a transport that is not there is a failure to be tried again.
    protected override ValueTask PreStart(CancellationToken stopping)
    {
        Self.Tell(RobotLinkMessage.Open);
        return default;
    }

    protected override async ValueTask PostStop()
    {
        if (_link is { } link)
        {
            _link = null;
            await link.DisposeAsync().ConfigureAwait(false);
        }
    }

    protected override async ValueTask ReceiveAsync(RobotLinkMessage message, CancellationToken stopping)
    {
        if (message == RobotLinkMessage.Open)
        {
            // Two links would write into the same rings.
            if (_link is null)
            {
                await OpenAsync(stopping).ConfigureAwait(false);
            }

            return;
        }

        // A look that was asked for before the link failed has nothing to look at.
        if (_link is not { } link)
        {
            return;
        }

        var status = link.Status;
        var unmapped = link.Unmapped;
        if (status != _told || !unmapped.SequenceEqual(_toldUnmapped))
        {
            _told = status;
            _toldUnmapped = unmapped;
            twin.Tell(new RobotTwinMessage.LinkChanged(status, unmapped));
        }

        if (status.State == RobotLinkState.Failed)
        {
            throw new RobotLinkException(status.Reason ?? "The robot link failed.");
        }
    }

    private async ValueTask OpenAsync(CancellationToken stopping)
    {
        try
        {
            _link = openLink(options);
            await _link.OpenAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception missing) when (missing is not OperationCanceledException)
        {
            twin.Tell(new RobotTwinMessage.LinkChanged(
                new RobotLinkStatus(RobotLinkState.Failed, options.Clock.GetUtcNow(), missing.Message), []));
            throw;
        }

        Context.Timers.StartPeriodicTimer(
            RobotLinkMessage.Look, RobotLinkMessage.Look, LookEvery, SharedTick.Wait(options.Clock, LookEvery));
        Self.Tell(RobotLinkMessage.Look);
    }
}
