namespace TwinActors.Persistence.Snapshots;

/// <summary>How the body of a snapshot is written. Numbers are never given again.</summary>
public static class SnapshotCodec
{
    /// <summary>UTF-8 JSON: the state and the commands that its actor remembers.</summary>
    public const int Json = 1;
}
