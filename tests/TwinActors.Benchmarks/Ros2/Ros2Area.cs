using System.Globalization;
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
        await using var publishers = new PublishedFleet(Domain, Robots, Joints, RateHz, Prefixes);
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
        await NodeTraffic.RegisterAsync(node, Ids());
        await Task.Delay(WarmUp);
        return await NodeTraffic.MeasureAsync(node, Ids(), seconds);
    }

    private static IReadOnlyList<string> Ids() => PublishedFleet.Ids(Robots, Prefixes);
}
