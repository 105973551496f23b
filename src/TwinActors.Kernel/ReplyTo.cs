namespace TwinActors.Kernel;

/// <summary>
/// Where the reply to a message goes. Part of the message, so that it survives every await and every forward.
/// </summary>
/// <typeparam name="TReply">The reply.</typeparam>
/// <remarks><c>default</c> goes nowhere: replies are dropped.</remarks>
public readonly record struct ReplyTo<TReply>
{
    private readonly IReplyTarget<TReply>? _target;
    private readonly int _version;

    internal ReplyTo(IReplyTarget<TReply> target, int version)
    {
        _target = target;
        _version = version;
    }

    /// <summary>Replies. Only the first reply to an ask counts; a late one is a dead letter.</summary>
    /// <param name="reply">The reply.</param>
    public void Tell(TReply reply) => _target?.Reply(_version, reply);

    /// <summary>Replies with a failure: the asker's await throws it.</summary>
    /// <param name="failure">What the asker gets to see.</param>
    public void Fail(Exception failure) => _target?.Fail(_version, failure);
}

/// <summary>Takes replies: an ask in progress, or an actor.</summary>
internal interface IReplyTarget<in TReply>
{
    /// <summary>Takes a reply.</summary>
    void Reply(int version, TReply reply);

    /// <summary>Takes a failure instead of a reply.</summary>
    void Fail(int version, Exception failure);
}

/// <summary>Turns replies into messages to an actor.</summary>
internal sealed class ActorReply<T, TReply>(ActorRef<T> actor, Func<TReply, T> message, Func<Exception, T>? failure)
    : IReplyTarget<TReply>
{
    public void Reply(int version, TReply reply) => actor.Tell(message(reply));

    public void Fail(int version, Exception cause)
    {
        if (failure is not null)
        {
            actor.Tell(failure(cause));
        }
    }
}
