using System.Diagnostics;
using TwinActors.Benchmarks.Ros2;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Testing;

namespace TwinActors.Benchmarks.Recording;

/// <summary>A fleet whose joint states are recorded as its links bring them, faster than in life.</summary>
/// <param name="robots">Robots.</param>
/// <param name="seconds">Time that is recorded of each, at 100 Hz [s].</param>
internal sealed class RecordedFleet(int robots, int seconds)
{
    private const int Joints = 28;
    private const int RatePerSecond = 100;

    // As often as the recorder actor looks.
    private const int RowsOfTick = RatePerSecond / 2;

    /// <summary>Records the fleet, and adds what it took.</summary>
    public void Run(BenchmarkRun run, string area, string folder)
    {
        var messages = new JointMotion("encoder of 17 bits", Joints, seconds * RatePerSecond).Rows()
            .Select(row => (row.ReceivedNs, Message: JointStateMessage.Write(row.StampNs, row.Values))).ToArray();
        var options = new RecordingOptions { Root = Path.Combine(folder, "fleet") };
        (RobotStream Stream, RobotRecorder Recorder)[] fleet = [.. Enumerable.Range(1, robots)
            .Select(number => Robot(RobotId.Parse($"robot{number}"), options))];
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime;
        for (var first = 0; first < messages.Length; first += RowsOfTick)
        {
            var last = Math.Min(first + RowsOfTick, messages.Length);
            foreach (var (stream, recorder) in fleet)
            {
                for (var row = first; row < last; row++)
                {
                    stream.HandOn(messages[row].Message, messages[row].ReceivedNs);
                }

                recorder.Tick(messages[last - 1].ReceivedNs);
            }
        }

        var bytes = fleet.Sum(robot => robot.Recorder.End(messages[^1].ReceivedNs).Sum(file => file.Bytes));
        process.Refresh();
        var processor = (process.TotalProcessorTime - before).TotalSeconds;
        var values = 3.0 * Joints * robots * messages.Length;
        var name = $"{robots} robots × {Joints} joints × {RatePerSecond} Hz recorded for {seconds} s";
        run.Add(area, $"{name}: disk, per joint value", "B", bytes / values, atMost: 1);
        run.Add(area, $"{name}: disk", "MB/s", bytes / 1e6 / seconds);
        run.Add(area, $"{name}: processor, of one core", "%", 100 * processor / seconds);
        run.Add(area, $"{name}: lost", "messages", fleet.Sum(robot => robot.Recorder.Lost), atMost: 0);
    }

    private static (RobotStream Stream, RobotRecorder Recorder) Robot(RobotId robot, RecordingOptions options)
    {
        var stream = new RobotStream(new StreamOptions
        {
            Name = "joints",
            Topic = $"/{robot.RosName}/joint_states",
            Type = "sensor_msgs/msg/JointState",
            Kind = StreamKind.Joints,
            Slots = 2,
        })
        { HandsOnMessages = true };
        var recorder = new RobotRecorder(options, robot, [stream], static () => { });
        recorder.Begin();
        return (stream, recorder);
    }
}
