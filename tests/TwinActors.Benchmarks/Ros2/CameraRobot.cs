using System.Diagnostics;
using System.Globalization;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Benchmarks.Ros2;

/// <summary>A robot with a camera, in a process of its own: images of 640 × 480 and joint states beside them.</summary>
/// <remarks>What it sends is generated. Both topics are reliable, so nothing may be lost without a word.</remarks>
internal static class CameraRobot
{
    private const int Width = 640;
    private const int Height = 480;
    private const int PixelBytes = 3;
    private const int Joints = 28;
    private const int WordBytes = 1024;

    /// <summary>Images a second [Hz].</summary>
    public const double ImageHz = 30;

    /// <summary>Joint states a second [Hz].</summary>
    public const double JointHz = 1000;

    /// <summary>Bytes of an image's pixels.</summary>
    public const int ImageBytes = Width * Height * PixelBytes;

    /// <summary>Runs: <c>DOMAIN ROBOT SECONDS</c>; waits for readers of both topics, sends, prints how many of
    /// each.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = double.Parse(args[2], CultureInfo.InvariantCulture);
        using var domain = DdsDomain.Open(DdsDomainOptions.Loopback(uint.Parse(args[0], CultureInfo.InvariantCulture)));
        using var images = domain.Advertise(
            $"/{args[1]}/camera/image_raw", RosSchemaSet.Standard.Get("sensor_msgs/msg/Image"), RosQos.Default);
        using var joints = domain.Advertise(
            $"/{args[1]}/joint_states", RosSchemaSet.Standard.Get("sensor_msgs/msg/JointState"),
            RosQos.Default with { Depth = 1000 });
        while (images.Subscribers == 0 || joints.Subscribers == 0)
        {
            await Task.Delay(50);
        }

        // A writer knows of a reader before the reader knows of it.
        await Task.Delay(TimeSpan.FromSeconds(2));
        var sent = await Task.WhenAll(
            SendAsync(images, Image, ImageHz, seconds), SendAsync(joints, JointState, JointHz, seconds));
        images.WaitForAcknowledgments(TimeSpan.FromSeconds(10));
        joints.WaitForAcknowledgments(TimeSpan.FromSeconds(10));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"result {sent[0]} {sent[1]}"));
        return 0;
    }

    // At absolute times.
    private static async Task<long> SendAsync(
        RosTopicWriter writer, Func<long, byte[]> message, double hz, double seconds)
    {
        var start = Stopwatch.StartNew();
        long sent = 0;
        for (var number = 1; number <= hz * seconds; number++)
        {
            var wait = TimeSpan.FromSeconds(number / hz) - start.Elapsed;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait);
            }

            sent += writer.Write(message(number)) == RosWriteResult.Written ? 1 : 0;
        }

        return sent;
    }

    private static byte[] Image(long number)
    {
        var writer = new CdrWriter(new byte[ImageBytes + WordBytes]);
        writer.WriteTime(Now());
        writer.WriteText("camera");
        writer.WriteUInt32(Height);
        writer.WriteUInt32(Width);
        writer.WriteText("rgb8");
        writer.WriteUInt8(0);
        writer.WriteUInt32(Width * PixelBytes);
        var pixels = new byte[ImageBytes];
        Array.Fill(pixels, (byte)number);
        writer.WriteByteSequence(pixels);
        return writer.Written.ToArray();
    }

    private static byte[] JointState(long number)
    {
        Span<double> values = stackalloc double[3 * Joints];
        values.Fill(Math.Sin(number / JointHz));
        return JointStateMessage.Write(Now(), values);
    }

    private static long Now() => (DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;
}
