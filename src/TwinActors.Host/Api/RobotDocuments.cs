using System.Text.Json.Nodes;
using TwinActors.Actors.Joints;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Sensors;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Twins.Links;

namespace TwinActors.Host.Api;

/// <summary>Readings of the twins as the documents that go over HTTP.</summary>
internal static class RobotDocuments
{
    public static RobotSummary Summary(TwinReading twin) => new(
        twin.Robot.Value,
        twin.Description.Model,
        twin.Description.Tags,
        Word(twin.Link),
        SyncDocuments.Word(twin.Mode),
        Health: null,
        twin.Sync is { } sync ? SyncDocuments.Word(sync.Status) : null,
        twin.Sync is { } word ? SyncDocuments.Word(word.Reason) : null,
        Alerts: null,
        Milliseconds(twin.Age),
        Time(twin.LastSeen),
        twin.Streams.Where(stream => stream.IsJoints).Max(stream => stream.RateHz),
        twin.Description.Link == "replay");

    /// <summary>The row of a robot whose twin does not answer: everything about it is unknown.</summary>
    public static RobotSummary Silent(string key) =>
        new(key, null, [], "unknown", "unknown", null, null, null, null, null, null, null, null);

    public static JointsDocument Joints(JointsReading joints, DateTimeOffset now) => new(
        Time(joints.StampNs),
        Time(joints.ReceivedAtNs),
        Age(joints.ReceivedAtNs, now),
        Word(joints.Quality),
        [.. joints.Joints.Select(joint => new JointDocument(
            joint.Name, Finite(joint.Position), Finite(joint.Velocity), Finite(joint.Effort), Time(joint.StampNs),
            Word(joint.Quality), joint.Implausible))]);

    public static SensorDocument Sensor(SensorReading sensor, DateTimeOffset now) => new(
        sensor.Stream.Name,
        sensor.Stream.Topic,
        sensor.Stream.Type,
        Time(sensor.StampNs),
        Time(sensor.ReceivedAtNs),
        Age(sensor.ReceivedAtNs, now),
        Word(sensor.Quality),
        sensor.Layout is null
            ? null
            : SampleJson.Of(
                new SampleReader(sensor.Layout, sensor.Frame.Span), $"{sensor.Stream.Topic}@{sensor.StampNs}"));

    public static StreamDocument Stream(StreamReading stream) => new(
        stream.Topic, stream.Type, stream.Received, stream.Rejected, stream.Lost, Finite(stream.RateHz),
        stream.ExpectedHz, Finite(stream.JitterMs), Milliseconds(stream.Age),
        stream.Quality is { } quality ? Word(quality) : "unmapped", stream.Reasons, stream.Publishers, stream.Thinned,
        stream.Problem);

    /// <summary>Robot clock minus node clock by the newest joint state [ms]: transport delay makes it too small, never
    /// too large. Null when the stamp is the very arrival: its sender left the stamp zero.</summary>
    public static double? ClockOffset(JointsReading joints) =>
        joints is { StampNs: { } stamp, ReceivedAtNs: { } received } && stamp != received
            ? Math.Round((stamp - received) / 1e6, 3)
            : null;

    public static string? Time(DateTimeOffset? instant) => instant is { } known ? Stamp.From(known).ToString() : null;

    private static string? Time(long? nanoseconds) => nanoseconds is { } known ? new Stamp(known).ToString() : null;

    private static double? Age(long? receivedAtNs, DateTimeOffset now) =>
        receivedAtNs is { } received ? Milliseconds(now - new Stamp(received).ToDateTimeOffset()) : null;

    private static double? Milliseconds(TimeSpan? span) =>
        span is { } known ? Math.Round(known.TotalMilliseconds, 3) : null;

    private static double? Finite(double? value) => value is { } known && double.IsFinite(known) ? known : null;

    private static string Word(LinkHealth health) => health switch
    {
        LinkHealth.Connected => "connected",
        LinkHealth.Stale => "stale",
        LinkHealth.Lost => "lost",
        _ => "none",
    };

    private static string Word(Quality quality) => quality switch
    {
        Quality.Measured => "measured",
        Quality.Extrapolated => "extrapolated",
        Quality.Stale => "stale",
        _ => "missing",
    };
}

/// <summary>A sample record as nested JSON with the ROS field names.</summary>
internal static class SampleJson
{
    /// <summary>NaN and infinity become null: JSON has neither. A byte array becomes its length and a reference to the
    /// message that holds it.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="reference">Names the message: its topic, <c>@</c>, and its stamp [ns since the UNIX epoch], by
    /// which a recording of the topic has it.</param>
    public static JsonObject Of(SampleReader sample, string reference)
    {
        var root = new JsonObject();
        for (var i = 0; i < sample.Layout.Fields.Length; i++)
        {
            var value = sample.Layout.Fields[i].Kind == FieldKind.Bytes
                ? new JsonObject { ["length"] = sample.Count(i), ["reference"] = reference }
                : Value(sample, i);
            Put(root, sample.Layout.Fields[i].Path.Split('.'), value);
        }

        return root;
    }

    private static void Put(JsonObject target, ReadOnlySpan<string> path, JsonNode? value)
    {
        while (path.Length > 1)
        {
            if (target[path[0]] is not JsonObject child)
            {
                target[path[0]] = child = [];
            }

            target = child;
            path = path[1..];
        }

        target[path[0]] = value;
    }

    private static JsonNode? Value(SampleReader sample, int field) => sample.Layout.Fields[field].Kind switch
    {
        FieldKind.Number => Number(sample.Number(field)),
        FieldKind.Integer => JsonValue.Create(sample.Integer(field)),
        FieldKind.Flag => JsonValue.Create(sample.Integer(field) != 0),
        FieldKind.Text => JsonValue.Create(sample.Text(field)),
        FieldKind.Numbers => Array(sample.Numbers(field)),
        FieldKind.Floats => Array(sample.Floats(field)),
        FieldKind.Integers => Array(sample.Integers(field)),
        var kind => throw new InvalidOperationException($"A field of kind {kind} has no JSON."),
    };

    private static JsonValue? Number(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;

    private static JsonArray Array(ReadOnlySpan<double> values)
    {
        var array = new JsonArray();
        foreach (var value in values)
        {
            array.Add((JsonNode?)Number(value));
        }

        return array;
    }

    // A float32 prints as its own shortest text, not as that of the double it would widen to.
    private static JsonArray Array(ReadOnlySpan<float> values)
    {
        var array = new JsonArray();
        foreach (var value in values)
        {
            array.Add((JsonNode?)(float.IsFinite(value) ? JsonValue.Create(value) : null));
        }

        return array;
    }

    private static JsonArray Array(ReadOnlySpan<long> values)
    {
        var array = new JsonArray();
        foreach (var value in values)
        {
            array.Add((JsonNode?)JsonValue.Create(value));
        }

        return array;
    }
}
