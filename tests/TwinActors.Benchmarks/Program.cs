using TwinActors.Benchmarks;
using TwinActors.Benchmarks.Api;
using TwinActors.Benchmarks.Journal;
using TwinActors.Benchmarks.Kernel;
using TwinActors.Benchmarks.Recording;
using TwinActors.Benchmarks.Ros2;
using TwinActors.Benchmarks.Simulation;
using TwinActors.Benchmarks.Sync;

// Benchmark processes of other kinds: the bare reader that the ROS 2 area measures beside the node, and a robot.
switch (args)
{
    case ["bare-reader", .. var rest]:
        return await BareReader.RunAsync(rest);
    case ["camera-robot", .. var rest]:
        return await CameraRobot.RunAsync(rest);
}

SortedDictionary<string, Func<BenchmarkRun, Task>> areas = new(StringComparer.Ordinal)
{
    ["api"] = ApiArea.RunAsync,
    ["journal"] = JournalArea.RunAsync,
    ["kernel"] = KernelArea.RunAsync,
    ["loads"] = LoadsArea.RunAsync,
    ["recording"] = RecordingArea.RunAsync,
    ["ros2"] = Ros2Area.RunAsync,
    ["simulation"] = SimulationArea.RunAsync,
    ["sync"] = SyncArea.RunAsync,
};

return await BenchmarkRun.MainAsync(args, areas);
