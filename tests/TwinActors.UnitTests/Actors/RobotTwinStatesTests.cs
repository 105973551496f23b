using System.Text;
using TwinActors.Actors.Journal;
using TwinActors.Persistence.Journal;
using TwinActors.Robotics;
using TwinActors.Twins.Calibration;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Synchronization;

namespace TwinActors.UnitTests.Actors;

/// <summary>
/// Every version of every state that was ever written, as it stands in snapshots: these lines never change.
/// </summary>
public sealed class RobotTwinStatesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly (string Name, int Version, string Json, RobotTwinState State)[] Golden =
    [
        ("robot.state.unregistered", 1, "{}", RobotTwinState.Unregistered.Instance),
        ("robot.state.gone", 1, """{"robot":"Arm-1","at":"2026-03-01T12:00:00+00:00"}""",
            new RobotTwinState.Gone(RobotId.Parse("Arm-1"), Noon)),
        ("robot.state.active", 2,
            """{"robot":"Arm-1","description":{"link":"ros2","tags":[],"jointOrder":[],"streams":[]}"""
                + ",\"registeredAt\":\"2026-03-01T12:00:00+00:00\",\"link\":\"Lost\","
                + "\"linkSince\":\"2026-03-01T12:00:02+00:00\",\"lastSeen\":\"2026-03-01T12:00:01+00:00\","
                + "\"linkReason\":\"gone\",\"mode\":\"Mirror\",\"streamsSeen\":[\"Imu\",\"camera\"]}",
            new RobotTwinState.Active
            {
                Robot = RobotId.Parse("Arm-1"),
                Description = new RobotDescription { Link = "ros2" },
                RegisteredAt = Noon,
                Link = LinkHealth.Lost,
                LinkSince = Noon.AddSeconds(2),
                LastSeen = Noon.AddSeconds(1),
                LinkReason = "gone",
                Mode = SyncMode.Mirror,
                StreamsSeen = [.. new[] { "camera", "Imu" }.Order(StringComparer.Ordinal)],
            }),
        ("robot.state.active", 2,
            """{"robot":"Arm-1","description":{"link":"ros2","tags":[],"jointOrder":[],"streams":[]}"""
                + ",\"registeredAt\":\"2026-03-01T12:00:00+00:00\",\"link\":\"None\",\"mode\":\"Shadow\","
                + "\"streamsSeen\":[],"
                + "\"recording\":{\"isWanted\":true,\"since\":\"2026-03-01T12:00:00+00:00\","
                + "\"problem\":\"disk full\",\"sealedThrough\":\"b.mcap\",\"expiredThrough\":\"a.mcap\"}}",
            new RobotTwinState.Active
            {
                Robot = RobotId.Parse("Arm-1"),
                Description = new RobotDescription { Link = "ros2" },
                RegisteredAt = Noon,
                Recording = new RecordingState
                {
                    IsWanted = true,
                    Since = Noon,
                    Problem = "disk full",
                    SealedThrough = "b.mcap",
                    ExpiredThrough = "a.mcap",
                },
            }),
        ("robot.state.active", 2,
            """{"robot":"Arm-1","description":{"link":"ros2","tags":[],"jointOrder":[],"streams":[]}"""
                + ",\"registeredAt\":\"2026-03-01T12:00:00+00:00\",\"link\":\"None\",\"mode\":\"Shadow\","
                + "\"streamsSeen\":[],\"calibration\":{\"joints\":[{\"joint\":\"elbow\",\"friction\":1.5,"
                + "\"damping\":0.5,\"rotorInertia\":0.25}]},\"calibratedAt\":\"2026-03-01T12:00:00+00:00\"}",
            new RobotTwinState.Active
            {
                Robot = RobotId.Parse("Arm-1"),
                Description = new RobotDescription { Link = "ros2" },
                RegisteredAt = Noon,
                Calibration = new RobotCalibration([new CalibratedJoint("elbow", 1.5, 0.5, 0.25)], null, null),
                CalibratedAt = Noon,
            }),
    ];

    [Fact]
    [Trait("Rule", "K-25")]
    public void Every_state_has_the_name_version_and_json_that_snapshots_hold()
    {
        foreach (var (name, version, json, state) in Golden)
        {
            var written = RobotTwinStates.Registry.Write(state);

            Assert.Equal((name, version), (written.Name.Name, written.Name.Version));
            Assert.Equal(json, Encoding.UTF8.GetString(written.Body.Span));
        }
    }

    [Fact]
    [Trait("Rule", "K-25")]
    public void Every_state_ever_written_can_be_read_and_written_again()
    {
        foreach (var (name, version, json, state) in Golden)
        {
            var read = RobotTwinStates.Registry.Read(new EventName(name, version), Encoding.UTF8.GetBytes(json));

            Assert.Equal(state.GetType(), read.GetType());
            Assert.Equal(json, Encoding.UTF8.GetString(RobotTwinStates.Registry.Write(read).Body.Span));
        }
    }

    [Fact]
    [Trait("Rule", "K-25")]
    public void A_state_from_before_there_were_modes_is_in_shadow()
    {
        const string Json = """
            {"robot":"Arm-1","description":{"link":"ros2","tags":[],"jointOrder":[],"streams":[]},
             "registeredAt":"2026-03-01T12:00:00+00:00","link":"Lost","linkSince":"2026-03-01T12:00:02+00:00",
             "lastSeen":"2026-03-01T12:00:01+00:00","linkReason":"gone","streamsSeen":["Imu","camera"]}
            """;

        var active = (RobotTwinState.Active)RobotTwinStates.Registry.Read(
            new EventName("robot.state.active", 1), Encoding.UTF8.GetBytes(Json));

        Assert.Equal(SyncMode.Shadow, active.Mode);
        Assert.Equal(["Imu", "camera"], active.StreamsSeen);
    }

    [Fact]
    public void Streams_of_a_state_that_was_read_are_in_ordinal_order()
    {
        var (name, version, json, _) = Golden[2];

        var active = (RobotTwinState.Active)RobotTwinStates.Registry.Read(
            new EventName(name, version), Encoding.UTF8.GetBytes(json));

        Assert.Same(StringComparer.Ordinal, active.StreamsSeen.KeyComparer);
    }

    [Fact]
    public void Every_kind_of_state_is_registered_and_has_a_golden_line()
    {
        var kinds = typeof(RobotTwinState).GetNestedTypes();

        Assert.All(kinds, kind => Assert.True(RobotTwinStates.Registry.TryGetName(kind, out _), kind.Name));
        Assert.Equal(kinds.ToHashSet(), Golden.Select(line => line.State.GetType()).ToHashSet());
    }
}
