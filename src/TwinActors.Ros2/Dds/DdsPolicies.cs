namespace TwinActors.Ros2.Dds;

/// <summary>Names of the quality-of-service policies by which endpoints refuse each other.</summary>
internal static class DdsPolicies
{
    /// <summary>Name of a policy id of the DDS standard, or null for 0, which is none.</summary>
    public static string? Name(uint id) => id switch
    {
        0 => null,
        2 => "durability",
        3 => "presentation",
        4 => "deadline",
        5 => "latency budget",
        6 => "ownership",
        8 => "liveliness",
        10 => "partition",
        11 => "reliability",
        12 => "destination order",
        23 => "data representation",
        24 => "type consistency",
        _ => $"policy {id}",
    };
}
