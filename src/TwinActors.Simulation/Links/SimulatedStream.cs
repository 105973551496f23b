// Hot path: run once per sample. Allocates nothing once the ring's slots have grown.
using System.Text;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Simulation.Sensors;

namespace TwinActors.Simulation.Links;

/// <summary>Writes one kind of sample of a simulated robot into the ring of one stream.</summary>
internal sealed class SimulatedStream
{
    private readonly SimulatedRobot _robot;
    private readonly RobotStream _stream;
    private readonly int _layoutId;
    private readonly byte[] _frameName;
    private readonly byte[] _childFrameName;
    private readonly long _shortestPeriodNs;
    private long _lastStampNs = long.MinValue;

    private SimulatedStream(SimulatedRobot robot, RobotStream stream, SimulatedOutputs output)
    {
        _robot = robot;
        _stream = stream;
        Output = output;
        // The clock of a twin may be coarse: a sample that is early by a tenth of a period is in time.
        _shortestPeriodNs = stream.Options.MaximumHz is { } hertz ? (long)(0.9e9 / hertz) : 0;
        _childFrameName = Encoding.UTF8.GetBytes(robot.Model.Root.Name);
        _frameName = Encoding.UTF8.GetBytes(output switch
        {
            SimulatedOutputs.Imu => robot.ImuFrame ?? "",
            SimulatedOutputs.Laser => robot.LaserFrame ?? "",
            _ => "odom",
        });
        _layoutId = stream.Joints is { } joints
            ? JointLayoutId(joints, robot)
            : SensorLayoutId(stream.Samples!, LayoutOf(output));
    }

    /// <summary>Which samples of the robot the stream takes.</summary>
    public SimulatedOutputs Output { get; }

    /// <summary>The stream's counters.</summary>
    public StreamCounters Counters => _stream.Counters;

    /// <summary>Connects a stream by its ROS type, and by the end of its topic where several kinds of samples have one
    /// type; <see langword="null"/> when the robot has no such samples.</summary>
    public static SimulatedStream? Connect(SimulatedRobot robot, RobotStream stream)
    {
        var ofType = SimulatedTopics.All.Where(topic => topic.Type == stream.Options.Type).ToArray();
        var output = ofType.Length == 1
            ? ofType[0].Output
            : Array.Find(ofType, topic => stream.Options.Topic.EndsWith($"/{topic.Topic}", StringComparison.Ordinal))
                .Output;
        var isJoints = stream.Options.Kind is StreamKind.Joints;
        var fits = output is not SimulatedOutputs.None
            && robot.Outputs.HasFlag(output)
            && isJoints == (output is SimulatedOutputs.Joints);
        return fits ? new SimulatedStream(robot, stream, output) : null;
    }

    /// <summary>Writes the robot's newest sample.</summary>
    /// <param name="stampNs">When it was measured [ns since the UNIX epoch].</param>
    /// <param name="receivedAtNs">Now, on the twin's clock [ns since the UNIX epoch].</param>
    public void Write(long stampNs, long receivedAtNs)
    {
        if (stampNs - _shortestPeriodNs < _lastStampNs)
        {
            _stream.Counters.CountThinned();
            return;
        }

        _lastStampNs = stampNs;
        var length = Output switch
        {
            SimulatedOutputs.Imu => WriteImu(stampNs),
            SimulatedOutputs.Laser => WriteLaser(stampNs),
            SimulatedOutputs.Odometry => WriteOdometry(stampNs),
            SimulatedOutputs.Joints => WriteJoints(),
            _ => WriteMotors(),
        };
        _stream.Joints?.EndWrite(stampNs, receivedAtNs, _layoutId);
        _stream.Samples?.EndWrite(stampNs, receivedAtNs, _layoutId);
        _stream.Counters.Count(length, receivedAtNs);
        _stream.SignalNewFrames();
    }

    private static SampleLayout LayoutOf(SimulatedOutputs output) => output switch
    {
        SimulatedOutputs.Imu => SimulatedLayouts.Imu,
        SimulatedOutputs.Laser => SimulatedLayouts.LaserScan,
        SimulatedOutputs.Odometry => SimulatedLayouts.Odometry,
        _ => SimulatedLayouts.Motors,
    };

    // A stream outlives its links: reopening must not add the same layout again and again.
    private static int JointLayoutId(SampleRing<JointLayout> ring, SimulatedRobot robot)
    {
        for (var id = 0; id < ring.Layouts.Length; id++)
        {
            if (ring.Layouts[id].Names.AsSpan().SequenceEqual(robot.JointNames.AsSpan()))
            {
                return id;
            }
        }

        return ring.AddLayout(new JointLayout(robot.JointNames));
    }

    private static int SensorLayoutId(SampleRing<SampleLayout> ring, SampleLayout layout)
    {
        var id = ring.Layouts.IndexOf(layout);
        return id < 0 ? ring.AddLayout(layout) : id;
    }

