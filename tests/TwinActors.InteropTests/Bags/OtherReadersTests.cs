using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Mcap;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.InteropTests.Bags;

/// <summary>MCAP files that we write, read by the format's own TypeScript library (@mcap/core).</summary>
public sealed class OtherReadersTests : IDisposable
{
    private const string Missing = "Node.js or @mcap/core is not installed here.";

    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string>> Bags => BagOracle.Rows();

    [Theory]
    [MemberData(nameof(Bags))]
    public async Task A_bag_of_other_people_that_we_wrote_anew_is_read_byte_for_byte(string name)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        Assert.SkipUnless(NodePackages.Has("@mcap", "core"), Missing);
        using var bag = BagReader.Open(TestData.Path(name));
        var path = _folder.File("copy.mcap");
        using (var writer = McapWriter.Create(path, new McapWriterOptions { ChunkLength = 100_000 }))
        {
            new BagCopy(bag, writer).Run(new BagSelection(), TestContext.Current.CancellationToken);
            writer.Complete();
        }

        var expected = Tally(bag.Read());

        Assert.Equal([$"indexed ros2 {expected}", $"streamed ros2 {expected}"], await ReadAsync(path));
    }

    [Fact]
    public async Task Attachments_metadata_and_channels_of_any_encoding_are_understood()
    {
        Assert.SkipUnless(NodePackages.Has("@mcap", "core"), Missing);
        var path = _folder.File("mixed.mcap");
        var options = new McapWriterOptions { ChunkLength = 500, Sync = McapSync.EachChunk };
        using (var writer = McapWriter.Create(path, options))
        {
            var json = writer.AddChannel(new BagTopic { Name = "/a", Type = "", Serialization = "json" });
            writer.AddAttachment(new BagAttachment("a.txt", "text/plain", 1, 0, 3), new MemoryStream([1, 2, 3]));
            for (var time = 1; time < 100; time++)
            {
                writer.Write(json, time, time, Encoding.UTF8.GetBytes($"{{\"number\":{time}}}"));
            }

            writer.AddMetadata(new BagMetadataEntry("about", ImmutableSortedDictionary<string, string>.Empty));
            writer.AddChannel(new BagTopic { Name = "/silent", Type = "a/msg/B", Serialization = "cdr" });
            writer.Complete();
        }

        using var bag = BagReader.Open(path);
        var (all, part) = (Tally(bag.Read()), Tally(bag.Read(null, new BagWindow(10, 21))));
        Assert.Equal([$"indexed ros2 {all}", $"streamed ros2 {all}"], await ReadAsync(path));
        Assert.Equal([$"indexed ros2 {part}", $"streamed ros2 {all}"], await ReadAsync(path, "10", "20", "/a"));
    }

    [Theory]
    [InlineData(JointForm.Columns)]
    [InlineData(JointForm.Messages)]
    public async Task A_recording_of_a_robot_is_read_byte_for_byte(JointForm joints)
    {
        Assert.SkipUnless(NodePackages.Has("@mcap", "core"), Missing);
        const long Start = 1_700_000_000_000_000_000;
        RobotStream[] streams = [.. new[] { "sensor_msgs/msg/JointState", "sensor_msgs/msg/Image" }.Select(
            (type, number) => new RobotStream(new StreamOptions
            {
                Name = $"s{number}",
                Topic = $"/arm1/s{number}",
                Type = type,
                Kind = number == 0 ? StreamKind.Joints : StreamKind.Sensor,
                Slots = 2,
            })
            { HandsOnMessages = true })];
        using var recorder = new RobotRecorder(
            new RecordingOptions { Root = _folder.Path, Joints = joints }, RobotId.Parse("arm1"), [.. streams],
            () => { });
        recorder.Begin();
        Assert.True(RosJson.TryEncode(
            RosSchemaSet.Standard.Get(streams[0].Options.Type),
            JsonNode.Parse("""{"name":["a","b"],"position":[1,2],"effort":[0.5,-0.5]}"""), out var state, out _));
        for (var i = 1; i <= 300; i++)
        {
            streams[0].HandOn(state, Start + i * 10_000_000L);
            streams[1].HandOn([0, 1, 0, 0, (byte)i, 0, 0, 0], Start + i * 10_000_000L + 1);
            recorder.Tick(Start + i * 10_000_000L);
        }

        var path = recorder.Folder.PathOf(Assert.Single(recorder.End(Start)).Name);

        using var bag = BagReader.Open(path);
        var read = await ReadAsync(path);
        Assert.Equal(600, JointRows.Read(bag).Count());
        Assert.Equal($"indexed ros2 {Tally(bag.Read())}", read[0]);
        // A joint block stands in the file behind messages that came after its last row.
        Assert.StartsWith($"streamed ros2 {bag.MessageCount} ", read[1], StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string[]> ReadAsync(string path, params string[] window)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Peers", "Mcap", "read.mjs");
        using var node = Process.Start(new ProcessStartInfo("node", [script, path, NodePackages.Folder, .. window])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, await error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Count and hash of messages, as the script makes them.</summary>
    private static string Tally(IEnumerable<BagMessage> messages)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0;
        foreach (var (topic, logTime, publishTime, data, sequence) in messages)
        {
            var line = $"{topic.Name} {topic.Serialization} {topic.Type} {sequence ?? 0} {logTime} "
                + $"{publishTime ?? logTime} {data.Length}\n";
            hash.AppendData(Encoding.UTF8.GetBytes(line));
            hash.AppendData(data.Span);
            count++;
        }

        return $"{count} {Convert.ToHexStringLower(hash.GetHashAndReset())}";
    }
}
