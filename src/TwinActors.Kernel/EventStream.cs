using System.Collections.Immutable;

namespace TwinActors.Kernel;

/// <summary>
/// What happens in an actor system, for whoever wants to know: failures, restarts, dead letters, own events.
/// </summary>
/// <remarks>Safe from any thread. An event reaches those who subscribed before it, in the publisher's thread.</remarks>
public sealed class EventStream
{
    private ImmutableArray<Subscription> _subscriptions = [];

    /// <summary>Calls a method with every event of a type.</summary>
    /// <param name="observer">
    /// Runs in the publisher's thread: it must not block. If it throws, its subscription ends.
    /// </param>
    /// <returns>Dispose it to end the subscription.</returns>
    public IDisposable Subscribe<TEvent>(Action<TEvent> observer)
        where TEvent : notnull
    {
        var subscription = new Subscription(this, @event =>
        {
            if (@event is TEvent wanted)
            {
                observer(wanted);
            }
        });
        ImmutableInterlocked.Update(ref _subscriptions, static (all, added) => all.Add(added), subscription);
        return subscription;
    }

    /// <summary>Sends an actor a message for every event of a type.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="message">Makes the message.</param>
    /// <returns>Dispose it to end the subscription.</returns>
    public IDisposable Subscribe<TEvent, T>(ActorRef<T> actor, Func<TEvent, T> message)
        where TEvent : notnull =>
        Subscribe<TEvent>(@event => actor.Tell(message(@event)));

    /// <summary>Hands an event to all who subscribed to its type or to one that it derives from.</summary>
    /// <param name="event">The event; immutable.</param>
    public void Publish(object @event)
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Offer(@event);
        }
    }

    private sealed class Subscription(EventStream stream, Action<object> observer) : IDisposable
    {
        public void Dispose() =>
            ImmutableInterlocked.Update(ref stream._subscriptions, static (all, ended) => all.Remove(ended), this);

        // An observer's fault must not become the publisher's: publishing happens in the middle of a failure.
        public void Offer(object @event)
        {
            try
            {
                observer(@event);
            }
            catch (Exception cause)
            {
                Dispose();
                stream.Publish(new SubscriptionFailed(@event.GetType(), cause));
            }
        }
    }
}

/// <summary>A subscription to the event stream has ended because its observer threw.</summary>
/// <param name="Event">Type of the event that it was given.</param>
/// <param name="Cause">What it threw.</param>
public sealed record SubscriptionFailed(Type Event, Exception Cause);
