using TwinActors.Kernel;

namespace TwinActors.Benchmarks.Kernel;

/// <summary>A message of 24 bytes that lies in the mailbox itself.</summary>
internal readonly record struct Hop(long Number, double Value, object? From);

/// <summary>A question of 24 bytes.</summary>
internal readonly record struct Question(long Number, ReplyTo<long> ReplyTo);

/// <summary>Hands every message to a delegate.</summary>
internal sealed class DelegateActor<T>(Action<ActorRef<T>, T> receive) : Actor<T>
{
    protected override ValueTask ReceiveAsync(T message, CancellationToken stopping)
    {
        receive(Self, message);
        return default;
    }
}
