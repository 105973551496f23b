// Hot path: run once per sample of every simulated robot. Allocates nothing once the buffer has grown.
using System.Text;
using TwinActors.Robotics.Frames;
using TwinActors.Ros2.Cdr;
using TwinActors.Simulation;
using TwinActors.Simulation.Sensors;

namespace TwinActors.Cli.Simulation;

/// <summary>Turns the samples of one simulated robot into ROS messages on the wire.</summary>
/// <param name="robot">The robot; its newest samples are written.</param>
internal sealed class SimulatedMessages(SimulatedRobot robot)
{
    private readonly byte[][] _jointNames = [.. robot.JointNames.Select(Encoding.UTF8.GetBytes)];
    private readonly byte[] _imuFrame = Encoding.UTF8.GetBytes(robot.ImuFrame ?? "");
    private readonly byte[] _laserFrame = Encoding.UTF8.GetBytes(robot.LaserFrame ?? "");
    private readonly byte[] _baseFrame = Encoding.UTF8.GetBytes(robot.Model.Root.Name);
    private readonly double[] _covariance = new double[36];
    private byte[] _buffer = new byte[1024];

    /// <summary>Payload of one kind of sample; valid until the next call.</summary>
    /// <param name="output">Exactly one kind.</param>
    /// <param name="stampNs">When it was measured [ns since the UNIX epoch].</param>
    public ReadOnlySpan<byte> Write(SimulatedOutputs output, long stampNs)
    {
        var writer = new CdrWriter(_buffer);
        Write(ref writer, output, stampNs);
        if (!writer.IsComplete)
        {
            _buffer = new byte[writer.Length];
            writer = new CdrWriter(_buffer);
            Write(ref writer, output, stampNs);
        }

        return _buffer.AsSpan(0, writer.Length);
    }

    /// <summary>Payload of a <c>std_msgs/msg/String</c>.</summary>
    public static byte[] Text(string text)
    {
        var measure = new CdrWriter([]);
        measure.WriteText(text);
        var payload = new byte[measure.Length];
        var writer = new CdrWriter(payload);
        writer.WriteText(text);
        return payload;
    }

    private void Write(ref CdrWriter writer, SimulatedOutputs output, long stampNs)
    {
        if ((output & SimulatedOutputs.Motors) != 0)
        {
            WriteMotors(ref writer, robot.MotorValues(output));
            return;
        }

        writer.WriteTime(stampNs);
        switch (output)
        {
            case SimulatedOutputs.Imu:
                WriteImu(ref writer);
                break;
            case SimulatedOutputs.Laser:
                WriteLaser(ref writer);
                break;
            case SimulatedOutputs.Odometry:
                WriteOdometry(ref writer);
                break;
            default:
                WriteJoints(ref writer);
                break;
        }
    }

    private void WriteJoints(ref CdrWriter writer)
    {
        writer.WriteText(ReadOnlySpan<byte>.Empty);
        writer.WriteCount(_jointNames.Length);
        foreach (var name in _jointNames)
        {
            writer.WriteText(name);
        }

        writer.WriteFloat64Sequence(robot.Positions);
        writer.WriteFloat64Sequence(robot.Velocities);
        writer.WriteFloat64Sequence(robot.Efforts);
    }

    private void WriteImu(ref CdrWriter writer)
    {
        var sample = robot.ReadImu();
        writer.WriteText(_imuFrame);
        WriteTurn(ref writer, sample.Orientation);
        WriteDiagonal(ref writer, ImuSample.OrientationVariance);
        WriteVector(ref writer, sample.AngularVelocity);
        WriteDiagonal(ref writer, ImuSample.AngularVelocityVariance);
        WriteVector(ref writer, sample.LinearAcceleration);
        WriteDiagonal(ref writer, ImuSample.LinearAccelerationVariance);
    }

    private void WriteLaser(ref CdrWriter writer)
    {
        var geometry = robot.LaserGeometry;
        writer.WriteText(_laserFrame);
        writer.WriteFloat32(geometry.AngleMinimum);
        writer.WriteFloat32(geometry.AngleMaximum);
        writer.WriteFloat32(geometry.AngleIncrement);
        // The simulated scanner sees all beams at once.
        writer.WriteFloat32(0);
        writer.WriteFloat32(geometry.ScanSeconds);
        writer.WriteFloat32(geometry.RangeMinimum);
        writer.WriteFloat32(geometry.RangeMaximum);
        writer.WriteFloat32Sequence(robot.LaserRanges);
        writer.WriteFloat32Sequence([]);
    }

    private void WriteOdometry(ref CdrWriter writer)
    {
        var sample = robot.ReadOdometry();
        writer.WriteText("odom"u8);
        writer.WriteText(_baseFrame);
        WriteVector(ref writer, sample.Pose.Translation);
        WriteTurn(ref writer, sample.Pose.Rotation);
        sample.WritePoseCovariance(_covariance);
        writer.WriteFloat64Array(_covariance);
        WriteVector(ref writer, new Vector3(sample.Forward, 0, 0));
        WriteVector(ref writer, new Vector3(0, 0, sample.YawRate));
        OdometrySample.WriteTwistCovariance(_covariance);
        writer.WriteFloat64Array(_covariance);
    }

    // One dimension: the joints, in the order of the joint states.
    private static void WriteMotors(ref CdrWriter writer, ReadOnlySpan<double> values)
    {
        writer.WriteCount(1);
        writer.WriteText("joint"u8);
        writer.WriteUInt32((uint)values.Length);
        writer.WriteUInt32((uint)values.Length);
        writer.WriteUInt32(0);
        writer.WriteFloat64Sequence(values);
    }

    private static void WriteVector(ref CdrWriter writer, Vector3 vector)
    {
        writer.WriteFloat64(vector.X);
        writer.WriteFloat64(vector.Y);
        writer.WriteFloat64(vector.Z);
    }

    private static void WriteTurn(ref CdrWriter writer, Quaternion turn)
    {
        writer.WriteFloat64(turn.X);
        writer.WriteFloat64(turn.Y);
        writer.WriteFloat64(turn.Z);
        writer.WriteFloat64(turn.W);
    }

    private static void WriteDiagonal(ref CdrWriter writer, double variance)
    {
        for (var i = 0; i < 9; i++)
        {
            // Rows of three: the diagonal is every fourth value.
            writer.WriteFloat64(i % 4 == 0 ? variance : 0);
        }
    }
}
