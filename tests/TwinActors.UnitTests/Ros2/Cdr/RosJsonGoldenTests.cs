using System.Text.Json;
using System.Text.Json.Nodes;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Cdr;

/// <summary>Messages serialized by real ROS 2 middleware decode to their values and encode to their bytes.</summary>
public class RosJsonGoldenTests
{
    public static TheoryData<string> Folders =>
    [
        "humble_rmw_cyclonedds_cpp", "humble_rmw_fastrtps_cpp", "jazzy_rmw_cyclonedds_cpp", "jazzy_rmw_fastrtps_cpp",
    ];

    [Theory]
    [MemberData(nameof(Folders))]
    public void Handmade_samples_decode_and_encode(string folder)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var set = RosSchemaSet.Empty.Add(null, GoldenSchemas.Read(folder));

        foreach (var file in Directory.GetFiles(TestData.Path("ros2_golden/" + folder), "*.bin").Order())
        {
            var sample = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json")))!;
            var schema = set.Get(sample["type"]!.ToString());
            Check(schema, File.ReadAllBytes(file).AsSpan(0, (int)sample["size"]!), sample["value"]!, file);
        }
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Generated_samples_of_every_type_decode_and_encode(string folder)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var set = RosSchemaSet.Empty.Add(null, GoldenSchemas.Read(folder));
        var samples = 0;

        foreach (var line in File.ReadLines(TestData.Path($"ros2_golden/{folder}/generic.jsonl")))
        {
            var sample = JsonNode.Parse(line)!;
            var schema = set.Get(sample["type"]!.ToString());
            var bytes = Convert.FromHexString(sample["cdr"]!.ToString());
            Check(schema, bytes, sample["value"]!, $"{schema.Name} {sample["variant"]}");
            samples++;
        }

        Assert.InRange(samples, 1500, int.MaxValue);
    }

    [Theory]
    [InlineData("wire_humble_rmw_cyclonedds_cpp")]
    [InlineData("wire_humble_rmw_fastrtps_cpp")]
    public void Payloads_captured_from_running_nodes_decode(string folder)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var set = RosSchemaSet.Empty.Add(null, GoldenSchemas.Read("humble_rmw_cyclonedds_cpp"));

        foreach (var file in Directory.GetFiles(TestData.Path("ros2_golden/" + folder), "*.bin").Order())
        {
            var sample = JsonNode.Parse(File.ReadAllText(Path.ChangeExtension(file, ".json")))!;
            // Services of rmw_cyclonedds carry a header of their own in front of the fields.
            if (sample["header"] is null && set.Find(sample["type"]!.ToString()) is { } schema)
            {
                Assert.True(RosJson.TryDecode(schema, File.ReadAllBytes(file), out var value), file);
                AssertSame(schema, sample["value"]!, value, file);
                Assert.True(RosJson.TryEncode(schema, value, out var bytes, out _), file);
                Assert.True(RosJson.TryDecode(schema, bytes, out var again), file);
                AssertSame(schema, sample["value"]!, again, file);
            }
        }
    }

    private static void Check(RosSchema schema, ReadOnlySpan<byte> bytes, JsonNode expected, string where)
    {
        Assert.True(RosJson.TryDecode(schema, bytes, out var value), where);
        AssertSame(schema, expected, value, where);
        Assert.True(RosJson.TryEncode(schema, value, out var encoded, out var problem), $"{where}: {problem}");
        // Alignment bytes are zero in the reference, as in ours.
        Assert.True(bytes.SequenceEqual(encoded), $"{where} encodes differently");
        Assert.False(RosJson.TryDecode(schema, bytes[..^1], out _), $"{where} without its last byte is accepted");
    }

    private static void AssertSame(RosSchema schema, JsonNode expected, JsonNode actual, string where)
    {
        foreach (var field in schema.Fields)
        {
            var place = $"{where}: {field.Name}";
            var want = expected[field.Name]!;
            var got = actual[field.Name]!;
            if (field.Shape == RosShape.Single)
            {
                AssertSame(field, want, got, place);
            }
            else if (field.Kind is RosKind.UInt8 or RosKind.Byte)
            {
                var bytes = want is JsonArray numbers
                    ? numbers.Select(n => (byte)(int)n!).ToArray()
                    : Convert.FromHexString(want["$hex"]!.ToString());
                Assert.True(Convert.ToBase64String(bytes) == got.ToString(), place);
            }
            else
            {
                Assert.True(want.AsArray().Count == got.AsArray().Count, place);
                foreach (var (a, b) in want.AsArray().Zip(got.AsArray()))
                {
                    AssertSame(field, a!, b!, place);
                }
            }
        }
    }

    private static void AssertSame(RosField field, JsonNode want, JsonNode got, string where)
    {
        switch (field.Kind)
        {
            case RosKind.Message:
                AssertSame(field.Message!, want, got, where);
                break;
            case RosKind.Float32:
                Assert.True(float.Parse($"{want}").Equals(float.Parse($"{got}")), $"{where} {want} {got}");
                break;
            case RosKind.Float64:
                Assert.True(double.Parse($"{want}").Equals(double.Parse($"{got}")), $"{where} {want} {got}");
                break;
            case RosKind.Bool:
                Assert.True((want.GetValueKind() == JsonValueKind.True) == (bool)got, where);
                break;
            default:
                Assert.True(want.ToString() == got.ToString(), $"{where} {want} {got}");
                break;
        }
    }
}
