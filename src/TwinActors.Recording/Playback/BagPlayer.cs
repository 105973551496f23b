using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Robotics.State;
using TwinActors.Ros2.Dds;

namespace TwinActors.Recording.Playback;

/// <summary>Publishes a bag on a DDS domain, as the robots that were recorded did.</summary>
/// <remarks>
/// Writers are reliable and keep all; transient local when a recorded publisher was, and these hold what they have
/// written in memory until the end. Cyclone lets a writer run ahead of acknowledgments by 500 kB; a message beyond that
/// is offered again until there is room, so nothing is lost between here and the readers, at any speed. Waiting for
/// acknowledgments more often would cost up to 100 ms each time, the interval of its heartbeats. Blocks its thread for
/// up to 100 ms at a time: run it on one that can wait.
/// </remarks>
/// <param name="domain">The domain.</param>
/// <param name="time">Clock of pacing and of new stamps.</param>
public sealed class BagPlayer(DdsDomain domain, TimeProvider time)
{
    /// <summary>
    /// How long matched readers have to stay the same before playback starts: a node changes the quality of service of
    /// its readers once it knows the writer's.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Polling = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    /// <summary>A reader that acknowledges nothing for so long has stalled; a crashed one is gone by then.</summary>
    private static readonly TimeSpan StallLimit = TimeSpan.FromSeconds(30);

