using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace TwinActors.Simulation.Faults;

/// <summary>The names of faults in commands: <c>bearing-wear</c>, <c>sensor-stuck</c>, …</summary>
public static class FaultNames
{
    /// <summary>All kinds with their names.</summary>
    public static ImmutableArray<(string Name, FaultKind Kind)> All { get; } =
        [.. Enum.GetValues<FaultKind>().Select(kind => (Dashed(kind.ToString()), kind))];

    /// <summary>Looks a name up.</summary>
    /// <param name="name">The name.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="problem">What to say when there is none.</param>
    public static bool TryParse(string name, out FaultKind kind, [NotNullWhen(false)] out string? problem)
    {
        foreach (var known in All)
        {
            if (known.Name == name)
            {
                (kind, problem) = (known.Kind, null);
                return true;
            }
        }

        kind = default;
        problem = $"There is no fault '{name}'; there are {string.Join(", ", All.Select(known => known.Name))}.";
        return false;
    }

    private static string Dashed(string words) => string.Concat(words.Select(
        (letter, i) => (i > 0 && char.IsUpper(letter) ? "-" : "") + char.ToLowerInvariant(letter)));
}
