using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Mcap;
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
        Assert.SkipUnless(HasReader, Missing);
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
        Assert.SkipUnless(HasReader, Missing);
        var path = _folder.File("mixed.mcap");
        using (var writer = McapWriter.Create(path, new McapWriterOptions { ChunkLength = 500, IsDurable = true }))
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

    public void Dispose() => _folder.Dispose();

    private static string Packages => Path.Combine(BuiltTree.Root, "src", "dashboard");

    private static bool HasReader =>
        Directory.Exists(Path.Combine(Packages, "node_modules", "@mcap", "core"))
        && Environment.GetEnvironmentVariable("PATH")!.Split(':')
            .Any(folder => File.Exists(Path.Combine(folder, "node")));

    private static async Task<string[]> ReadAsync(string path, params string[] window)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "Peers", "Mcap", "read.mjs");
        using var node = Process.Start(new ProcessStartInfo("node", [script, path, Packages, .. window])
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