    /// <summary>Publishes the planned topics of a bag, in order of log time.</summary>
    /// <param name="bag">The bag.</param>
    /// <param name="plan">Its topics, from <see cref="PlaybackPlan.Create"/>.</param>
    /// <param name="options">Speed, stamps and waiting.</param>
    /// <param name="say">Receives words about the progress.</param>
    /// <param name="stopping">Ends the playback after the current message; what was done is still reported.</param>
    /// <exception cref="BagFormatException">The bag was damaged after it had been opened.</exception>
    /// <exception cref="DdsException">DDS refused a writer or a message.</exception>
    public async Task<PlaybackReport> PlayAsync(
        BagReader bag,
        ImmutableArray<PlannedTopic> plan,
        PlaybackOptions options,
        Action<string> say,
        CancellationToken stopping)
    {
        ArgumentNullException.ThrowIfNull(bag);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(say);
        var lanes = plan.Select(planned => new Lane(planned)).ToList();
        var start = time.GetTimestamp();
        var outcome = PlaybackOutcome.Acknowledged;
        try
        {
            lanes.ForEach(lane => lane.Open(domain));
            await AwaitReadersAsync(lanes, options.WaitForReaders, say, stopping).ConfigureAwait(false);
            start = time.GetTimestamp();
            await PublishAsync(bag, lanes, options, start, stopping).ConfigureAwait(false);
            Acknowledge(lanes, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            outcome = PlaybackOutcome.Interrupted;
        }
        catch (TimeoutException stalled)
        {
            say(stalled.Message);
            outcome = PlaybackOutcome.Stalled;
        }
        finally
        {
            lanes.ForEach(lane => lane.Close());
        }

        return new PlaybackReport([.. lanes.Select(lane => lane.Report())], time.GetElapsedTime(start), outcome);
    }

    private async Task AwaitReadersAsync(
        List<Lane> lanes, TimeSpan patience, Action<string> say, CancellationToken stopping)
    {
        var began = time.GetTimestamp();
        var (matched, since) = (0, began);
        while (time.GetElapsedTime(began) < patience)
        {
            var now = lanes.Sum(lane => lane.Readers);
            if (now != matched)
            {
                (matched, since) = (now, time.GetTimestamp());
            }

            if (matched > 0 && time.GetElapsedTime(since) >= Settling)
            {
                return;
            }

            await Task.Delay(Polling, time, stopping).ConfigureAwait(false);
        }

        if (lanes.Sum(lane => lane.Readers) == 0 && patience > TimeSpan.Zero)
        {
            say(
                $"Nobody reads any of the topics on ROS domain {domain.Options.Domain} "
                + $"after {patience.TotalSeconds:0.#} s; playing all the same. "
                + "A node reads them once its robot is added, in the same domain (ROS_DOMAIN_ID).");
        }
    }

    private async Task PublishAsync(
        BagReader bag, List<Lane> lanes, PlaybackOptions options, long start, CancellationToken stopping)
    {
        var byTopic = lanes.Where(lane => lane.IsOpen).ToDictionary(lane => lane.Source);
        long? first = null;
        foreach (var message in JointRows.Read(bag, topic => byTopic.ContainsKey(JointRows.TopicOf(topic))))
        {
            stopping.ThrowIfCancellationRequested();
            if (options.Rate is { } rate)
            {
                first ??= message.LogTimeNs;
                var due = TimeSpan.FromTicks((long)((message.LogTimeNs - first.Value) / 100 / rate));
                await DelayUntilAsync(start, due, stopping).ConfigureAwait(false);
            }

            Publish(byTopic[message.Topic], message, options.IsRestamped, stopping);
        }
    }

    private async ValueTask DelayUntilAsync(long start, TimeSpan due, CancellationToken stopping)
    {
        var left = due - time.GetElapsedTime(start);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, time, stopping).ConfigureAwait(false);
        }
    }

    private void Publish(Lane lane, BagMessage message, bool isRestamped, CancellationToken stopping)
    {
        var payload = isRestamped && lane.HasHeader
            ? HeaderStamp.Replace(message.Data, Stamp.From(time.GetUtcNow()).Nanoseconds)
            : message.Data;
        var began = time.GetTimestamp();
        while (!lane.TryWrite(payload.Span))
        {
            stopping.ThrowIfCancellationRequested();
            ThrowWhenStalled(began, lane);
        }
    }

    private void Acknowledge(List<Lane> lanes, CancellationToken stopping)
    {
        foreach (var lane in lanes)
        {
            var began = time.GetTimestamp();
            while (!lane.IsAcknowledged(Patience))
            {
                stopping.ThrowIfCancellationRequested();
                ThrowWhenStalled(began, lane);
            }
        }
    }

    private void ThrowWhenStalled(long began, Lane lane)
    {
        if (time.GetElapsedTime(began) > StallLimit)
        {
            throw new TimeoutException(
                $"A reader of {lane.Target} has acknowledged nothing for {StallLimit.TotalSeconds:0} s.");
        }
    }

    /// <summary>One topic while it is played.</summary>
    private sealed class Lane(PlannedTopic plan)
    {
        private RosTopicWriter? _writer;
        private bool _isDirty;
        private long _published;
        private long _bytes;
        private long _malformed;
        private int _readers;

        public BagTopic Source => plan.Source;

        public string? Target => plan.Target;

        public bool HasHeader { get; } = plan.Schema is { } schema && HeaderStamp.Begins(schema);

        public bool IsOpen => _writer is not null;

        public int Readers => _writer?.Subscribers ?? _readers;

        public void Open(DdsDomain domain)
        {
            if (plan is not { Target: { } target, Schema: { } schema, Source.MessageCount: > 0 })
            {
                return;
            }

            var durability = plan.Source.IsTransientLocal ? RosDurability.TransientLocal : RosDurability.Volatile;
            _writer = domain.Advertise(target, schema, RosQos.Default with { Durability = durability, Depth = null });
        }

        /// <summary>Writes a message; false when readers have no room yet.</summary>
        public bool TryWrite(ReadOnlySpan<byte> payload)
        {
            switch (_writer!.Write(payload))
            {
                case RosWriteResult.Busy:
                    return false;
                case RosWriteResult.Malformed:
                    _malformed++;
                    return true;
                default:
                    _published++;
                    _bytes += payload.Length;
                    _isDirty = true;
                    return true;
            }
        }

        /// <summary>Whether reliable readers have all that was written, within a time.</summary>
        public bool IsAcknowledged(TimeSpan patience)
        {
            _isDirty = _isDirty && !_writer!.WaitForAcknowledgments(patience);
            return !_isDirty;
        }

        public void Close()
        {
            _readers = Readers;
            _writer?.Dispose();
            _writer = null;
        }

        public PlayedTopic Report()
        {
            var skipped = plan.Target is null ? plan.Source.MessageCount : _malformed;
            return new PlayedTopic(plan, _published, _bytes, skipped, _readers);
        }
    }
}
