namespace TwinActors.UnitTests.Cli;

/// <summary>Documents as a node sends them.</summary>
internal static class Documents
{
    public const string Fleet = """
        [{"id": "arm1", "model": "arm6", "tags": ["cell-2", "blue"], "link": "connected", "mode": "shadow",
          "health": null, "sync": null, "alerts": null, "ageMs": 8.4,
          "lastSeen": "2026-11-03T10:00:00.000000001Z", "rateHz": 99.96},
         {"id": "amr-07", "model": null, "tags": [], "link": "none", "mode": "shadow", "health": null, "sync": null,
          "alerts": null, "ageMs": null, "lastSeen": null, "rateHz": null}]
        """;

    public const string Joints = """
        {"stamp": "2026-11-03T10:00:00.000000001Z", "receivedAt": "2026-11-03T10:00:00.002Z", "ageMs": 4.2,
         "quality": "measured", "joints": [
          {"name": "elbow", "position": 1.25, "velocity": -0.5, "effort": null,
           "stamp": "2026-11-03T10:00:00.000000001Z", "quality": "measured", "implausible": true},
          {"name": "wrist", "position": null, "velocity": null, "effort": null, "stamp": null, "quality": "missing",
           "implausible": false}]}
        """;

    public const string Sensors = """
        [{"name": "imu", "topic": "/arm1/imu/data", "type": "sensor_msgs/msg/Imu", "stamp": null, "receivedAt": null,
          "ageMs": null, "quality": "missing", "value": null},
         {"name": "diagnostics", "topic": "/arm1/diagnostics", "type": "diagnostic_msgs/msg/DiagnosticArray",
          "stamp": "2026-11-03T10:00:00.000000001Z", "receivedAt": "2026-11-03T10:00:00.002Z", "ageMs": 4.2,
          "quality": "measured", "value": {"header": {"frame_id": "base"}, "levels": [0, 2, null],
          "status": [{"name": "knee", "values": [{"key": "temperature", "value": "81.5"}]}, {"name": "hip"}]}}]
        """;

    public const string Streams = """
        [{"topic": "/arm1/joint_states", "type": "sensor_msgs/msg/JointState", "received": 500, "rejected": 2,
          "lost": 0, "rateHz": 99.9, "expectedHz": 100, "jitterMs": 0.4, "ageMs": 8, "state": "measured",
          "reasons": {"unnamed": 2}, "publishers": 1, "thinned": 0, "problem": null},
         {"topic": "/arm1/imu/data", "type": "sensor_msgs/msg/Imu", "received": 0, "rejected": 0, "lost": 0,
          "rateHz": null, "expectedHz": null, "jitterMs": null, "ageMs": null,
          "state": "missing", "reasons": {}, "publishers": 1,
          "thinned": 0, "problem": "reliability: the publisher offers best effort"}]
        """;

    public const string Actors = """
        {"path": "/", "type": "Root", "state": "running", "depth": 0, "handled": 0, "restarts": 0, "lastFailure": null,
         "idleMs": null, "children": [
          {"path": "/user", "type": "Guardian", "state": "running", "depth": 0, "handled": 2, "restarts": 0,
           "lastFailure": null, "idleMs": 61000, "children": [
            {"path": "/user/robots", "type": "Robots", "state": "running", "depth": 3, "handled": 9, "restarts": 1,
             "lastFailure": "disk full", "idleMs": 12, "children": []}]}]}
        """;

    public static string Robot => $$"""
        {"robot": {{Fleet.Trim()[1..Fleet.Trim().IndexOf("},", StringComparison.Ordinal)]}}},
         "linkKind": "ros2", "linkReason": null, "registeredAt": "2026-11-03T09:00:00Z", "version": 3,
         "clockOffsetMs": 38, "joints": {{Joints}}, "sensors": [], "signals": [], "streams": {{Streams}}}
        """;
}
