using System.Collections.Immutable;
using System.Xml.Linq;

namespace TwinActors.Robotics.Urdf;

/// <summary>Tags that the reader does not know: other programs' are noted, misspelt ones warned of, each
/// once.</summary>
internal static class UrdfTags
{
    private static readonly ImmutableArray<string> OtherPrograms =
    [
        "collision_checking", "contact", "drake", "gazebo", "mujoco", "ros2_control", "sensor", "transmission",
        "verbose",
    ];

    /// <summary>Reports every kind of child element outside <paramref name="known"/> at its first place, with its
    /// count.</summary>
    public static void NoteUnknown(XElement parent, ReadOnlySpan<string> known, UrdfProblems problems)
    {
        Dictionary<XName, (XElement First, int Count)>? unknown = null;
        foreach (var child in parent.Elements())
        {
            if (child.Name.NamespaceName.Length == 0 && known.Contains(child.Name.LocalName))
            {
                continue;
            }

            unknown ??= [];
            unknown[child.Name] = unknown.TryGetValue(child.Name, out var seen)
                ? (seen.First, seen.Count + 1)
                : (child, 1);
        }

        foreach (var (name, (first, count)) in unknown ?? [])
        {
            var isForeign = name.NamespaceName.Length > 0 || OtherPrograms.Contains(name.LocalName);
            var times = count == 1 ? "" : $" ({count} times)";
            problems.Add(
                isForeign ? UrdfSeverity.Note : UrdfSeverity.Warning,
                first,
                $"<{name.LocalName}> in <{parent.Name.LocalName}>{times} is not part of URDF and is left alone.");
        }
    }
}
