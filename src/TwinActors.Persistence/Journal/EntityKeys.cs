using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Persistence.Journal;

/// <summary>Keys as the journal keeps them: in lower case, because robot ids are compared without case.</summary>
internal static class EntityKeys
{
    /// <summary>Longest type or key [characters].</summary>
    private const int MaximumLength = 200;

    /// <summary>What is wrong with a key; absent when it is in order.</summary>
    public static string? Problem(EntityKey entity) => Problem("type", entity.Type) ?? Problem("key", entity.Key);

    /// <summary>The key in lower case.</summary>
    /// <exception cref="ArgumentException">A part is empty, too long, or contains a zero character.</exception>
    public static EntityKey Folded(EntityKey entity) => Problem(entity) is { } problem
        ? throw new ArgumentException(problem, nameof(entity))
        : entity with { Type = entity.Type.ToLowerInvariant(), Key = entity.Key.ToLowerInvariant() };

    private static string? Problem(string part, string text) => text switch
    {
        null or "" => $"The {part} of an entity is empty.",
        { Length: > MaximumLength } =>
            $"The {part} of an entity has {text.Length} characters; at most {MaximumLength} are allowed.",
        _ when text.Contains('\0', StringComparison.Ordinal) => $"The {part} of an entity contains a zero character.",
        _ => null,
    };
}
