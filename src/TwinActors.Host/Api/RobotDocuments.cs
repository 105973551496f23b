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

    public static SignalDocument Signal(SignalReading signal, DateTimeOffset now) => new(
        signal.Signal,
        signal.Value,
        signal.Mapping.Unit,
        signal.Mapping.Topic,
        signal.Mapping.Field,
        Time(signal.Sample?.StampNs),
        Age(signal.Sample?.ReceivedAtNs, now),
        Word(signal.Quality),
        signal.Problem);

    public static StreamDocument Stream(StreamReading stream) => new(
        stream.Topic, stream.Type, stream.Received, stream.Rejected, stream.Lost, Finite(stream.RateHz),
        stream.ExpectedHz, Finite(stream.JitterMs), Milliseconds(stream.Age),
        stream.Quality is { } quality ? Word(quality) : "unmapped", stream.Reasons, stream.Publishers, stream.Thinned,
        stream.Problem, stream.Gaps);

    /// <summary>Robot clock minus node clock by the newest joint state [ms]: transport delay makes it too small, never
    /// too large. Null when the stamp is the very arrival: its sender left the stamp zero.</summary>
    public static double? ClockOffset(JointsReading joints) =>
        joints is { StampNs: { } stamp, ReceivedAtNs: { } received } && stamp != received
            ? Math.Round((stamp - received) / 1e6, 3)
            : null;

    public static ClockDocument? Clock(ClockEstimate? clock) => clock is null
        ? null
        : new ClockDocument(
            Math.Round(clock.OffsetMs, 3), Rounded(clock.OffsetUncertaintyMs), Rounded(clock.DriftPpm),
            Rounded(clock.DriftUncertaintyPpm), Math.Round(clock.Span.TotalSeconds, 1));

    public static string? Time(DateTimeOffset? instant) => instant is { } known ? Stamp.From(known).ToString() : null;

    private static string? Time(long? nanoseconds) => nanoseconds is { } known ? new Stamp(known).ToString() : null;

    private static double? Age(long? receivedAtNs, DateTimeOffset now) =>
        receivedAtNs is { } received ? Milliseconds(now - new Stamp(received).ToDateTimeOffset()) : null;

    private static double? Milliseconds(TimeSpan? span) =>
        span is { } known ? Math.Round(known.TotalMilliseconds, 3) : null;

    private static double? Rounded(double? value) =>
        Finite(value) is { } known ? Math.Round(known, 3) : null;

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
