using TwinActors.Twins.Synchronization;

namespace TwinActors.Actors.Synchronization;

/// <summary>What a twin and its synchronizer show each other without a message: the mode one way, the word the
/// other.</summary>
internal sealed class SyncShare
{
    private volatile int _word = -1;
    private volatile int _mode;

    /// <summary>Where corrections go; set by the twin, read at every tick.</summary>
    public SyncMode Mode
    {
        get => (SyncMode)_mode;
        set => _mode = (int)value;
    }

    /// <summary>Status and reason; <see langword="null"/> while nothing is known of the robot.</summary>
    public SyncWord? Word
    {
        get => _word is var word and >= 0 ? new SyncWord((SyncStatus)(word >> 8), (SyncReason)(word & 0xFF)) : null;
        set => _word = value is { } word ? ((int)word.Status << 8) | (int)word.Reason : -1;
    }
}

/// <summary>Status word of a synchronizer with its reason.</summary>
/// <param name="Status">How well the twin is in step.</param>
/// <param name="Reason">Why it is not better.</param>
public readonly record struct SyncWord(SyncStatus Status, SyncReason Reason);
