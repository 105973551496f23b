using System.Collections.Immutable;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Streams;
using TwinActors.Kernel;
using TwinActors.Robotics.Links;

namespace TwinActors.Actors.Sensors;

/// <summary>A message to the parent of a robot's sensors.</summary>
/// <param name="ReplyTo">Receives the newest sample of every sensor, by name.</param>
internal readonly record struct ReadSensors(ReplyTo<Answer<ImmutableArray<SensorReading>>> ReplyTo);

/// <summary>Parent of one child per sensor stream: a sensor that fails is restarted alone.</summary>
/// <param name="streams">The sensor streams.</param>
/// <param name="staleAfter">Age from which a sample of a stream without expected rate is stale.</param>
/// <param name="restart">Waits between restarts of a failing sensor.</param>
/// <param name="clock">The twin's clock.</param>
/// <param name="twin">Told of the first data of each stream.</param>
/// <param name="signals">How new frames become signals.</param>
internal sealed class SensorsActor(
    ImmutableArray<RobotStream> streams,
    TimeSpan staleAfter,
    BackoffOptions restart,
    TimeProvider clock,
    ActorRef<RobotTwinMessage> twin,
    MakeSignal signals) : Actor<ReadSensors>
{
    // A sensor answers from memory; one that does not is being restarted, and its value is not known.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    private ImmutableArray<ActorRef<SensorMessage>> _sensors = [];

    protected override SupervisorStrategy SupervisorStrategy => new OneForOneStrategy { Backoff = restart };

    protected override ValueTask PreStart(CancellationToken stopping)
    {
        _sensors = [.. streams.Select(stream =>
            Context.ActorOf(() => new SensorActor(stream, staleAfter, clock, twin, signals), stream.Options.Name))];
        return default;
    }

    protected override ValueTask ReceiveAsync(ReadSensors message, CancellationToken stopping)
    {
        // Not awaited: the next question is not to wait for this answer.
        _ = CollectAsync(streams, [.. _sensors.Select(Ask)], message.ReplyTo);
        return default;
    }

    private static Task<SensorReading> Ask(ActorRef<SensorMessage> sensor) =>
        sensor.AskAsync<SensorReading>(reply => new SensorMessage.Read(reply), Patience).AsTask();

    private static async Task CollectAsync(
        ImmutableArray<RobotStream> streams,
        Task<SensorReading>[] asked,
        ReplyTo<Answer<ImmutableArray<SensorReading>>> replyTo)
    {
        var readings = ImmutableArray.CreateBuilder<SensorReading>(asked.Length);
        for (var i = 0; i < asked.Length; i++)
        {
            try
            {
                readings.Add(await asked[i].ConfigureAwait(false));
            }
            catch (Exception missing)
                when (missing is TimeoutException or MailboxFullException or ActorTerminatedException)
            {
                // The failure itself is shown in the actor tree.
                readings.Add(SensorReading.None(streams[i].Options));
            }
        }

        replyTo.Tell(readings.ToImmutable());
    }
}
