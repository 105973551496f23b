using System.Text.Json.Nodes;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.InteropTests.Ros2;

/// <summary>The programs that we describe types with let the library accept what real serializers made, and no
/// less.</summary>
public class GoldenSampleTests
{
    [Theory]
    [InlineData("humble_rmw_cyclonedds_cpp")]
    [InlineData("jazzy_rmw_cyclonedds_cpp")]
    public void Samples_of_every_type_pass_unchanged_and_truncated_ones_do_not(string folder)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        using var domain = TestDomains.Open();
        var set = RosSchemaSet.Empty.Add(null, GoldenSchemas.Read(folder));
        byte[]? received = null;

        foreach (var group in File.ReadLines(TestData.Path($"ros2_golden/{folder}/generic.jsonl"))
            .Select(line => JsonNode.Parse(line)!)
            .GroupBy(sample => sample["type"]!.ToString()))
        {
            var schema = set.Get(group.Key);
            if (schema.HasWideText)
            {
                Assert.Throws<NotSupportedException>(() => domain.Advertise("/golden", schema, RosQos.Default));
                continue;
            }

            using var reader = domain.Subscribe(
                "/golden", schema, RosQos.Default with { Depth = null }, (cdr, in _) => received = cdr.ToArray());
            using var writer = domain.Advertise("/golden", schema, RosQos.Default with { Depth = null });
            foreach (var sample in group)
            {
                var bytes = Convert.FromHexString(sample["cdr"]!.ToString());
                var where = $"{schema.Name} {sample["variant"]}";
                received = null;
                Assert.True(writer.Write(bytes) == RosWriteResult.Written, where);
                Assert.True(received is not null && received.AsSpan(4).StartsWith(bytes.AsSpan(4)), where);
                Assert.True(writer.Write(bytes.AsSpan(0, bytes.Length - 1)) == RosWriteResult.Malformed, where);
            }
        }
    }
}
