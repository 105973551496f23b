using System.Diagnostics;
using System.Globalization;
using System.Text;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Testing.Kdl;

/// <summary>Kinematics and dynamics of the same robot by orocos-kdl, in a program of its own.</summary>
public static class KdlPeer
{
    private static readonly Lazy<Task<string>> Program = new(BuildAsync);

    /// <summary>Why the peer cannot be built here; absent when it can.</summary>
    public static string? WhyUnavailable =>
        !File.Exists("/usr/bin/g++") ? "The KDL peer cannot be built: apt install g++."
        : !File.Exists("/usr/include/kdl/tree.hpp") ? "The KDL peer cannot be built: apt install liborocos-kdl-dev."
        : null;

    /// <summary>What KDL says of one state.</summary>
    /// <param name="model">The robot; its root is held.</param>
    /// <param name="tip">Link at the end of the chain whose accelerations are computed.</param>
    /// <param name="state">The state.</param>
    public static async Task<KdlAnswer> SolveAsync(RobotModel model, string tip, KdlState state)
    {
        var lines = await RunAsync(["check"], Describe(model, tip, state));
        return new KdlAnswer(
            InModelOrder(model, Numbers(lines[0])),
            Numbers(lines[1]),
            model.JointsFromRoot.Select((joint, i) => (joint.Child, Numbers(lines[2 + i])))
                .ToDictionary(pair => pair.Child, pair => ToPose(pair.Item2)));
    }

    /// <summary>Processor time of KDL per call [ns]: inverse dynamics of the tree, forward dynamics of the
    /// chain.</summary>
    public static async Task<(double Inverse, double Forward)> TimeAsync(
        RobotModel model, string tip, KdlState state, int rounds)
    {
        var lines = await RunAsync(
            ["time", rounds.ToString(CultureInfo.InvariantCulture)], Describe(model, tip, state));
        var numbers = Numbers(lines[0]);
        return (numbers[0], numbers[1]);
    }

    /// <summary>Movable joints from the root to a link, in that order.</summary>
    public static IReadOnlyList<Joint> ChainTo(RobotModel model, string tip)
    {
        var chain = new List<Joint>();
        for (var link = tip; link != model.Root.Name;)
        {
            var joint = model.Joints.Single(one => one.Child == link);
            if (joint.IsMovable)
            {
                chain.Insert(0, joint);
            }

            link = joint.Parent;
        }

        return chain;
    }

    private static string Describe(RobotModel model, string tip, KdlState state)
    {
        var text = new StringBuilder();
        text.AppendLine(model.Root.Name).AppendLine(Text(model.Joints.Length));
        foreach (var joint in model.JointsFromRoot)
        {
            var type = !joint.IsMovable ? "fixed" : joint.IsLinear ? "linear" : "angular";
            text.AppendJoin(' ', joint.Child, joint.Parent, type, Text(joint.Origin), Text(joint.Axis));
            var inertial = model.FindLink(joint.Child)!.Inertial ?? new Inertial(Pose.Identity, 0, default);
            var about = inertial.Inertia;
            text.Append(' ').AppendJoin(' ', Text(inertial.Mass), Text(inertial.Origin));
            text.Append(' ').AppendJoin(
                ' ', Text(about.Ixx), Text(about.Iyy), Text(about.Izz), Text(about.Ixy), Text(about.Ixz),
                Text(about.Iyz));
            text.AppendLine();
        }

        text.AppendLine(tip).AppendLine(Text(state.Gravity)).AppendLine("1");
        foreach (var values in new[] { state.Positions, state.Velocities, state.Accelerations })
        {
            text.AppendJoin(' ', FromRoot(model).Select(i => Text(values[i]))).AppendLine();
        }

        var chain = ChainTo(model, tip).Select(joint => model.MovableJoints.IndexOf(joint)).ToArray();
        foreach (var values in new[] { state.Positions, state.Velocities, state.ChainEfforts })
        {
            text.AppendJoin(' ', chain.Select(i => Text(values[i]))).AppendLine();
        }

        return text.ToString();
    }

    // Coordinates of the model in the order in which KDL numbers them.
    private static IEnumerable<int> FromRoot(RobotModel model) =>
        model.JointsFromRoot.Where(joint => joint.IsMovable).Select(joint => model.MovableJoints.IndexOf(joint));

    private static double[] InModelOrder(RobotModel model, double[] values)
    {
        var ordered = new double[values.Length];
        foreach (var (coordinate, value) in FromRoot(model).Zip(values))
        {
            ordered[coordinate] = value;
        }

        return ordered;
    }

    private static Pose ToPose(double[] n) =>
        new(new Vector3(n[0], n[1], n[2]), new Quaternion(n[3], n[4], n[5], n[6]));

    private static double[] Numbers(string line) =>
        [.. line.Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Text(Vector3 vector) => $"{Text(vector.X)} {Text(vector.Y)} {Text(vector.Z)}";

    private static string Text(Pose pose)
    {
        var rotation = pose.Rotation;
        return $"{Text(pose.Translation)} {Text(rotation.X)} {Text(rotation.Y)} {Text(rotation.Z)} {Text(rotation.W)}";
    }

    private static async Task<string[]> RunAsync(string[] arguments, string input)
    {
        var output = await StartAsync(await Program.Value, arguments, input);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static async Task<string> BuildAsync()
    {
        var folder = Directory.CreateTempSubdirectory("twinactors-kdl-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        var program = Path.Combine(folder, "peer");
        var source = Path.Combine(AppContext.BaseDirectory, "Kdl", "peer.cpp");
        // No -march: vectors of Eigen would then be aligned in another way than in the library.
        await StartAsync("g++", ["-O2", "-I/usr/include/eigen3", "-o", program, source, "-lorocos-kdl"], "");
        return program;
    }

    private static async Task<string> StartAsync(string program, string[] arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {await errors}");
    }
}

/// <summary>A state of a robot, one value per movable joint in model order.</summary>
/// <param name="Positions">Positions [rad or m].</param>
/// <param name="Velocities">Velocities [rad/s or m/s].</param>
/// <param name="Accelerations">Accelerations [rad/s² or m/s²].</param>
/// <param name="ChainEfforts">Efforts [N·m or N]; those of the chain's joints are used.</param>
/// <param name="Gravity">Gravity in the root link's frame [m/s²].</param>
public sealed record KdlState(
    double[] Positions, double[] Velocities, double[] Accelerations, double[] ChainEfforts, Vector3 Gravity);

/// <summary>What KDL computed.</summary>
/// <param name="Efforts">Efforts of the tree's joints for the accelerations, in model order [N·m or N].</param>
/// <param name="ChainAccelerations">Accelerations of the chain's joints for the efforts, from the root on.</param>
/// <param name="Poses">Pose of each link but the root.</param>
public sealed record KdlAnswer(
    double[] Efforts, double[] ChainAccelerations, IReadOnlyDictionary<string, Pose> Poses);
