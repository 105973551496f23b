using System.Diagnostics;
using System.Net.Http.Json;
using TwinActors.Contracts;
using TwinActors.Contracts.Robots;

namespace TwinActors.Benchmarks.Api;

/// <summary>The HTTP API of a node with simulated robots: latency and processor time per request.</summary>
internal static class ApiArea
{
    private const int Robots = 50;
    private const int Domain = 78;

    public static async Task RunAsync(BenchmarkRun run)
    {
        BenchmarkRun.Say(
            $"api: {Robots} robots simulated inside the node, one client. The robots' motion is generated.");
        await using var node = await StartedNode.RunAsync(Domain, "-D", "twin.ros2.enabled=false");
        for (var i = 0; i < Robots; i++)
        {
            using var answer = await node.Http.PostAsJsonAsync(
                "/api/v1/robots", new RegisterRobotRequest($"sim{i}", Model: "arm6", Link: "simulated"),
                ContractsJson.Default.RegisterRobotRequest);
            answer.EnsureSuccessStatusCode();
        }

        await Task.Delay(TimeSpan.FromSeconds(3));
        var idle = await IdleAsync(node, run.IsQuick ? 3 : 10);
        run.Add("api", $"processor load without requests, {Robots} robots at 100 Hz", "cores", idle);
        await MeasureAsync(run, node, idle, "/api/v1/robots", "fleet list");
        await MeasureAsync(run, node, idle, "/api/v1/robots/sim7/joints", "joints of a robot");
        await MeasureAsync(run, node, idle, "/api/v1/robots/sim7", "full document of a robot");
    }

    private static async Task<double> IdleAsync(StartedNode node, double seconds)
    {
        var (cpu, clock) = (node.Process.CpuSeconds, Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        return (node.Process.CpuSeconds - cpu) / clock.Elapsed.TotalSeconds;
    }

    private static async Task MeasureAsync(BenchmarkRun run, StartedNode node, double idle, string path, string name)
    {
        var uri = new Uri(path, UriKind.Relative);
        for (var i = 0; i < 200; i++)
        {
            await node.Http.GetByteArrayAsync(uri);
        }

        var latencies = new double[run.IsQuick ? 500 : 3000];
        var (cpu, clock) = (node.Process.CpuSeconds, Stopwatch.StartNew());
        for (var i = 0; i < latencies.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await node.Http.GetByteArrayAsync(uri);
            latencies[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        var used = node.Process.CpuSeconds - cpu - idle * clock.Elapsed.TotalSeconds;
        Array.Sort(latencies);
        run.Add("api", $"{name}: latency p50", "ms", latencies[latencies.Length / 2]);
        run.Add("api", $"{name}: latency p99", "ms", latencies[latencies.Length * 99 / 100], atMost: 50);
        run.Add("api", $"{name}: processor time per request", "µs", 1e6 * used / latencies.Length);
    }
}
