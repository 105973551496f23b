using System.Globalization;
using System.Net.Http.Json;
using TwinActors.Contracts;
using TwinActors.Ros2.Dds;

namespace TwinActors.Benchmarks.Ros2;

/// <summary>Loads of other shapes over DDS: many slow topics, a few fast ones that are recorded, images beside joint
/// states.</summary>
internal static class LoadsArea
{
    private const int Domain = 76;
    private const int Joints = 28;

    public static async Task RunAsync(BenchmarkRun run)
    {
        if (DdsDomain.WhyUnavailable is { } why)
        {
            BenchmarkRun.Say($"loads: not measured. {why}");
            return;
        }

        var seconds = run.Seconds ?? (run.IsQuick ? 10 : 30);
        await ImagesAsync(run, seconds);
        await ManyTopicsAsync(run, seconds);
        await FastTopicsAsync(run, seconds);
    }

    private static async Task ManyTopicsAsync(BenchmarkRun run, double seconds)
    {
        const int Robots = 1000;
        const double Hz = 10;
        BenchmarkRun.Say($"loads: {Robots} topics of joint states at {Hz} Hz, {seconds} s. Generated motion.");
        var ids = PublishedFleet.Ids(Robots, "wide");
        await using var fleet = new PublishedFleet(Domain, Robots, Joints, Hz, "wide");
        await using var node = await StartedNode.RunAsync(Domain, "-D", "twin.sync.enabled=false");
        await NodeTraffic.RegisterAsync(node, ids);
        await Task.Delay(Ros2Area.WarmUp);
        var figures = await NodeTraffic.MeasureAsync(node, ids, seconds);
        run.Add("loads", $"{Robots} topics × {Hz} Hz: received, of those sent", "share",
            figures.Messages / (Robots * Hz * figures.Seconds), atLeast: 0.995);
        run.Add("loads", "  lost", "messages", figures.Lost, atMost: 0);
        run.Add("loads", "  processor time per joint state, node", "µs", figures.Microseconds);
        run.Add("loads", "  collections of generation 0 in the node", "count", figures.Gen0);
    }

    private static async Task FastTopicsAsync(BenchmarkRun run, double seconds)
    {
        const int Robots = 20;
        const double Hz = 1000;
        BenchmarkRun.Say($"loads: {Robots} topics of joint states at {Hz} Hz, recorded, {seconds} s. Generated.");
        var ids = PublishedFleet.Ids(Robots, "fast");
        await using var fleet = new PublishedFleet(Domain, Robots, Joints, Hz, "fast");
        await using var node = await StartedNode.RunAsync(Domain, "-D", "twin.sync.enabled=false");
        await NodeTraffic.RegisterAsync(node, ids);
        foreach (var id in ids)
        {
            using var started = await node.Http.PostAsync($"/api/v1/robots/{id}/recordings/start", content: null);
            started.EnsureSuccessStatusCode();
        }

        await Task.Delay(Ros2Area.WarmUp);
        var figures = await NodeTraffic.MeasureAsync(node, ids, seconds);
        long recorded = 0, notRecorded = 0;
        foreach (var id in ids)
        {
            var document = await node.Http.GetFromJsonAsync(
                $"/api/v1/robots/{id}/recordings", ContractsJson.Default.RecordingsDocument);
            recorded += document!.Messages;
            notRecorded += document.Lost;
        }

        run.Add("loads", $"{Robots} topics × {Hz} Hz, recorded: received, of those sent", "share",
            figures.Messages / (Robots * Hz * figures.Seconds), atLeast: 0.995);
        run.Add("loads", "  lost by DDS", "messages", figures.Lost, atMost: 0);
        run.Add("loads", "  recorded by now", "messages", recorded, atLeast: Robots * Hz * seconds);
        run.Add("loads", "  not recorded", "messages", notRecorded, atMost: 0);
        run.Add("loads", "  processor time per joint state, node", "µs", figures.Microseconds);
    }

    private static async Task ImagesAsync(BenchmarkRun run, double seconds)
    {
        BenchmarkRun.Say(
            $"loads: images of {CameraRobot.ImageBytes} bytes at {CameraRobot.ImageHz} Hz beside joint states at "
            + $"{CameraRobot.JointHz} Hz of the same robot, {seconds} s. Generated.");
        const string Robot = "camera1";
        await using var node = await StartedNode.RunAsync(Domain, "-D", "twin.sync.enabled=false");
        await NodeTraffic.RegisterAsync(node, [Robot], "camera");
        await using var robot = Started.Run(
            "TwinActors.Benchmarks", "TwinActors.Benchmarks", new Dictionary<string, string>(), "camera-robot",
            Domain.ToString(CultureInfo.InvariantCulture), Robot, seconds.ToString(CultureInfo.InvariantCulture));
        await robot.WaitForAsync("result", TimeSpan.FromSeconds(seconds + 90));
        var sent = robot.Output.Split('\n').First(line => line.StartsWith("result", StringComparison.Ordinal))
            .Split(' ').Skip(1).Select(word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        var streams = await NodeTraffic.StreamsAsync(node, Robot);
        var images = streams.Single(stream => stream.Topic.EndsWith("/image_raw", StringComparison.Ordinal));
        var joints = streams.Single(stream => stream.Topic.EndsWith("/joint_states", StringComparison.Ordinal));
        run.Add("loads", "images sent", "share",
            sent[0] / (CameraRobot.ImageHz * seconds), atLeast: 0.995);
        run.Add("loads", "  images missing without being counted as lost", "images",
            sent[0] - (images.Received ?? 0) - images.Lost, atMost: 0);
        run.Add("loads", "  images counted as lost", "images", images.Lost);
        run.Add("loads", "  joint states sent beside them", "share",
            sent[1] / (CameraRobot.JointHz * seconds), atLeast: 0.995);
        run.Add("loads", "  joint states missing", "messages", sent[1] - (joints.Received ?? 0), atMost: 0);
    }
}
