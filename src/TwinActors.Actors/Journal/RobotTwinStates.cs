using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using TwinActors.Persistence.Naming;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Actors.Journal;

/// <summary>Names and JSON of a robot twin's states, as they stand in its snapshots.</summary>
/// <remarks>
/// A change of a state's shape is a new version; an upcaster from the one before saves the replay of all events that a
/// snapshot which cannot be used costs.
/// </remarks>
public static class RobotTwinStates
{
    /// <summary>State types with their stable names.</summary>
    public static EventRegistry<RobotTwinState> Registry { get; } = new EventRegistryBuilder<RobotTwinState>()
        .Add("robot.state.unregistered", RobotTwinStatesJson.Default.Unregistered)
        .Add("robot.state.active", RobotTwinStatesJson.Default.Active, WithMode)
        .Add("robot.state.gone", RobotTwinStatesJson.Default.Gone)
        .Build();

    // Version 1 knew of no modes: every robot was in shadow.
    private static JsonObject WithMode(JsonObject active)
    {
        active["mode"] = nameof(SyncMode.Shadow);
        return active;
    }
}

/// <summary>JSON of the states: camelCase, absent values left out.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(RobotIdConverter), typeof(OrdinalSetConverter)])]
[JsonSerializable(typeof(RobotTwinState.Unregistered))]
[JsonSerializable(typeof(RobotTwinState.Active))]
[JsonSerializable(typeof(RobotTwinState.Gone))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class RobotTwinStatesJson : JsonSerializerContext;

/// <summary>A sorted set of texts as an array; read back in ordinal order, on every machine.</summary>
internal sealed class OrdinalSetConverter : JsonConverter<ImmutableSortedSet<string>>
{
    public override ImmutableSortedSet<string> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        (JsonSerializer.Deserialize(ref reader, RobotTwinStatesJson.Default.StringArray) ?? [])
            .ToImmutableSortedSet(StringComparer.Ordinal);

    public override void Write(
        Utf8JsonWriter writer, ImmutableSortedSet<string> value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, [.. value], RobotTwinStatesJson.Default.StringArray);
}
