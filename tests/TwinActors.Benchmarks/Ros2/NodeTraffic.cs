using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Benchmarks.Ros2;

/// <summary>What came in within a time, and what it took.</summary>
/// <param name="Messages">Joint states.</param>
/// <param name="Lost">Messages lost or turned away.</param>
/// <param name="Cpu">Processor time [s].</param>
/// <param name="Seconds">How long it was measured [s].</param>
/// <param name="Gen0">Collections of generation 0.</param>
/// <param name="Memory">Resident memory at the end [MB].</param>
internal sealed record Measured(double Messages, long Lost, double Cpu, double Seconds, int Gen0, double Memory)
{
    /// <summary>Processor time per message [µs].</summary>
    public double Microseconds => 1e6 * Cpu / Messages;

    /// <summary>Both measurements as one.</summary>
    public Measured And(Measured other) => this with
    {
        Messages = Messages + other.Messages,
        Lost = Lost + other.Lost,
        Cpu = Cpu + other.Cpu,
        Seconds = Seconds + other.Seconds,
    };
}

/// <summary>Robots of a node whose traffic is measured.</summary>
internal static class NodeTraffic
{
    /// <summary>Registers robots whose joint states alone are read, or some other default streams too.</summary>
    public static async Task RegisterAsync(
        StartedNode node, IEnumerable<string> robots, params IReadOnlyList<string> alsoRead)
    {
        string[] others = ["imu", "laser", "camera", "odometry", "diagnostics", "battery"];
        foreach (var id in robots)
        {
            var request = new RegisterRobotRequest(
                id, Link: "ros2",
                Streams: [.. others.Except(alsoRead).Select(name => new StreamRequest(name, Enabled: false))]);
            using var answer = await node.Http.PostAsJsonAsync(
                "/api/v1/robots", request, ContractsJson.Default.RegisterRobotRequest);
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            }
        }
    }

    /// <summary>Measures some seconds.</summary>
    /// <remarks>What it costs the node to be asked for the counts of each robot is not what it costs to receive: they
    /// are asked for outside of the time that is measured, and the messages are those of as much time.</remarks>
    public static async Task<Measured> MeasureAsync(
        StartedNode node, IReadOnlyCollection<string> robots, double seconds)
    {
        var before = await CountAsync(node, robots);
        var from = await node.FactsAsync();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var to = await node.FactsAsync();
        var after = await CountAsync(node, robots);
        var measured = (DateTimeOffset.Parse(to.Now, CultureInfo.InvariantCulture)
            - DateTimeOffset.Parse(from.Now, CultureInfo.InvariantCulture)).TotalSeconds;
        return new Measured(
            (after.Received - before.Received) / Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds * measured,
            after.Lost - before.Lost, to.CpuSeconds - from.CpuSeconds, measured,
            to.Gen0Collections - from.Gen0Collections, to.WorkingSetBytes / 1e6);
    }

    /// <summary>Streams of a robot.</summary>
    public static async Task<IReadOnlyList<StreamDocument>> StreamsAsync(StartedNode node, string robot) =>
        await node.Http.GetFromJsonAsync(
            $"/api/v1/robots/{robot}/streams", ContractsJson.Default.IReadOnlyListStreamDocument) ?? [];

    private static async Task<(long Received, long Lost, long At)> CountAsync(
        StartedNode node, IEnumerable<string> robots)
    {
        var from = Stopwatch.GetTimestamp();
        long received = 0, lost = 0;
        foreach (var id in robots)
        {
            var streams = await StreamsAsync(node, id);
            received += streams.Sum(stream => stream.Received ?? 0);
            lost += streams.Sum(stream => stream.Lost + stream.Rejected);
        }

        return (received, lost, from + (Stopwatch.GetTimestamp() - from) / 2);
    }
}
