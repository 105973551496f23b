namespace TwinActors.Persistence.Journal;

/// <summary>An event that is not in the journal yet.</summary>
/// <param name="Name">Stable name and version.</param>
/// <param name="Body">UTF-8 JSON. The caller leaves the bytes unchanged until the append has completed.</param>
public readonly record struct NewEvent(EventName Name, ReadOnlyMemory<byte> Body);
