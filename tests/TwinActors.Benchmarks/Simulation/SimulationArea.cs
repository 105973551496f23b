using TwinActors.Benchmarks.Kernel;
using TwinActors.Robotics.Dynamics;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;
using TwinActors.Simulation;
using TwinActors.Simulation.VirtualRobots;
using TwinActors.Testing.Kdl;

namespace TwinActors.Benchmarks.Simulation;

/// <summary>What a virtual robot costs.</summary>
internal static class SimulationArea
{
    private const int Joints = 28;

    public static async Task RunAsync(BenchmarkRun run)
    {
        var model = UrdfReader.Read(SyntheticRobots.Urdf(Joints), "synthetic.urdf").Model!;
        var chain = Chain(model);
        var state = State(Joints);
        BenchmarkRun.Say(
            $"simulation: a generated robot of {Joints} joints, and the same bodies as one chain; one thread.");
        var rounds = run.IsQuick ? 20_000 : 100_000;
        (double Inverse, double Forward)? kdl = null;
        if (KdlPeer.WhyUnavailable is { } why)
        {
            BenchmarkRun.Say($"simulation: no peer. {why}");
        }
        else
        {
            var inverse = await KdlPeer.TimeAsync(model, model.JointsFromRoot[^1].Child, state, rounds / 10);
            var forward = await KdlPeer.TimeAsync(chain, chain.JointsFromRoot[^1].Child, state, rounds / 10);
            kdl = (inverse.Inverse / 1000, forward.Forward / 1000);
        }

        var (tree, line) = (new RigidBodyDynamics(new RigidBodyTree(model)), new RigidBodyDynamics(new(chain)));
        var results = new double[Joints];
        var (q, v, a) = (state.Positions, state.Velocities, state.Accelerations);
        var (efforts, down) = (state.ChainEfforts, state.Gravity);
        run.Add(
            "simulation", "forward dynamics step (articulated bodies), tree", "µs",
            await MicrosecondsAsync(rounds, () => tree.ForwardDynamics(q, v, efforts, down, results)),
            atMost: 8);
        run.Add(
            "simulation", "forward dynamics step (articulated bodies), chain", "µs",
            await MicrosecondsAsync(rounds, () => line.ForwardDynamics(q, v, efforts, down, results)),
            peer: kdl is { } f ? ("orocos-kdl", f.Forward) : null);
        run.Add(
            "simulation", "inverse dynamics (recursive Newton-Euler), tree", "µs",
            await MicrosecondsAsync(rounds, () => tree.InverseDynamics(q, v, a, down, results)),
            peer: kdl is { } i ? ("orocos-kdl", i.Inverse) : null);
        await VirtualRobotAsync(run, model, state, rounds);
        await SimulatedRobotAsync(run, model, rounds);
    }

    // As one follows a robot at 100 Hz: controller, drives, friction, dynamics, stops, once per tick.
    private static async Task VirtualRobotAsync(BenchmarkRun run, RobotModel model, KdlState state, int rounds)
    {
        var robot = new VirtualRobot(
            model, new VirtualRobotOptions { LongestSubstep = TimeSpan.FromMilliseconds(10) });
        var (positions, still) = (state.Positions, new double[Joints]);
        run.Add(
            "simulation", "virtual robot, a tick of 10 ms in one step", "µs",
            await MicrosecondsAsync(rounds, () => robot.Step(0.01, positions, still, still)),
            atMost: 8);
    }

    // As a process simulates one: the motion, four steps of 2.5 ms, sensors.
    private static async Task SimulatedRobotAsync(BenchmarkRun run, RobotModel model, int rounds)
    {
        var (moved, planned) = (
            new SimulatedRobot(model, new SimulationOptions { IsDynamic = true }),
            new SimulatedRobot(model, new SimulationOptions()));
        run.Add(
            "simulation", "simulated robot moved by forces, a sample of 100 Hz", "µs",
            await MicrosecondsAsync(rounds / 4, () => moved.Step()));
        run.Add(
            "simulation", "simulated robot with motion alone, a sample of 100 Hz", "µs",
            await MicrosecondsAsync(rounds, () => planned.Step()));
    }

    private static async Task<double> MicrosecondsAsync(int rounds, Action step)
    {
        var cost = await Cost.OfAsync(rounds, () =>
        {
            for (var i = 0; i < rounds; i++)
            {
                step();
            }

            return Task.CompletedTask;
        });
        return cost.Nanoseconds / 1000;
    }

    private static KdlState State(int count)
    {
        var random = new Random(1);
        double[] Numbers(double factor) =>
            [.. Enumerable.Range(0, count).Select(_ => ((2 * random.NextDouble()) - 1) * factor)];
        return new KdlState(Numbers(1), Numbers(1), Numbers(1), Numbers(1), RigidBodyDynamics.StandardGravity);
    }

    // The same bodies one behind the other.
    private static RobotModel Chain(RobotModel model) => new(
        "chain",
        model.Links,
        [.. model.Joints.Select((joint, i) => joint with
        {
            Parent = i == 0 ? model.Root.Name : model.Joints[i - 1].Child,
            Origin = new Pose(new Vector3(0, 0, 0.12), Quaternion.Identity),
        })]);
}
