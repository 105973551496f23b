using System.Buffers;
using System.Text;
using TwinActors.Kernel.EventSourcing;

namespace TwinActors.Persistence.Journal;

/// <summary>Keys as the journal keeps them: in lower case, because robot ids are compared without case.</summary>
internal static class EntityKeys
{
    /// <summary>Longest type or key [characters].</summary>
    private const int MaximumLength = 200;

    private static readonly SearchValues<char> Suspects =
        SearchValues.Create(['\0', .. Enumerable.Range(0xD800, 0x800).Select(unit => (char)unit)]);

    /// <summary>What is wrong with a key; absent when it is in order.</summary>
    public static string? Problem(EntityKey entity) => Problem("type", entity.Type) ?? Problem("key", entity.Key);

    /// <summary>The key in lower case.</summary>
    /// <exception cref="ArgumentException">A part is empty, too long, or contains a zero character.</exception>
    public static EntityKey Folded(EntityKey entity) => Problem(entity) is { } problem
        ? throw new ArgumentException(problem, nameof(entity))
        : entity with { Type = entity.Type.ToLowerInvariant(), Key = entity.Key.ToLowerInvariant() };

    /// <summary>Whether every store can keep a text as it is: no zero, no half of a surrogate pair.</summary>
    public static bool IsStorable(string text)
    {
        var suspect = text.AsSpan();
        while (suspect.IndexOfAny(Suspects) is var at and >= 0)
        {
            if (suspect[at] == '\0' || Rune.DecodeFromUtf16(suspect[at..], out _, out var used) != OperationStatus.Done)
            {
                return false;
            }

            suspect = suspect[(at + used)..];
        }

        return true;
    }

    private static string? Problem(string part, string text) => text switch
    {
        null or "" => $"The {part} of an entity is empty.",
        { Length: > MaximumLength } =>
            $"The {part} of an entity has {text.Length} characters; at most {MaximumLength} are allowed.",
        _ when !IsStorable(text) => $"The {part} of an entity contains a zero character or half a character.",
        _ => null,
    };
}
