using System.Text.Json.Nodes;

namespace TwinActors.Contracts.Journal;

/// <summary>A snapshot of a robot twin.</summary>
/// <param name="Sequence">Number of the last event in it.</param>
/// <param name="Position">Cursor behind that event.</param>
/// <param name="At">When it was taken, RFC 3339.</param>
/// <param name="Name">Stable name of the kind of state.</param>
/// <param name="Version">Version of the state's shape.</param>
/// <param name="Codec">Number of the codec of its body.</param>
/// <param name="Bytes">Size of its body [bytes].</param>
/// <param name="Epoch">Epoch of the writer.</param>
/// <param name="Intact">Whether its checksum fits.</param>
public sealed record SnapshotDocument(
    long Sequence,
    string Position,
    string At,
    string Name,
    int Version,
    int Codec,
    long Bytes,
    long Epoch,
    bool Intact);

/// <summary>State of a robot twin after one of its events, rebuilt from the journal.</summary>
/// <param name="Robot">The robot.</param>
/// <param name="Sequence">Number of the last event in the state.</param>
/// <param name="Name">Stable name of the kind of state.</param>
/// <param name="Version">Version of the state's shape.</param>
/// <param name="Hash">SHA-256 of name, version and data, in hexadecimal digits.</param>
/// <param name="Data">The state.</param>
public sealed record ReplayDocument(
    string Robot, long Sequence, string Name, int Version, string Hash, JsonNode? Data);

/// <summary>What a check of a robot's journal stream found.</summary>
/// <param name="Robot">The robot.</param>
/// <param name="LastSequence">Number of its last event.</param>
/// <param name="Snapshots">Number of its snapshots.</param>
/// <param name="Hash">Hash of its state; null when the state cannot be rebuilt.</param>
/// <param name="Problems">What is wrong; empty when all is well.</param>
public sealed record VerificationDocument(
    string Robot, long LastSequence, int Snapshots, string? Hash, IReadOnlyList<string> Problems);

/// <summary>How far a robot's twin is behind its journal stream.</summary>
/// <param name="Robot">The robot; removed ones too.</param>
/// <param name="Journaled">Number of events in the journal.</param>
/// <param name="Applied">Number of events that the twin has applied; null when it does not say.</param>
/// <param name="Lag">The difference; null when the twin does not say.</param>
public sealed record StreamLagDocument(string Robot, long Journaled, long? Applied, long? Lag);
