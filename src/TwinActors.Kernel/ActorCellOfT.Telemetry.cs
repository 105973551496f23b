using System.Diagnostics;

namespace TwinActors.Kernel;

// Messages with their sendings, and taps: the ways that are taken only while someone listens.
internal sealed partial class ActorCell<T>
{
    public override void Add(ActorTap tap) => Exceptional.Add(tap);

    public override void Remove(ActorTap tap) => _rarities?.Remove(tap);

    // One gate for all senders and the actor, so that a message and its sending come and go together.
    private Enqueued EnqueueWithSending(in T message)
    {
        var rarities = Exceptional;
        var lane = rarities.Sendings
            ?? Interlocked.CompareExchange(ref rarities.Sendings, new SendingLane(), null)
            ?? rarities.Sendings;
        lock (lane.Gate)
        {
            var result = EnqueueAlone(in message);
            if (result == Enqueued.Accepted)
            {
                lane.Add(new Sending(
                    _user.Enqueued - 1, Activity.Current?.Context ?? default, System.Time.GetTimestamp()));
            }

            return result;
        }
    }

    private bool TryBeginWithSending(SendingLane lane, ref TurnState turn, out ValueTask running)
    {
        bool isThere;
        T message;
        Sending? sending;
        lock (lane.Gate)
        {
            var position = _user.Dequeued;
            isThere = TryDequeueUser(out message);
            sending = isThere ? lane.Take(position) : null;
        }

        if (!isThere)
        {
            return TryBeginSignal(ref turn, out running);
        }

        running = sending is { } known ? HandleAsync(message, known) : Invoke(message, isUserMessage: true);
        return true;
    }

    private async ValueTask HandleAsync(T message, Sending sending)
    {
        var began = System.Time.GetTimestamp();
        var actor = KernelTelemetry.Actor(InstanceType);
        KernelTelemetry.Wait.Record(System.Time.GetElapsedTime(sending.SentAt, began).TotalSeconds, actor);
        using var span = sending.Sender == default
            ? null
            : KernelTelemetry.Source.StartActivity("actor.receive", ActivityKind.Consumer, sending.Sender);
        span?.SetTag("actor.path", Path).SetTag(actor.Key, actor.Value)
            .SetTag("message.type", message?.GetType().Name ?? typeof(T).Name);
        try
        {
            _handled++;
            await Handle(message, isUserMessage: true).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            span?.SetStatus(ActivityStatusCode.Error, failure.Message);
            throw;
        }
        finally
        {
            KernelTelemetry.Handling.Record(System.Time.GetElapsedTime(began).TotalSeconds, actor);
        }
    }
}
