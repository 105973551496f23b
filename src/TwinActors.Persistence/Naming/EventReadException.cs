using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Naming;

/// <summary>A stored event that this program cannot read; names stream, sequence and kind of the event.</summary>
public sealed class EventReadException : Exception
{
    /// <summary>An event that cannot be read.</summary>
    /// <param name="stored">The event.</param>
    /// <param name="problem">Why, and the way out.</param>
    /// <param name="inner">What the reader of JSON or the upcaster said; absent when the kind is not known.</param>
    public EventReadException(StoredEvent stored, string problem, Exception? inner = null)
        : base($"Event {stored?.Sequence} of {stored?.Entity} ({stored?.Name}) cannot be read: {problem}", inner)
    {
        ArgumentNullException.ThrowIfNull(stored);
        Entity = stored.Entity;
        Sequence = stored.Sequence;
        Name = stored.Name;
    }

    /// <summary>Entity whose stream holds the event.</summary>
    public EntityKey Entity { get; }

    /// <summary>Number of the event in the stream.</summary>
    public long Sequence { get; }

    /// <summary>Name and version under which it is stored.</summary>
    public EventName Name { get; }
}
