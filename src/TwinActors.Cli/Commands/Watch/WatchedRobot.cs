using System.Globalization;
using TwinActors.Contracts.Telemetry;

namespace TwinActors.Cli.Commands.Watch;

/// <summary>One sample of the joints watched.</summary>
/// <param name="At">When it arrived, on the node's clock.</param>
/// <param name="Values">All signals of the first joint, then of the next; null where absent.</param>
internal sealed record WatchedSample(DateTimeOffset At, IReadOnlyList<float?> Values);

/// <summary>Follows the messages of one subscription: which column is which joint, and what got lost.</summary>
/// <param name="selection">Joints to show, by name or by index from 0; empty for all.</param>
/// <param name="signals">Signals asked for.</param>
internal sealed class WatchedRobot(IReadOnlyList<string> selection, IReadOnlyList<WatchedSignal> signals)
{
    private DateTimeOffset _epoch;
    private int[] _columns = [];
    private int _width;
    private uint? _next;

    /// <summary>Joints shown, in order; empty until the node has told its joints.</summary>
    public IReadOnlyList<string> Joints { get; private set; } = [];

    /// <summary>Signals shown of each joint.</summary>
    public IReadOnlyList<WatchedSignal> Signals { get; } = signals;

    /// <summary>Frames that were sent and never arrived.</summary>
    public long LostFrames { get; private set; }

    /// <summary>Samples that the node left out because this program was too slow.</summary>
    public long DroppedSamples { get; private set; }

    /// <summary>Samples shown.</summary>
    public long Samples { get; private set; }

    /// <summary>Takes a notice.</summary>
    /// <returns>Whether the joints shown changed.</returns>
    /// <exception cref="CliException">The node refuses, or a joint asked for does not exist.</exception>
    public bool Take(TelemetryNotice notice)
    {
        switch (notice.Op)
        {
            case "hello":
                _epoch = ReadEpoch(notice.Epoch);
                return false;
            case "subscribed":
                return MapColumns(notice.Joints ?? [], notice.Signals ?? []);
            case "dropped":
                DroppedSamples += notice.Samples ?? 0;
                return false;
            case "error":
                throw new CliException(ExitCode.Failure, notice.Message ?? "The node refuses the subscription.");
            default:
                // A later node may have more to say; what it sends about samples stays readable.
                return false;
        }
    }

    /// <summary>Takes a binary frame.</summary>
    /// <returns>Its samples in order; empty when the frame belongs to other joints than those told last.</returns>
    public IReadOnlyList<WatchedSample> Take(ReadOnlySpan<byte> frame)
    {
        if (!TelemetryFrame.TryReadHeader(frame, out var header))
        {
            throw new CliException(
                ExitCode.Failure,
                $"A frame of {frame.Length} bytes is not understood.",
                "Is the node of the same version as this program?");
        }

        if (_next is { } expected)
        {
            LostFrames += unchecked(header.Sequence - expected);
        }

        _next = unchecked(header.Sequence + 1);
        if (header.Columns != _width)
        {
            return [];
        }

        var samples = new WatchedSample[header.Samples];
        for (var i = 0; i < samples.Length; i++)
        {
            var values = TelemetryFrame.Sample(frame, i, header.Columns, out var milliseconds);
            var at = _epoch.AddTicks((long)(milliseconds * TimeSpan.TicksPerMillisecond));
            samples[i] = new WatchedSample(at, Pick(values));
        }

        Samples += samples.Length;
        return samples;
    }

    private static DateTimeOffset ReadEpoch(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var epoch)
            ? epoch
            : throw new CliException(ExitCode.Failure, $"The node's epoch \"{text}\" is no time.");

    private float?[] Pick(ReadOnlySpan<float> values)
    {
        var picked = new float?[_columns.Length];
        for (var i = 0; i < picked.Length; i++)
        {
            var value = _columns[i] < 0 ? float.NaN : values[_columns[i]];
            picked[i] = float.IsFinite(value) ? value : null;
        }

        return picked;
    }

    private bool MapColumns(IReadOnlyList<string> joints, IReadOnlyList<string> sent)
    {
        _width = joints.Count * sent.Count;
        if (joints.Count == 0)
        {
            Joints = [];
            _columns = [];
            return true;
        }

        var chosen = selection.Count == 0
            ? [.. Enumerable.Range(0, joints.Count)]
            : selection.Select(wanted => Find(joints, wanted)).Distinct().ToArray();
        Joints = [.. chosen.Select(joint => joints[joint])];
        _columns = [.. chosen.SelectMany(joint => Signals.Select(signal => Column(sent, signal, joints.Count, joint)))];
        return true;
    }

    private static int Column(IReadOnlyList<string> sent, WatchedSignal signal, int joints, int joint)
    {
        for (var i = 0; i < sent.Count; i++)
        {
            if (sent[i] == signal.Wire)
            {
                return i * joints + joint;
            }
        }

        return -1;
    }

    // A joint may be called "3": the name goes before the index.
    private static int Find(IReadOnlyList<string> joints, string wanted)
    {
        for (var i = 0; i < joints.Count; i++)
        {
            if (string.Equals(joints[i], wanted, StringComparison.Ordinal))
            {
                return i;
            }
        }

        if (int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            && index < joints.Count)
        {
            return index;
        }

        throw new CliException(
            ExitCode.NotFound,
            $"There is no joint \"{wanted}\"; the robot has {joints.Count}: {string.Join(", ", joints)}.",
            "Name one of them, or give its index, counted from 0.");
    }
}
