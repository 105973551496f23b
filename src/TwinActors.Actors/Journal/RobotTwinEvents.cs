using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using TwinActors.Persistence.Naming;
using TwinActors.Robotics;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Actors.Journal;

/// <summary>Names and JSON of a robot twin's events, as they stand in the journal for ever.</summary>
/// <remarks>
/// A change of an event's shape is a new version with an upcaster from the one before. Golden files in the tests hold
/// every version that was ever written.
/// </remarks>
public static class RobotTwinEvents
{
    /// <summary>Event types with their stable names.</summary>
    public static EventRegistry<RobotTwinEvent> Registry { get; } = new EventRegistryBuilder<RobotTwinEvent>()
        .Add("robot.registered", RobotTwinEventsJson.Default.Registered)
        .Add("robot.removed", RobotTwinEventsJson.Default.Removed)
        .Add("link.connected", RobotTwinEventsJson.Default.LinkConnected)
        .Add("link.stale", RobotTwinEventsJson.Default.LinkStale)
        .Add("link.lost", RobotTwinEventsJson.Default.LinkLost)
        .Add("stream.first-data", RobotTwinEventsJson.Default.FirstData)
        .Add("mode.changed", RobotTwinEventsJson.Default.ModeChanged)
        .Add("calibration.approved", RobotTwinEventsJson.Default.CalibrationApproved)
        .Add("sync.failed", RobotTwinEventsJson.Default.SyncFailed)
        .Add("sync.recovered", RobotTwinEventsJson.Default.SyncRecovered)
        .Add("child.failed", RobotTwinEventsJson.Default.ChildFailed)
        .Add("recording.started", RobotTwinEventsJson.Default.RecordingStarted)
        .Add("recording.stopped", RobotTwinEventsJson.Default.RecordingStopped)
        .Add("recording.sealed", RobotTwinEventsJson.Default.RecordingSealed)
        .Add("recording.failed", RobotTwinEventsJson.Default.RecordingFailed)
        .Add("recording.resumed", RobotTwinEventsJson.Default.RecordingResumed)
        .Add("recording.expired", RobotTwinEventsJson.Default.RecordingsExpired)
        .Build();

    /// <summary>Hash of an event's name and content: first 8 bytes of SHA-256, big endian.</summary>
    internal static long HashOf(RobotTwinEvent @event)
    {
        var written = Registry.Write(@event);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(written.Name.Name));
        hash.AppendData(written.Body.Span);
        return BinaryPrimitives.ReadInt64BigEndian(hash.GetHashAndReset());
    }
}

/// <summary>JSON of the events: camelCase, absent values left out.</summary>
[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    Converters = [typeof(RobotIdConverter)])]
[JsonSerializable(typeof(RobotTwinEvent.Registered))]
[JsonSerializable(typeof(RobotTwinEvent.Removed))]
[JsonSerializable(typeof(RobotTwinEvent.LinkConnected))]
[JsonSerializable(typeof(RobotTwinEvent.LinkStale))]
[JsonSerializable(typeof(RobotTwinEvent.LinkLost))]
[JsonSerializable(typeof(RobotTwinEvent.FirstData))]
[JsonSerializable(typeof(RobotTwinEvent.ModeChanged))]
[JsonSerializable(typeof(RobotTwinEvent.CalibrationApproved))]
[JsonSerializable(typeof(RobotTwinEvent.SyncFailed))]
[JsonSerializable(typeof(RobotTwinEvent.SyncRecovered))]
[JsonSerializable(typeof(RobotTwinEvent.ChildFailed))]
[JsonSerializable(typeof(RobotTwinEvent.RecordingStarted))]
[JsonSerializable(typeof(RobotTwinEvent.RecordingStopped))]
[JsonSerializable(typeof(RobotTwinEvent.RecordingSealed))]
[JsonSerializable(typeof(RobotTwinEvent.RecordingFailed))]
[JsonSerializable(typeof(RobotTwinEvent.RecordingResumed))]
[JsonSerializable(typeof(RobotTwinEvent.RecordingsExpired))]
internal sealed partial class RobotTwinEventsJson : JsonSerializerContext;

/// <summary>A robot id as its text.</summary>
internal sealed class RobotIdConverter : JsonConverter<RobotId>
{
    public override RobotId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        try
        {
            return RobotId.Parse(reader.GetString() ?? "");
        }
        catch (FormatException bad)
        {
            throw new JsonException(bad.Message, bad);
        }
    }

    public override void Write(Utf8JsonWriter writer, RobotId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
