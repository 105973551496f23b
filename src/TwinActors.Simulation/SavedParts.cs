namespace TwinActors.Simulation;

/// <summary>Takes a saved state apart, in the order in which it was put together.</summary>
internal ref struct SavedParts
{
    private ReadOnlySpan<byte> _rest;

    /// <param name="saved">The saved state.</param>
    /// <param name="length">Length that it must have [bytes].</param>
    /// <param name="of">What it is the state of, for the error.</param>
    public SavedParts(ReadOnlySpan<byte> saved, int length, string of)
    {
        _rest = saved.Length == length
            ? saved
            : throw new ArgumentException(
                $"The saved state has {saved.Length} bytes; that of the {of} has {length}. It is of another robot or "
                + "version.",
                nameof(saved));
    }

    /// <summary>What is not taken yet.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <summary>The next part.</summary>
    public void Take(scoped Span<byte> part)
    {
        _rest[..part.Length].CopyTo(part);
        _rest = _rest[part.Length..];
    }
}
