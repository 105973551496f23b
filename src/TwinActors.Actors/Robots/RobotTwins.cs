using System.Collections.Immutable;
using TwinActors.Actors.Gateway;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Robotics;
using TwinActors.Twins;
using TwinActors.Twins.Discovery;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Actors.Robots;

/// <summary>The way to the robot twins for everything outside of the actor system.</summary>
/// <remarks>Replies are plain data; where a twin lives is known here alone. Every call ends at the ask
/// deadline.</remarks>
public sealed class RobotTwins
{
    private readonly ActorRef<RobotsMessage> _robots;
    private readonly ActorRef<GatewayMessage> _gateway;
    private readonly TimeSpan _deadline;

    internal RobotTwins(ActorRef<RobotsMessage> robots, ActorRef<GatewayMessage> gateway, TimeSpan deadline)
    {
        _robots = robots;
        _gateway = gateway;
        _deadline = deadline;
    }

    /// <summary>The journal's name of a robot.</summary>
    public static EntityKey KeyOf(RobotId robot) => RobotTwinActor.KeyOf(robot.Key);

    /// <summary>Takes a robot into the fleet.</summary>
    /// <param name="register">The command, with the robot and its description.</param>
    /// <param name="commandId">Makes the command safe to send again; <see langword="null"/> when it is not.</param>
    /// <param name="cancellationToken">Stops the wait; the robot may still be registered.</param>
    /// <returns>Number of events of the twin, or why it was refused.</returns>
    public ValueTask<Answer<long>> RegisterAsync(
        RobotTwinCommand.Register register, Guid? commandId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(register);
        return AskAsync<long>(
            register.Robot,
            isNew: true,
            reply => new RobotTwinMessage.Execute(register, commandId, reply),
            cancellationToken);
    }

    /// <summary>Asks the twin of a robot.</summary>
    /// <typeparam name="T">What is asked for.</typeparam>
    /// <param name="robot">The robot.</param>
    /// <param name="message">Makes the message from the place where the answer goes.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public ValueTask<Answer<T>> AskAsync<T>(
        RobotId robot, Func<ReplyTo<Answer<T>>, RobotTwinMessage> message, CancellationToken cancellationToken) =>
        AskAsync(robot, isNew: false, message, cancellationToken);

    /// <summary>Reads every robot of the fleet, by id; removed ones are left out.</summary>
    /// <returns>The id in lower case, and the reading or why there is none.</returns>
    public async ValueTask<ImmutableArray<(string Key, Answer<TwinReading> Answer)>> ListAsync(
        CancellationToken cancellationToken)
    {
        var twins = await _robots.AskAsync<ImmutableArray<ActorRef<RobotTwinMessage>>>(
            reply => new RobotsMessage.List(reply), _deadline, cancellationToken).ConfigureAwait(false);
        var asked = twins.Select(twin => TryAskAsync<RobotTwinMessage, TwinReading>(
            twin, reply => new RobotTwinMessage.ReadTwin(reply), cancellationToken).AsTask()).ToArray();
        var answers = await Task.WhenAll(asked).ConfigureAwait(false);
        return [.. twins.Zip(answers, (twin, answer) => (twin.Name, answer))
            .Where(pair => pair.answer.Rejection?.Kind is not (RejectionKind.Removed or RejectionKind.Unknown))];
    }

    /// <summary>Lists the robots seen on the robot network.</summary>
    public ValueTask<ImmutableArray<DiscoveredRobot>> DiscoverAsync(CancellationToken cancellationToken) =>
        _gateway.AskAsync<ImmutableArray<DiscoveredRobot>>(
            reply => new GatewayMessage.Discover(reply), _deadline, cancellationToken);

    private async ValueTask<Answer<T>> AskAsync<T>(
        RobotId robot,
        bool isNew,
        Func<ReplyTo<Answer<T>>, RobotTwinMessage> message,
        CancellationToken cancellationToken)
    {
        var located = await TryAskAsync<RobotsMessage, ActorRef<RobotTwinMessage>>(
            _robots, reply => new RobotsMessage.Locate(robot, isNew, reply), cancellationToken).ConfigureAwait(false);
        return located.Rejection is { } rejection
            ? rejection
            : await TryAskAsync(located.Value!, message, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<Answer<T>> TryAskAsync<TMessage, T>(
        ActorRef<TMessage> actor, Func<ReplyTo<Answer<T>>, TMessage> message, CancellationToken cancellationToken)
    {
        try
        {
            return await actor.AskAsync(message, _deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception late) when (late is AskTimeoutException or MailboxFullException or ActorTerminatedException)
        {
            return new Rejection(
                RejectionKind.Unavailable,
                $"{actor.Path} did not answer: {late.Message} `twin actor hierarchy -s {actor.Path}` tells why.");
        }
    }
}