    private int WriteJoints()
    {
        var joints = _robot.JointNames.Length;
        var length = 3 * joints * sizeof(double);
        var columns = _stream.Joints!.Layouts[_layoutId].Columns(_stream.Joints.BeginWrite(length));
        _robot.Positions.CopyTo(columns);
        _robot.Velocities.CopyTo(columns[joints..]);
        if (_robot.Efforts.IsEmpty)
        {
            columns[(2 * joints)..].Fill(double.NaN);
        }
        else
        {
            _robot.Efforts.CopyTo(columns[(2 * joints)..]);
        }

        return length;
    }

    private int WriteImu(long stampNs)
    {
        var layout = SimulatedLayouts.Imu;
        var length = layout.FixedLength + Tail(_frameName.Length, 1) + (3 * Tail(9, sizeof(double)));
        var writer = new SampleWriter(layout, _stream.Samples!.BeginWrite(length));
        var sample = _robot.ReadImu();
        var field = WriteHeader(ref writer, stampNs);
        field = WriteTurn(ref writer, field, sample.Orientation);
        WriteDiagonal(writer.Numbers(field++, 9), ImuSample.OrientationVariance);
        field = WriteVector(ref writer, field, sample.AngularVelocity);
        WriteDiagonal(writer.Numbers(field++, 9), ImuSample.AngularVelocityVariance);
        field = WriteVector(ref writer, field, sample.LinearAcceleration);
        WriteDiagonal(writer.Numbers(field, 9), ImuSample.LinearAccelerationVariance);
        return length;
    }

    private int WriteLaser(long stampNs)
    {
        var layout = SimulatedLayouts.LaserScan;
        var ranges = _robot.LaserRanges;
        var length = layout.FixedLength + Tail(_frameName.Length, 1) + Tail(ranges.Length, sizeof(float));
        var writer = new SampleWriter(layout, _stream.Samples!.BeginWrite(length));
        var geometry = _robot.LaserGeometry;
        var field = WriteHeader(ref writer, stampNs);
        writer.Number(field++, geometry.AngleMinimum);
        writer.Number(field++, geometry.AngleMaximum);
        writer.Number(field++, geometry.AngleIncrement);
        // The simulated scanner sees all beams at once.
        writer.Number(field++, 0);
        writer.Number(field++, geometry.ScanSeconds);
        writer.Number(field++, geometry.RangeMinimum);
        writer.Number(field++, geometry.RangeMaximum);
        ranges.CopyTo(writer.Floats(field++, ranges.Length));
        _ = writer.Floats(field, 0);
        return length;
    }

    private int WriteOdometry(long stampNs)
    {
        var layout = SimulatedLayouts.Odometry;
        var texts = Tail(_frameName.Length, 1) + Tail(_childFrameName.Length, 1);
        var length = layout.FixedLength + texts + (2 * Tail(36, sizeof(double)));
        var writer = new SampleWriter(layout, _stream.Samples!.BeginWrite(length));
        var sample = _robot.ReadOdometry();
        var field = WriteHeader(ref writer, stampNs);
        writer.Utf8(field++, _childFrameName);
        field = WriteVector(ref writer, field, sample.Pose.Translation);
        field = WriteTurn(ref writer, field, sample.Pose.Rotation);
        sample.WritePoseCovariance(writer.Numbers(field++, 36));
        field = WriteVector(ref writer, field, new Vector3(sample.Forward, 0, 0));
        field = WriteVector(ref writer, field, new Vector3(0, 0, sample.YawRate));
        OdometrySample.WriteTwistCovariance(writer.Numbers(field, 36));
        return length;
    }

    // One dimension, the joints; of what it is a frame keeps the number alone.
    private int WriteMotors()
    {
        var layout = SimulatedLayouts.Motors;
        var values = _robot.MotorValues(Output);
        var length = layout.FixedLength + Tail(values.Length, sizeof(double));
        var writer = new SampleWriter(layout, _stream.Samples!.BeginWrite(length));
        writer.Integer(0, 1);
        writer.Integer(1, 0);
        values.CopyTo(writer.Numbers(2, values.Length));
        return length;
    }

    private static int Tail(int count, int elementSize) => SampleWriter.TailLength(count, elementSize);

    private int WriteHeader(ref SampleWriter writer, long stampNs)
    {
        writer.Integer(0, stampNs / 1_000_000_000);
        writer.Integer(1, stampNs % 1_000_000_000);
        writer.Utf8(2, _frameName);
        return 3;
    }

    private static int WriteVector(ref SampleWriter writer, int field, Vector3 vector)
    {
        writer.Number(field, vector.X);
        writer.Number(field + 1, vector.Y);
        writer.Number(field + 2, vector.Z);
        return field + 3;
    }

    private static int WriteTurn(ref SampleWriter writer, int field, Quaternion turn)
    {
        writer.Number(field, turn.X);
        writer.Number(field + 1, turn.Y);
        writer.Number(field + 2, turn.Z);
        writer.Number(field + 3, turn.W);
        return field + 4;
    }

    private static void WriteDiagonal(Span<double> matrix, double variance)
    {
        matrix.Clear();
        (matrix[0], matrix[4], matrix[8]) = (variance, variance, variance);
    }
}
