using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using TwinActors.Persistence.Journal;

namespace TwinActors.Persistence.Naming;

/// <summary>Collects the names of a family of events; used once, at the start of a program.</summary>
/// <typeparam name="TEvent">The family.</typeparam>
public sealed class EventRegistryBuilder<TEvent>
    where TEvent : class
{
    private readonly List<EventRegistry<TEvent>.Entry> _entries = [];

    /// <summary>Names a kind of event.</summary>
    /// <param name="name">
    /// Stable name, such as <c>robot.registered</c>: lower-case words joined by dots and hyphens.
    /// </param>
    /// <param name="type">JSON of the event, from a source-generated context.</param>
    /// <param name="upcasters">
    /// How bodies of version 1 become version 2, of 2 become 3, and so on. The event's version is their number plus
    /// one. Each may change and return the object it gets.
    /// </param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentException">The name is malformed, or name or type is taken.</exception>
    public EventRegistryBuilder<TEvent> Add<T>(
        string name, JsonTypeInfo<T> type, params IReadOnlyList<Func<JsonObject, JsonObject>> upcasters)
        where T : TEvent
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(upcasters);
        if (!name.All(static letter => letter is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '-'))
        {
            throw new ArgumentException(
                $"'{name}' is no event name: use lower-case letters, digits, dots and hyphens.", nameof(name));
        }

        if (_entries.Find(entry => entry.Name.Name == name || entry.Type.Type == type.Type) is { } taken)
        {
            throw new ArgumentException(
                $"'{name}' for {type.Type}: {taken.Type.Type} is registered as '{taken.Name.Name}' already.",
                nameof(name));
        }

        _entries.Add(new EventRegistry<TEvent>.Entry(new EventName(name, upcasters.Count + 1), type, upcasters));
        return this;
    }

    /// <summary>The registry of what has been added.</summary>
    public EventRegistry<TEvent> Build() => new(_entries);
}
