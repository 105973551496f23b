using System.Collections.Immutable;
using System.Globalization;
using TwinActors.Host.Api;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Links;
using TwinActors.Ros2.Schemas;

namespace TwinActors.UnitTests.Ros2.Links;

/// <summary>Bytes from the network may be anything: they are taken or refused under a reason, nothing else.</summary>
public sealed class MutatedMessageTests
{
    // Of all types together; TWIN_FUZZ names another number, for a run by hand.
    private const int Bodies = 100_000;

    private const int FrameLimit = 1024 * 1024;
    private static readonly uint[] OddCounts = [0, 1, 255, 1 << 20, int.MaxValue, 1u << 31, uint.MaxValue];

    [Fact]
    public void A_mutated_message_is_taken_or_refused()
    {
        var bodies = int.TryParse(
            Environment.GetEnvironmentVariable("TWIN_FUZZ"), NumberStyles.None, CultureInfo.InvariantCulture, out var n)
                ? n
                : Bodies;
        RosSchema[] types = [.. RosSchemaSet.Standard.All.Where(schema => !schema.HasWideText)];
        var (taken, refused) = (0L, 0L);
        for (var i = 0; i < types.Length; i++)
        {
            var (took, turnedAway) = Run(types[i], seed: i, bodies / types.Length);
            taken += took;
            refused += turnedAway;
        }

        // Both happen: else the mutations are no longer what they were made for.
        Assert.InRange(taken, bodies / 10, bodies);
        Assert.InRange(refused, bodies / 10, bodies);
    }

    private static (long Taken, long Refused) Run(RosSchema schema, int seed, int bodies)
    {
        var random = new Random(seed);
        var isJoints = schema.Name == "sensor_msgs/msg/JointState";
        var stream = new RobotStream(new StreamOptions
        {
            Name = "s",
            Topic = "/r/s",
            Type = schema.Name,
            Slots = 2,
            Kind = isJoints ? StreamKind.Joints : StreamKind.Sensor,
        });
        var joints = isJoints ? new JointStateDecoder(stream, [], new JointNamePool()) : null;
        var samples = isJoints ? null : new SampleDecoder(stream, SampleProgram.Compile(schema));
        var buffer = new byte[256 * 1024];
        var (taken, refused) = (0L, 0L);
        for (var i = 0; i < bodies; i++)
        {
            var writer = new CdrWriter(buffer);
            Write(schema, random, ref writer);
            var body = buffer.AsSpan(0, Math.Min(writer.Length, buffer.Length));
            body = Mutate(body, random);

            var reason = joints?.Decode(body, i + 1) ?? samples?.Decode(body, i + 1);

            _ = reason is null ? taken++ : refused++;
            if (i % 16 == 0)
            {
                ReadOtherwise(schema, stream, body);
            }
        }

        Assert.Equal(taken, stream.Published);
        return (taken, refused);
    }

    private static void ReadOtherwise(RosSchema schema, RobotStream stream, ReadOnlySpan<byte> body)
    {
        RosJson.TryDecode(schema, body, out _);
        var frame = new SampleFrame<SampleLayout>();
        if (stream.Samples is { } ring && ring.TryRead(ring.Published, frame))
        {
            Assert.True(frame.Bytes.Length <= FrameLimit, schema.Name);
            SampleJson.Of(new SampleReader(frame.Layout!, frame.Bytes), "");
        }
    }

    private static Span<byte> Mutate(Span<byte> body, Random random)
    {
        for (var times = random.Next(3); times > 0; times--)
        {
            switch (random.Next(4))
            {
                case 0:
                    body[random.Next(body.Length)] = (byte)random.Next(256);
                    break;
                case 1:
                    body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 2 when body.Length >= 8:
                    var place = 4 * random.Next(1, body.Length / 4);
                    BitConverter.TryWriteBytes(body[place..], OddCounts[random.Next(OddCounts.Length)]);
                    break;
                default:
                    body = body[..random.Next(1, body.Length + 1)];
                    break;
            }
        }

        return body;
    }

    private static void Write(RosSchema schema, Random random, ref CdrWriter writer)
    {
        foreach (var field in schema.Fields)
        {
            var count = 1;
            if (field.Shape == RosShape.Fixed)
            {
                count = field.Count;
            }
            else if (field.Shape != RosShape.Single)
            {
                count = random.Next(field.Shape == RosShape.Bounded ? Math.Min(field.Count, 4) + 1 : 4);
                writer.WriteCount(count);
            }

            for (var i = 0; i < count; i++)
            {
                Write(field, random, ref writer);
            }
        }
    }

    private static void Write(RosField field, Random random, ref CdrWriter writer)
    {
        switch (field.Kind)
        {
            case RosKind.Message:
                Write(field.Message!, random, ref writer);
                break;
            case RosKind.Text:
                writer.WriteText("abcdefghij".AsSpan(0, random.Next(4)));
                break;
            case RosKind.Bool:
                writer.WriteBool(random.Next(2) == 1);
                break;
            case RosKind.Float64:
                writer.WriteFloat64(random.NextDouble());
                break;
            case RosKind.Float32:
                writer.WriteFloat32(random.NextSingle());
                break;
            case RosKind.Int64 or RosKind.UInt64:
                writer.WriteInt64(random.NextInt64());
                break;
            case RosKind.Int32 or RosKind.UInt32:
                writer.WriteInt32(random.Next());
                break;
            case RosKind.Int16 or RosKind.UInt16:
                writer.WriteInt16((short)random.Next());
                break;
            default:
                writer.WriteUInt8((byte)random.Next());
                break;
        }
    }
}
