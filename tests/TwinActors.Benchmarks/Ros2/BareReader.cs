using System.Diagnostics;
using System.Globalization;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Benchmarks.Ros2;

/// <summary>The least that a C# program can do with joint states from DDS: receive and decode into arrays, nothing
/// else.</summary>
/// <remarks>A process of its own, so that its processor time can be compared with the node's on the same
/// traffic.</remarks>
internal static class BareReader
{
    /// <summary>Runs the reader: <c>DOMAIN ROBOT,ROBOT,… SECONDS</c>; prints messages, lost ones and processor
    /// time.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var seconds = double.Parse(args[2], CultureInfo.InvariantCulture);
        using var domain = DdsDomain.Open(DdsDomainOptions.Loopback(uint.Parse(args[0], CultureInfo.InvariantCulture)));
        var schema = RosSchemaSet.Standard.Get("sensor_msgs/msg/JointState");
        var readers = new List<Reader>();
        foreach (var robot in args[1].Split(','))
        {
            readers.Add(new Reader(domain, $"/{robot}/joint_states", schema));
        }

        await Task.Delay(Ros2Area.WarmUp);
        var process = Process.GetCurrentProcess();
        var (messages, lost) = (Messages(readers), Lost(readers));
        var (cpu, clock) = (process.TotalProcessorTime, Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        process.Refresh();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"result {Messages(readers) - messages} {Lost(readers) - lost} "
            + $"{(process.TotalProcessorTime - cpu).TotalSeconds} {clock.Elapsed.TotalSeconds}"));
        readers.ForEach(reader => reader.Dispose());
        return 0;
    }

    private static long Messages(List<Reader> readers) => readers.Sum(reader => reader.Messages);

    private static long Lost(List<Reader> readers) => readers.Sum(reader => reader.Lost);

    private sealed class Reader : IDisposable
    {
        private readonly RosTopicReader _reader;
        private readonly double[] _values = new double[256];
        private long _messages;

        public Reader(DdsDomain domain, string topic, RosSchema schema) => _reader = domain.Subscribe(
            topic, schema, RosQos.Default with { Depth = 256 }, Take);

        public long Messages => Volatile.Read(ref _messages);

        public long Lost => _reader.Lost;

        public void Dispose() => _reader.Dispose();

        private void Take(ReadOnlySpan<byte> payload, in RosSampleOrigin origin)
        {
            var cdr = new CdrReader(payload);
            cdr.ReadInt32();
            cdr.ReadUInt32();
            cdr.ReadText();
            var names = cdr.ReadCount(5);
            for (var i = 0; i < names; i++)
            {
                cdr.ReadText();
            }

            for (var column = 0; column < 3; column++)
            {
                var count = cdr.ReadCount(sizeof(double));
                cdr.ReadFloat64s(_values.AsSpan(0, Math.Min(count, _values.Length)));
            }

            if (cdr.IsValid)
            {
                Volatile.Write(ref _messages, _messages + 1);
            }
        }
    }
}
