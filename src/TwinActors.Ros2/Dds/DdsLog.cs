using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TwinActors.Ros2.Native;

namespace TwinActors.Ros2.Dds;

/// <summary>What Cyclone DDS had to say about one domain. Replaces its habit of writing to standard error.</summary>
/// <remarks>Written on Cyclone's threads, read by anyone.</remarks>
public sealed class DdsLog
{
    private const string MalformedMark = "deserialization ";

    /// <summary>Topics that malformed samples are counted for one by one; a network full of them must not fill the
    /// memory.</summary>
    private const int TopicLimit = 10_000;

    private static readonly ConcurrentDictionary<uint, DdsLog> Domains = new();

    private readonly ConcurrentDictionary<string, long> _malformedByTopic = new(StringComparer.Ordinal);
    private long _malformed;
    private long _warnings;
    private string? _newestWarning;

    internal DdsLog()
    {
    }

    /// <summary>Samples that Cyclone dropped because their bytes do not fit their type.</summary>
    public long Malformed => Volatile.Read(ref _malformed);

    /// <summary>Other warnings and errors.</summary>
    public long Warnings => Volatile.Read(ref _warnings);

    /// <summary>Text of the newest other warning or error, or null.</summary>
    public string? NewestWarning => Volatile.Read(ref _newestWarning);

    /// <summary>Samples of one topic that Cyclone dropped because their bytes do not fit their type.</summary>
    /// <param name="ddsTopic">DDS topic name.</param>
    public long MalformedOn(string ddsTopic) => _malformedByTopic.GetValueOrDefault(ddsTopic);

    /// <summary>The log of a domain, from now on.</summary>
    internal static unsafe DdsLog Open(uint domain)
    {
        var log = Domains.GetOrAdd(domain, static _ => new DdsLog());
        CycloneDds.dds_set_log_sink(&Sink, 0);
        return log;
    }

    /// <summary>Takes in one message.</summary>
    internal void Add(string text)
    {
        var mark = text.IndexOf(MalformedMark, StringComparison.Ordinal);
        if (mark < 0)
        {
            Interlocked.Increment(ref _warnings);
            Volatile.Write(ref _newestWarning, text.Trim());
            return;
        }

        // "… deserialization rt/arm1/imu/sensor_msgs::msg::dds_::Imu_ failed (…)", or within a process
        // "… deserialization of rt/arm1/imu/sensor_msgs::msg::dds_::Imu_ as … failed …", or with the type alone, which
        // has no slash: that one cannot be told to any topic.
        Interlocked.Increment(ref _malformed);
        var rest = text.AsSpan(mark + MalformedMark.Length);
        rest = rest.StartsWith("of ") ? rest["of ".Length..] : rest;
        var end = rest.IndexOf(' ');
        var slash = end < 0 ? -1 : rest[..end].LastIndexOf('/');
        if (slash < 0)
        {
            return;
        }

        var topic = rest[..slash].ToString();
        if (_malformedByTopic.Count < TopicLimit || _malformedByTopic.ContainsKey(topic))
        {
            _malformedByTopic.AddOrUpdate(topic, 1, static (_, count) => count + 1);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static unsafe void Sink(nint argument, LogEntry* entry)
    {
        try
        {
            // Cyclone names no domain in some messages; they then belong to every one.
            var text = Encoding.UTF8.GetString(entry->Message, (int)Math.Min(entry->Length, 4096));
            if (Domains.TryGetValue(entry->Domain, out var log))
            {
                log.Add(text);
                return;
            }

            foreach (var (_, every) in Domains)
            {
                every.Add(text);
            }
        }
        catch (Exception)
        {
            // An exception that leaves a native callback ends the process; a lost log line does not matter.
        }
    }
}
