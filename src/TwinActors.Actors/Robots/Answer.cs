using TwinActors.Twins;

namespace TwinActors.Actors.Robots;

/// <summary>What a twin answers: a value, or why there is none.</summary>
/// <typeparam name="T">The value.</typeparam>
/// <param name="Value">The value; meaningful when <paramref name="Rejection"/> is <see langword="null"/>.</param>
/// <param name="Rejection">Why there is no value; <see langword="null"/> when there is one.</param>
public readonly record struct Answer<T>(T? Value, Rejection? Rejection)
{
    /// <summary>An answer with a value.</summary>
    public static implicit operator Answer<T>(T value) => new(value, null);

    /// <summary>A refusal.</summary>
    public static implicit operator Answer<T>(Rejection rejection) => new(default, rejection);
}
