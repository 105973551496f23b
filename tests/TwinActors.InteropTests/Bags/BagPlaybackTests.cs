using System.Collections.Immutable;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using TwinActors.InteropTests.Ros2;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Playback;
using TwinActors.Robotics;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;

namespace TwinActors.InteropTests.Bags;

/// <summary><c>twin bag play</c> in a process of its own, read over DDS by this one.</summary>
public sealed class BagPlaybackTests : IDisposable
{
    private const string JointState = "sensor_msgs/msg/JointState";

    private readonly TemporaryFolder _folder = new();

    public static IEnumerable<TheoryDataRow<string>> Bags => BagOracle.Bags()
        .Where(bag => bag.StartsWith("ros2bags/", StringComparison.Ordinal))
        .DefaultIfEmpty("")
        .Select(bag => new TheoryDataRow<string>(bag));

    [Theory]
    [MemberData(nameof(Bags))]
    public async Task Every_message_of_a_recorded_bag_arrives_unchanged(string name)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);
        var oracle = BagOracle.Read(name);
        using var bag = BagReader.Open(oracle.Bag);

        using var heard = Listen(bag);
        var report = await PlayAsync(heard.Domain, oracle.Bag, "--rate", "max");

        foreach (var listener in heard.Listeners)
        {
            var topic = listener.Plan.Source;
            await Eventually.TrueAsync(() => listener.Count == topic.MessageCount, $"all of {topic.Name} has arrived");
            Assert.Equal(bag.Read(other => other == topic).Sum(message => Padded(message.Data.Length)), listener.Bytes);
            Assert.Equal(topic.MessageCount, TopicsOf(report).Single(played => played.Name == topic.Name).Published);
            var samples = oracle.Topics.Single(known => known.Name == topic.Name).Samples;
            foreach (var expected in samples.Where(sample => sample.Which == "last"))
            {
                Assert.True(RosJson.TryDecode(listener.Plan.Schema!, listener.Last, out var last));
                Assert.Empty(OracleComparison.Differences(expected.Value, last));
            }
        }
    }

    [Fact]
    public async Task A_bag_is_played_at_its_own_pace_with_its_own_stamps()
    {
        var file = Joints(messages: 20, intervalNs: 20_000_000);
        using var bag = BagReader.Open(file);

        using var heard = Listen(bag);
        var report = await PlayAsync(heard.Domain, file, "--rate", "2");

        var listener = Assert.Single(heard.Listeners);
        await Eventually.TrueAsync(() => listener.Count == 20, "all messages have arrived");
        Assert.Equal("/arm1/joint_states", TopicsOf(report).Single().Target);
        Assert.Equal(19, StampOf(listener).GetProperty("sec").GetInt32());
        // 19 intervals of 20 ms at twice the speed; the upper end is the machine's business.
        Assert.True(report.GetProperty("elapsedSeconds").GetDouble() >= 0.19);
    }

    [Fact]
    public async Task Restamped_headers_carry_the_time_of_publishing()
    {
        var file = Joints(messages: 3, intervalNs: 1);
        using var bag = BagReader.Open(file);
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        using var heard = Listen(bag);
        await PlayAsync(heard.Domain, file, "--restamp");

        var listener = Assert.Single(heard.Listeners);
        await Eventually.TrueAsync(() => listener.Count == 3, "all messages have arrived");
        Assert.True(StampOf(listener).GetProperty("sec").GetInt64() >= before);
    }

    [Fact]
    public async Task A_latched_topic_is_offered_transient_local()
    {
        var text = Encode("std_msgs/msg/String", new JsonObject { ["data"] = "<robot/>" });
        var file = _folder.Write("latched.mcap", McapBytes.Begin()
            .Schema(1, "std_msgs/msg/String").Channel(1, 1, "/model", qos: "- durability: transient_local\n")
            .Message(1, 1, text).End().ToArray());
        using var bag = BagReader.Open(file);

        using var heard = Listen(bag, RosDurability.TransientLocal);
        await PlayAsync(heard.Domain, file);

        var listener = Assert.Single(heard.Listeners);
        await Eventually.TrueAsync(() => listener.Count == 1, "the message has arrived");
        Assert.Equal(text, listener.Last[..text.Length]);
    }

    [Fact]
    public async Task A_bag_is_played_without_readers_too_and_says_so()
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");

        var (exitCode, _, error) = await RunAsync(
            TestDomains.NextNumber(), Joints(messages: 3, intervalNs: 1), "--wait-for-readers", "0.2");

        Assert.Equal(0, exitCode);
        Assert.Contains("Nobody reads", error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static JsonElement StampOf(Listener listener)
    {
        Assert.True(RosJson.TryDecode(listener.Plan.Schema!, listener.Last, out var last));
        return JsonSerializer.SerializeToElement(last).GetProperty("header").GetProperty("stamp");
    }

    private static byte[] Encode(string type, JsonObject value)
    {
        var schema = RosSchemaSet.Standard.Get(type);
        Assert.True(RosJson.TryEncode(schema, value, out var payload, out var problem), problem);
        return payload;
    }

    private string Joints(int messages, long intervalNs)
    {
        var file = McapBytes.Begin().Schema(1, JointState).Channel(1, 1, "/joint_states");
        for (var i = 0; i < messages; i++)
        {
            file.Message(1, 1_000 + i * intervalNs, Encode(JointState, new JsonObject
            {
                ["header"] = new JsonObject { ["stamp"] = new JsonObject { ["sec"] = i } },
                ["name"] = new JsonArray("elbow"),
                ["position"] = new JsonArray(0.5 * i),
            }));
        }

        return _folder.Write("joints.mcap", file.End().ToArray());
    }

    private static Heard Listen(BagReader bag, RosDurability durability = RosDurability.Volatile)
    {
        Assert.SkipUnless(DdsDomain.WhyUnavailable is null, DdsDomain.WhyUnavailable ?? "");
        var options = new PlaybackOptions
        {
            Robot = RobotId.Parse("arm1"),
            Rate = null,
            WaitForReaders = TimeSpan.Zero,
        };
        var plan = PlaybackPlan.Create(bag, options)
            .Where(planned => planned is { Target: not null, Source.MessageCount: > 0 });
        return new Heard(plan, RosQos.Default with { Depth = null, Durability = durability });
    }

    // DDS rounds payloads up to 4 bytes.
    private static long Padded(int length) => (length + 3) & ~3;

    private static IEnumerable<(string Name, string? Target, long Published)> TopicsOf(JsonElement report) =>
        report.GetProperty("topics").EnumerateArray().Select(topic => (
            topic.GetProperty("topic").GetString()!,
            topic.GetProperty("target").GetString(),
            topic.GetProperty("published").GetInt64()));

    private static async Task<JsonElement> PlayAsync(uint domain, string file, params string[] options)
    {
        var (exitCode, output, error) = await RunAsync(domain, file, [.. options, "--wait-for-readers", "120"]);
        Assert.True(exitCode == 0, $"twin bag play ended with {exitCode}: {error}");
        return JsonDocument.Parse(output).RootElement;
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        uint domain, string file, params string[] options)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "twin"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments = ["bag", "play", file, "--as", "arm1", "--domain", $"{domain}", "--json", .. options];
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var cancellation = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(cancellation);
        var error = process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Readers of all topics that a plan publishes.</summary>
    private sealed class Heard : IDisposable
    {
        private readonly DdsDomain _domain;

        public Heard(IEnumerable<PlannedTopic> plan, RosQos qos)
        {
            // Without a tag: the program that plays has none either.
            _domain = DdsDomain.Open(DdsDomainOptions.Loopback(TestDomains.NextNumber()));
            Listeners = [.. plan.Select(planned => new Listener(_domain, planned, qos))];
        }

        public ImmutableArray<Listener> Listeners { get; }

        public uint Domain => _domain.Options.Domain;

        public void Dispose()
        {
            foreach (var listener in Listeners)
            {
                listener.Dispose();
            }

            _domain.Dispose();
        }
    }

    private sealed class Listener : IDisposable
    {
        private readonly Lock _lock = new();
        private readonly RosTopicReader _reader;
        private byte[] _last = [];
        private long _count;
        private long _bytes;

        public Listener(DdsDomain domain, PlannedTopic plan, RosQos qos)
        {
            Plan = plan;
            _reader = domain.Subscribe(plan.Target!, plan.Schema!, qos, Take);
        }

        public PlannedTopic Plan { get; }

        public long Count => Locked(() => _count);

        public long Bytes => Locked(() => _bytes);

        public byte[] Last => Locked(() => _last);

        public void Dispose() => _reader.Dispose();

        private void Take(ReadOnlySpan<byte> payload, in RosSampleOrigin origin)
        {
            lock (_lock)
            {
                _count++;
                _bytes += Padded(payload.Length);
                _last = payload.ToArray();
            }
        }

        private T Locked<T>(Func<T> read)
        {
            lock (_lock)
            {
                return read();
            }
        }
    }
}
