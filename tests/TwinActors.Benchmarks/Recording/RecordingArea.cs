using TwinActors.Benchmarks.Kernel;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Mcap;
using TwinActors.Testing;

namespace TwinActors.Benchmarks.Recording;

/// <summary>Recordings: bytes and processor time of a joint value, processor time of a message.</summary>
internal static class RecordingArea
{
    private const string Area = "recording";
    private const int Joints = 28;
    private const double NanosecondsPerMegabyte = 1e3;

    public static async Task RunAsync(BenchmarkRun run)
    {
        BenchmarkRun.Say(
            $"recording: {Joints} joints with position, velocity and effort at 100 Hz in blocks of "
            + $"{JointBlockEncoder.RowLimit} rows, times and file included; generated motion, noise of one count. "
            + "MB/s are of float64 input and of processor time, best of five runs.");
        var folder = Directory.CreateTempSubdirectory("twinactors-bench-");
        try
        {
            foreach (var (kind, atMost) in ((string, double?)[])
                [("encoder of 17 bits", 1), ("decimals", 1), ("resting robot", 0.5), ("widened singles", null),
                    ("raw doubles", null)])
            {
                await JointsAsync(run, folder.FullName, kind, atMost, run.IsQuick ? 1280 : 12_800);
            }

            await MessagesAsync(run, folder.FullName, run.IsQuick ? 20_000 : 200_000);
            new RecordedFleet(run.IsQuick ? 20 : 1000, run.IsQuick ? 4 : 60).Run(run, Area, folder.FullName);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task JointsAsync(
        BenchmarkRun run, string folder, string kind, double? atMostBytes, int rowCount)
    {
        var motion = new JointMotion(kind, Joints, rowCount);
        var rows = motion.Rows().ToArray();
        var values = (long)rows.Length * motion.Columns;
        var path = Path.Combine(folder, "joints.mcap");
        WriteFile(path, rows);
        run.Add(
            Area, $"{kind}: file, per joint value", "B", (double)new FileInfo(path).Length / values,
            atMost: atMostBytes, peer: ("float64", sizeof(double)));

        var encoder = new JointBlockEncoder(motion.Columns);
        var blocks = new List<byte[]>();
        foreach (var (stamp, received, state) in rows)
        {
            encoder.Add(stamp, received, state);
            if (encoder.Rows == JointBlockEncoder.RowLimit)
            {
                blocks.Add(encoder.Close().ToArray());
            }
        }

        var encoding = await Cost.OfAsync(values, () => Encode(encoder, rows));
        var block = new JointBlock(motion.Columns);
        var decoding = await Cost.OfAsync(values, () => Decode(block, blocks));
        run.Add(Area, $"{kind}: encode, per value", "ns", encoding.Nanoseconds);
        run.Add(Area, $"{kind}: encode", "MB/s", sizeof(double) * NanosecondsPerMegabyte / encoding.Nanoseconds);
        run.Add(Area, $"{kind}: decode, per value", "ns", decoding.Nanoseconds);
        run.Add(Area, $"{kind}: allocated, per value", "B", Math.Round(encoding.Bytes, 3), atMost: 0);
    }

    private static Task Encode(JointBlockEncoder encoder, (long Stamp, long Received, double[] Values)[] rows)
    {
        foreach (var (stamp, received, values) in rows)
        {
            encoder.Add(stamp, received, values);
            if (encoder.Rows == JointBlockEncoder.RowLimit)
            {
                encoder.Close();
            }
        }

        return Task.CompletedTask;
    }

    private static Task Decode(JointBlock block, List<byte[]> blocks)
    {
        foreach (var bytes in blocks)
        {
            if (!block.TryRead(bytes))
            {
                throw new InvalidOperationException("A block that was just written cannot be read.");
            }
        }

        return Task.CompletedTask;
    }

    private static void WriteFile(string path, (long Stamp, long Received, double[] Values)[] rows)
    {
        var columns = new JointColumns(
            [.. Enumerable.Range(0, Joints).Select(joint => $"joint_{joint}")], JointColumns.KnownSignals, "");
        var encoder = new JointBlockEncoder(columns.Count);
        using var writer = McapWriter.Create(path);
        var channel = writer.AddChannel(columns.Topic("/arm1/joint_states"));
        foreach (var (stamp, received, values) in rows)
        {
            encoder.Add(stamp, received, values);
            if (encoder.Rows == JointBlockEncoder.RowLimit)
            {
                writer.Write(channel, received, encoder.FirstReceivedNs, encoder.Close());
            }
        }

        writer.Complete();
    }

    private static async Task MessagesAsync(BenchmarkRun run, string folder, int messages)
    {
        const int Size = 1024;
        var path = Path.Combine(folder, "messages.mcap");
        var data = new byte[Size];
        new Random(1).NextBytes(data);
        var topic = new BagTopic { Name = "/points", Type = "", Serialization = "cdr" };
        var writing = await Cost.OfAsync(messages, () => Write(writer =>
        {
            var channel = writer.AddChannel(topic);
            for (var time = 1; time <= messages; time++)
            {
                writer.Write(channel, time, time, data);
            }
        }));
        run.Add(Area, $"MCAP write, message of {Size} B", "ns", writing.Nanoseconds);
        run.Add(Area, "MCAP write", "MB/s", Size * NanosecondsPerMegabyte / writing.Nanoseconds);
        foreach (var (byIndex, name) in new[] { (false, "MCAP check and read"), (true, "MCAP read by index") })
        {
            var reading = await Cost.OfAsync(messages, () =>
            {
                using var bag = BagReader.Open(path, byIndex);
                return Task.FromResult(bag.Read().Count());
            });
            run.Add(Area, $"{name}, message of {Size} B", "ns", reading.Nanoseconds);
        }

        Task Write(Action<McapWriter> fill)
        {
            using var writer = McapWriter.Create(path);
            fill(writer);
            writer.Complete();
            return Task.CompletedTask;
        }
    }
}
