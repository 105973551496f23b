using TwinActors.Benchmarks;
using TwinActors.Benchmarks.Api;
using TwinActors.Benchmarks.Journal;
using TwinActors.Benchmarks.Kernel;
using TwinActors.Benchmarks.Recording;
using TwinActors.Benchmarks.Ros2;
using TwinActors.Benchmarks.Simulation;
using TwinActors.Benchmarks.Sync;

// A benchmark process of another kind: the bare reader that the ROS 2 area measures beside the node.
if (args is ["bare-reader", .. var rest])
{
    return await BareReader.RunAsync(rest);
}

SortedDictionary<string, Func<BenchmarkRun, Task>> areas = new(StringComparer.Ordinal)
{
    ["api"] = ApiArea.RunAsync,
    ["journal"] = JournalArea.RunAsync,
    ["kernel"] = KernelArea.RunAsync,
    ["recording"] = RecordingArea.RunAsync,
    ["ros2"] = Ros2Area.RunAsync,
    ["simulation"] = SimulationArea.RunAsync,
    ["sync"] = SyncArea.RunAsync,
};

return await BenchmarkRun.MainAsync(args, areas);
