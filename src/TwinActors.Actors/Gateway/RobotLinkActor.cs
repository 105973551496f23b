using System.Collections.Immutable;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Streams;
using TwinActors.Kernel;
using TwinActors.Recording.Replays;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Twins;

namespace TwinActors.Actors.Gateway;

/// <summary>A message to a link child.</summary>
internal abstract record RobotLinkMessage
{
    private RobotLinkMessage()
    {
    }

    /// <summary>Open the link.</summary>
    public sealed record Open : RobotLinkMessage
    {
        public static Open Instance { get; } = new();
    }

    /// <summary>Look at its state.</summary>
    public sealed record Look : RobotLinkMessage
    {
        public static Look Instance { get; } = new();
    }

    /// <summary>Change how the replay goes on.</summary>
    public sealed record ControlReplay(ReplayControl Control, ReplyTo<Answer<ReplayReading>> ReplyTo)
        : RobotLinkMessage;
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

    /// <summary>The answer of a robot whose link is not open.</summary>
    public static Rejection NotOpen(RobotId robot) => new(
        RejectionKind.Unavailable, $"The link of robot {robot} is not open; GET /api/v1/robots/{robot} says why.");

    // Opening happens in a message, not in PreStart: a transport that is not there is a failure to be tried again.
    protected override ValueTask PreStart(CancellationToken stopping)
    {
        Self.Tell(RobotLinkMessage.Open.Instance);
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
        switch (message)
        {
            // Two links would write into the same rings.
            case RobotLinkMessage.Open when _link is null:
                await OpenAsync(stopping).ConfigureAwait(false);
                break;
            case RobotLinkMessage.Look:
                Look();
                break;
            case RobotLinkMessage.ControlReplay control:
                control.ReplyTo.Tell(Control(control.Control));
                break;
        }
    }

    private Answer<ReplayReading> Control(ReplayControl control)
    {
        if (options.Replay is null)
        {
            return new Rejection(
                RejectionKind.Conflict,
                $"Robot {options.Robot} is not replayed, its link is of kind {options.Kind}: there is nothing to "
                + "pause or to seek.");
        }

        return (_link as ReplayRobotLink)?.Control(control) is { } reading ? reading : NotOpen(options.Robot);
    }

    private void Look()
    {
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
            RobotLinkMessage.Look.Instance, RobotLinkMessage.Look.Instance, LookEvery,
            SharedTick.Wait(options.Clock, LookEvery));
        Self.Tell(RobotLinkMessage.Look.Instance);
    }
}
