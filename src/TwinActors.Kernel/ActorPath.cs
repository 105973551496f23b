using System.Buffers;

namespace TwinActors.Kernel;

/// <summary>Paths of actors: <c>/user/robots/arm1/joints</c>. Names are compared exactly, case included.</summary>
public static class ActorPath
{
    /// <summary>Longest name of one actor [characters].</summary>
    public const int LongestName = 128;

    private static readonly SearchValues<char> Forbidden = SearchValues.Create(
    [
        .. "/\\ \"?#*",
        .. Enumerable.Range(0, 256).Select(code => (char)code).Where(char.IsControl),
    ]);

    /// <summary>
    /// Whether a text can name an actor: 1 to 128 characters, no slash, space, quote, wildcard or control
    /// character.
    /// </summary>
    /// <param name="name">The name, or null.</param>
    public static bool IsValidName(string? name) =>
        !string.IsNullOrEmpty(name)
        && name.Length <= LongestName
        && name.AsSpan().IndexOfAny(Forbidden) < 0;

    /// <summary>Splits a path into its names; empty for the root.</summary>
    /// <param name="path">A path, with or without the leading slash.</param>
    internal static string[] Names(string path) =>
        path.Split('/', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
