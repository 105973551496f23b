using System.Text;
using TwinActors.Actors.Journal;
using TwinActors.Persistence.Journal;
using TwinActors.Robotics;
using TwinActors.Twins.Calibration;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Synchronization;

namespace TwinActors.UnitTests.Actors;

/// <summary>
/// Every version of every event that was ever written, as it stands in journals: these lines never change.
/// </summary>
public sealed class RobotTwinEventsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly (string Name, string Json, RobotTwinEvent Event)[] Golden =
    [
        ("robot.registered",
            """{"robot":"Arm-1","at":"2026-03-01T12:00:00+00:00","description":"""
                + """{"model":"arm6","link":"ros2","tags":["cell-1"],"jointOrder":["a"],"streams":["""
                + """{"name":"imu","topic":"/x/imu","type":"sensor_msgs/msg/Imu","expectedHz":"""
                + """100,"enabled":true}]}}""",
            new RobotTwinEvent.Registered(RobotId.Parse("Arm-1"), Noon, new RobotDescription
            {
                Model = "arm6",
                Link = "ros2",
                Tags = ["cell-1"],
                JointOrder = ["a"],
                Streams = [new StreamOverride("imu", "/x/imu", "sensor_msgs/msg/Imu", 100, null, true)],
            })),
        ("robot.removed", """{"at":"2026-03-01T12:00:00+00:00"}""", new RobotTwinEvent.Removed(Noon)),
        ("link.connected", """{"at":"2026-03-01T12:00:00+00:00"}""", new RobotTwinEvent.LinkConnected(Noon)),
        ("link.stale", """{"at":"2026-03-01T12:00:00+00:00","lastSeen":"2026-03-01T11:59:59+00:00"}""",
            new RobotTwinEvent.LinkStale(Noon, Noon.AddSeconds(-1))),
        ("link.lost", """{"at":"2026-03-01T12:00:00+00:00","reason":"gone"}""",
            new RobotTwinEvent.LinkLost(Noon, null, "gone")),
        ("stream.first-data", """{"at":"2026-03-01T12:00:00+00:00","stream":"imu","topic":"/arm1/imu/data"}""",
            new RobotTwinEvent.FirstData(Noon, "imu", "/arm1/imu/data")),
        ("mode.changed", """{"at":"2026-03-01T12:00:00+00:00","mode":"Advise"}""",
            new RobotTwinEvent.ModeChanged(Noon, SyncMode.Advise)),
        ("calibration.approved",
            """{"at":"2026-03-01T12:00:00+00:00","calibration":{"joints":[{"joint":"elbow","friction":"""
                + """1.5,"damping":0.5,"rotorInertia":0.25}],"payload":{"link":"tool","mass":2},"effortDelay":0.01}}""",
            new RobotTwinEvent.CalibrationApproved(Noon, new RobotCalibration(
                [new CalibratedJoint("elbow", 1.5, 0.5, 0.25)], new CalibratedPayload("tool", 2), 0.01))),
        ("sync.failed", """{"at":"2026-03-01T12:00:00+00:00","cause":"Contact","error":0.25}""",
            new RobotTwinEvent.SyncFailed(Noon, SyncCause.Contact, 0.25)),
        ("sync.recovered", """{"at":"2026-03-01T12:00:00+00:00"}""", new RobotTwinEvent.SyncRecovered(Noon)),
        ("child.failed", """{"at":"2026-03-01T12:00:00+00:00","child":"joints","reason":"broken"}""",
            new RobotTwinEvent.ChildFailed(Noon, "joints", "broken")),
        ("recording.started", """{"at":"2026-03-01T12:00:00+00:00"}""", new RobotTwinEvent.RecordingStarted(Noon)),
        ("recording.stopped", """{"at":"2026-03-01T12:00:00+00:00"}""", new RobotTwinEvent.RecordingStopped(Noon)),
        ("recording.sealed",
            """{"at":"2026-03-01T12:00:00+00:00","recording":{"file":"20260301T115000.000Z.mcap",  """.TrimEnd()
                + """ "from":"2026-03-01T11:50:00+00:00","to":"2026-03-01T12:00:00+00:00","messages":7,  """.Trim()
                + """ "bytes":512,"sha256":"ab"}}""".Trim(),
            new RobotTwinEvent.RecordingSealed(
                Noon, new SealedRecording("20260301T115000.000Z.mcap", Noon.AddMinutes(-10), Noon, 7, 512, "ab"))),
        ("recording.failed", """{"at":"2026-03-01T12:00:00+00:00","reason":"disk full"}""",
            new RobotTwinEvent.RecordingFailed(Noon, "disk full")),
        ("recording.resumed", """{"at":"2026-03-01T12:00:00+00:00"}""", new RobotTwinEvent.RecordingResumed(Noon)),
        ("recording.expired",
            """{"at":"2026-03-01T12:00:00+00:00","through":"20260228T000000.000Z.mcap","reason":"old"}""",
            new RobotTwinEvent.RecordingsExpired(Noon, "20260228T000000.000Z.mcap", "old")),
    ];

    [Fact]
    [Trait("Rule", "K-25")]
    public void Every_event_has_the_name_version_and_json_that_journals_hold()
    {
        foreach (var (name, json, @event) in Golden)
        {
            var written = RobotTwinEvents.Registry.Write(@event);

            Assert.Equal((name, 1), (written.Name.Name, written.Name.Version));
            Assert.Equal(json, Encoding.UTF8.GetString(written.Body.Span));
        }
    }

    [Fact]
    [Trait("Rule", "K-25")]
    public void Every_event_ever_written_can_be_read_and_written_again()
    {
        foreach (var (name, json, @event) in Golden)
        {
            var read = RobotTwinEvents.Registry.Read(new EventName(name, 1), Encoding.UTF8.GetBytes(json));

            Assert.Equal(@event.GetType(), read.GetType());
            Assert.Equal(json, Encoding.UTF8.GetString(RobotTwinEvents.Registry.Write(read).Body.Span));
        }
    }

    [Fact]
    [Trait("Rule", "K-25")]
    public void Every_kind_of_event_is_registered_and_has_a_golden_line()
    {
        var kinds = typeof(RobotTwinEvent).GetNestedTypes();

        Assert.All(kinds, kind => Assert.True(RobotTwinEvents.Registry.TryGetName(kind, out _), kind.Name));
        Assert.Equal(kinds.ToHashSet(), Golden.Select(line => line.Event.GetType()).ToHashSet());
    }
}
