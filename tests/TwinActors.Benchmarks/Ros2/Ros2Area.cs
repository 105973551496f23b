using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;
using TwinActors.Ros2.Dds;

namespace TwinActors.Benchmarks.Ros2;

/// <summary>A fleet over DDS: a bare C# reader on the same traffic, the node, and the bare reader again, one after the
/// other: what a machine gives changes within minutes.</summary>
internal static class Ros2Area
{
    private const int Robots = 200;
    private const int Joints = 28;
    private const double RateHz = 100;
    private const int Domain = 77;

    /// <summary>Time that each process gets to compile its hot paths before it is measured.</summary>
    public static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(15);

    // One publishing process each.
    private static readonly string[] Prefixes = ["loada", "loadb"];

    public static async Task RunAsync(BenchmarkRun run)
    {
        if (DdsDomain.WhyUnavailable is { } why)
        {
            BenchmarkRun.Say($"ros2: not measured. {why}");
            return;
        }

        var seconds = run.IsQuick ? 10 : 60;
        BenchmarkRun.Say(
            $"ros2: {Robots} robots of {Joints} joints at {RateHz} Hz from {Prefixes.Length} processes, "
            + $"{seconds} s each. The robots' motion is generated. The node reads as the reader does: without "
            + "synchronizers, then once more with them.");
        await using var publishers = new Fleet();
        var bare = await MeasureBareAsync(seconds);
        var node = await MeasureNodeAsync(seconds, "-D", "twin.sync.enabled=false");
        bare = bare.And(await MeasureBareAsync(seconds));
        var synchronized = await MeasureNodeAsync(seconds);

        run.Add("ros2", "joint states received by the node, of those sent", "share",
            node.Messages / (Robots * RateHz * node.Seconds), atLeast: 0.995,
            peer: ("bare reader", bare.Messages / (Robots * RateHz * bare.Seconds)));
        run.Add("ros2", "joint states lost by the node", "messages", node.Lost, atMost: 0,
            peer: ("bare reader", bare.Lost));
        run.Add("ros2", "processor time per joint state, node", "µs", 1e6 * node.Cpu / node.Messages,
            peer: ("bare reader", 1e6 * bare.Cpu / bare.Messages), ratioAtMost: 1.5);
        run.Add("ros2", "processor load of the node", "cores", node.Cpu / node.Seconds,
            peer: ("bare reader", bare.Cpu / bare.Seconds));
        run.Add("ros2", "collections of generation 0 in the node", "count", node.Gen0);
        run.Add("ros2", "resident memory of the node", "MB", node.Memory);
        run.Add("ros2", "the same with a synchronizer at 100 Hz for each robot: joint states lost", "messages",
            synchronized.Lost, atMost: 0);
        run.Add("ros2", "the same with synchronizers: processor time per joint state and tick", "µs",
            1e6 * synchronized.Cpu / synchronized.Messages, peer: ("bare reader", 1e6 * bare.Cpu / bare.Messages));
    }

    private static async Task<Measured> MeasureBareAsync(double seconds)
    {
        await using var reader = Started.Run(
            "TwinActors.Benchmarks", "TwinActors.Benchmarks", new Dictionary<string, string>(),
            "bare-reader", Domain.ToString(CultureInfo.InvariantCulture), string.Join(',', Ids()),
            seconds.ToString(CultureInfo.InvariantCulture));
        await reader.WaitForAsync("result", TimeSpan.FromSeconds(seconds + 60));
        var result = reader.Output.Split('\n').First(line => line.StartsWith("result", StringComparison.Ordinal));
        var words = result.Split(' ').Skip(1);
        var values = words.Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        return new Measured((long)values[0], (long)values[1], values[2], values[3], 0, 0);
    }

    private static async Task<Measured> MeasureNodeAsync(double seconds, params string[] arguments)
    {
        await using var node = await StartedNode.RunAsync(Domain, arguments);
        foreach (var id in Ids())
        {
            var request = new RegisterRobotRequest(
                id, Link: "ros2",
                Streams: [.. new[] { "imu", "laser", "camera", "odometry", "diagnostics", "battery" }
                    .Select(name => new StreamRequest(name, Enabled: false))]);
            using var answer = await node.Http.PostAsJsonAsync(
                "/api/v1/robots", request, ContractsJson.Default.RegisterRobotRequest);
            if (!answer.IsSuccessStatusCode)
            {
                throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
            }
        }

        // What it costs the node to be asked for 200 counts is not what it costs to receive.
        await Task.Delay(WarmUp);
        var before = await CountAsync(node);
        var from = await node.FactsAsync();
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        var to = await node.FactsAsync();
        var after = await CountAsync(node);
        var measured = (DateTimeOffset.Parse(to.Now, CultureInfo.InvariantCulture)
            - DateTimeOffset.Parse(from.Now, CultureInfo.InvariantCulture)).TotalSeconds;
        return new Measured(
            (after.Received - before.Received) / Stopwatch.GetElapsedTime(before.At, after.At).TotalSeconds * measured,
            after.Lost - before.Lost, to.CpuSeconds - from.CpuSeconds, measured,
            to.Gen0Collections - from.Gen0Collections, to.WorkingSetBytes / 1e6);
    }

    private static async Task<(long Received, long Lost, long At)> CountAsync(StartedNode node)
    {
        var from = Stopwatch.GetTimestamp();
        long received = 0, lost = 0;
        foreach (var id in Ids())
        {
            var streams = await node.Http.GetFromJsonAsync(
                $"/api/v1/robots/{id}/streams", ContractsJson.Default.IReadOnlyListStreamDocument) ?? [];
            received += streams.Sum(stream => stream.Received ?? 0);
            lost += streams.Sum(stream => stream.Lost + stream.Rejected);
        }

        return (received, lost, from + (Stopwatch.GetTimestamp() - from) / 2);
    }

    private static IEnumerable<string> Ids() =>
        Prefixes.SelectMany(prefix => Enumerable.Range(1, Robots / Prefixes.Length).Select(i => $"{prefix}{i}"));

    private sealed record Measured(double Messages, long Lost, double Cpu, double Seconds, int Gen0, double Memory)
    {
        public Measured And(Measured other) => this with
        {
            Messages = Messages + other.Messages,
            Lost = Lost + other.Lost,
            Cpu = Cpu + other.Cpu,
            Seconds = Seconds + other.Seconds,
        };
    }

    /// <summary>The publishing processes.</summary>
    private sealed class Fleet : IAsyncDisposable
    {
        private readonly List<Started> _processes = [];

        public Fleet()
        {
            foreach (var prefix in Prefixes)
            {
                _processes.Add(Started.Run(
                    "TwinActors.Cli", "twin", new Dictionary<string, string>(),
                    "sim", "run", "--robots", (Robots / Prefixes.Length).ToString(CultureInfo.InvariantCulture),
                    "--prefix", prefix,
                    "--joints", Joints.ToString(CultureInfo.InvariantCulture),
                    "--rate", RateHz.ToString(CultureInfo.InvariantCulture),
                    "--domain", Domain.ToString(CultureInfo.InvariantCulture)));
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var process in _processes)
            {
                await process.DisposeAsync();
            }
        }
    }
}
