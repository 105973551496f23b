using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Links;

/// <summary>The layout that a type had in ROS 2 Humble, when the newer one only adds fields behind it.</summary>
/// <remarks>
/// Both have one name on the network, and Humble announces no type hash: one reader serves both. It asks DDS for the
/// older layout, which accepts either, and each message tells by its length. The two cannot be confused: a message of
/// the older layout lacks at least 4 bytes of the newer one, and padding has 3 at most.
/// </remarks>
internal static class OlderLayout
{
    private const int MostPadding = 3;

    /// <summary>The older layout; null when the type has none of that kind.</summary>
    public static RosSchema? Of(RosSchema newer)
    {
        var older = RosSchemaSet.Humble.Find(newer.Name);
        return older is not null
            && older.Fields.Length < newer.Fields.Length
            && older.Fields.Zip(newer.Fields).All(pair => IsSame(pair.First, pair.Second))
            && newer.MinimumSize - older.MinimumSize > MostPadding
                ? older
                : null;
    }

    private static bool IsSame(RosField one, RosField other) =>
        (one.Name, one.Kind, one.Shape, one.Count, one.TextLimit, one.Message?.Name)
        == (other.Name, other.Kind, other.Shape, other.Count, other.TextLimit, other.Message?.Name);
}
