using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Naming;

/// <summary>The one table that gives every event of a family its stable name, its version and its JSON.</summary>
/// <typeparam name="TEvent">The family: an abstract record with nested sealed records.</typeparam>
/// <remarks>Immutable and safe from any thread. Made by <see cref="EventRegistryBuilder{TEvent}"/>.</remarks>
public sealed class EventRegistry<TEvent>
    where TEvent : class
{
    private readonly FrozenDictionary<Type, Entry> _byType;
    private readonly FrozenDictionary<string, Entry> _byName;

    internal EventRegistry(IReadOnlyList<Entry> entries)
    {
        _byType = entries.ToFrozenDictionary(entry => entry.Type.Type);
        _byName = entries.ToFrozenDictionary(entry => entry.Name.Name, StringComparer.Ordinal);
    }

    /// <summary>Names and newest versions of all events of the family, ordered by name.</summary>
    public IReadOnlyList<EventName> Names =>
        [.. _byName.Values.Select(entry => entry.Name).OrderBy(name => name.Name, StringComparer.Ordinal)];

    /// <summary>Name under which events of a CLR type are written.</summary>
    /// <param name="type">A type of the family.</param>
    /// <param name="name">The name when the type is registered.</param>
    /// <returns>Whether the type is registered.</returns>
    public bool TryGetName(Type type, [NotNullWhen(true)] out EventName? name)
    {
        name = _byType.TryGetValue(type, out var entry) ? entry.Name : null;
        return name is not null;
    }

    /// <summary>Turns an event into what the journal stores.</summary>
    /// <param name="event">The event.</param>
    /// <exception cref="ArgumentException">The event's type has no name: register it.</exception>
    /// <exception cref="JsonException">The event cannot be written as JSON.</exception>
    public NewEvent Write(TEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (!_byType.TryGetValue(@event.GetType(), out var entry))
        {
            throw new ArgumentException(
                $"{@event.GetType()} has no stable name. Register it with the other events of {typeof(TEvent).Name}.",
                nameof(@event));
        }

        return new NewEvent(entry.Name, JsonSerializer.SerializeToUtf8Bytes(@event, entry.Type));
    }

    /// <summary>Turns a stored event, of whatever version, into the event of today.</summary>
    /// <param name="stored">The event as the journal holds it.</param>
    /// <exception cref="UnreadableEventException">
    /// Unknown name, version of a newer program, or a body that does not fit.
    /// </exception>
    public TEvent Read(StoredEvent stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        try
        {
            return Read(stored.Name, stored.Body.Span);
        }
        catch (FormatException error)
        {
            throw new UnreadableEventException(
                stored.Entity, stored.Sequence, $"it is a {stored.Name}, {error.Message}", error.InnerException);
        }
    }

    /// <summary>Turns a name and a body, of whatever version, into the event of today.</summary>
    /// <exception cref="FormatException">
    /// Unknown name, version of a newer program, or a body that does not fit; the inner exception is the decoder's.
    /// </exception>
    internal TEvent Read(EventName name, ReadOnlySpan<byte> body)
    {
        if (!_byName.TryGetValue(name.Name, out var entry))
        {
            throw new FormatException(
                "and this program has no such name. A newer program wrote it, or its registration got lost.");
        }

        if (name.Version > entry.Name.Version)
        {
            throw new FormatException(
                $"and this program knows versions up to {entry.Name.Version}. Install the newer one that wrote it.");
        }

        try
        {
            return name.Version == entry.Name.Version
                ? Deserialize(entry, body)
                : Upcast(entry, name.Version, body);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or NotSupportedException
            or FormatException or KeyNotFoundException)
        {
            throw new FormatException($"and its body does not fit. {error.Message}", error);
        }
    }

    private static TEvent Deserialize(Entry entry, ReadOnlySpan<byte> body) =>
        (TEvent?)JsonSerializer.Deserialize(body, entry.Type) ?? throw new JsonException("The body is null.");

    private static TEvent Upcast(Entry entry, int version, ReadOnlySpan<byte> body)
    {
        var node = JsonNode.Parse(body) as JsonObject ?? throw new JsonException("The body is no object.");
        for (; version < entry.Name.Version; version++)
        {
            node = entry.Upcasters[version - 1](node);
        }

        return (TEvent?)node.Deserialize(entry.Type) ?? throw new JsonException("The body is null.");
    }

    /// <summary>One kind of event.</summary>
    /// <param name="Name">Name and newest version.</param>
    /// <param name="Type">How its JSON is read and written.</param>
    /// <param name="Upcasters">From version 1 to 2, 2 to 3, and so on; one fewer than the version.</param>
    internal sealed record Entry(
        EventName Name, JsonTypeInfo Type, IReadOnlyList<Func<JsonObject, JsonObject>> Upcasters);
}
