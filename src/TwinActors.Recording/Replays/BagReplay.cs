using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Playback;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.State;
using TwinActors.Ros2.Links;

namespace TwinActors.Recording.Replays;

/// <summary>Plays a bag into the streams of a robot: when each message is due, and where in the bag it is.</summary>
/// <remarks>
/// It has no clock: every call is told how much time has passed, on any scale that never goes back. Joint blocks are
/// played as the joint states that they stand for. One thread at a time.
/// </remarks>
internal sealed class BagReplay : IDisposable
{
    // A bag of one message that begins anew at once would never give its thread back.
    private const long BetweenRoundsNs = 100_000_000;

    private readonly BagReader _bag;
    private readonly Dictionary<BagTopic, Lane> _lanes = [];
    private readonly string _name;
    private readonly TimeProvider _clock;
    private readonly bool _isRestamped;
    private readonly long _fromNs;
    private readonly long _toNs;
    private IEnumerator<BagMessage> _messages;
    private bool _hasNext;
    private bool _hasEnded;
    private bool _isPaused;
    private bool _loops;
    private double _speed;
    private long _anchorNs;
    private long _anchorLogNs;

    /// <summary>Prepares a replay that begins now.</summary>
    /// <param name="bag">The bag; the replay owns it.</param>
    /// <param name="name">What is played, for people.</param>
    /// <param name="robot">Streams to fill, joint order, and the clock of receive times.</param>
    /// <param name="source">Which part, and how.</param>
    /// <param name="nowNs">Now [ns].</param>
    /// <exception cref="RobotLinkException">The bag has nothing for this robot.</exception>
    public BagReplay(BagReader bag, string name, RobotLinkOptions robot, ReplaySource source, long nowNs)
    {
        _bag = bag;
        _name = name;
        _clock = robot.Clock;
        _isRestamped = source.IsRestamped;
        _speed = source.Speed;
        _loops = source.Loops;
        var topics = bag.Topics.Select(JointRows.TopicOf).Distinct().ToList();
        Unmapped = Assign(topics, robot);
        var first = First(source.From);
        if (first is null)
        {
            throw new RobotLinkException(
                $"{name} has no message{(source.From is { } from ? $" from {from:O} on" : "")} for any stream of "
                + $"{robot.Robot}; its topics are {string.Join(", ", topics.Select(t => $"{t.Name} ({t.Type})"))}.");
        }

        _fromNs = source.From is { } begin ? Stamp.From(begin).Nanoseconds : first.Value;
        _toNs = source.To is { } end ? Stamp.From(end).Nanoseconds : bag.LastLogTimeNs!.Value;
        _messages = Open(_fromNs, nowNs);
    }

    /// <summary>Recorded topics that fill no stream.</summary>
    public ImmutableArray<UnmappedTopic> Unmapped { get; }

    /// <summary>What it does.</summary>
    public ReplayState State => (_hasEnded, _isPaused) switch
    {
        (true, _) => ReplayState.Ended,
        (_, true) => ReplayState.Paused,
        _ => ReplayState.Playing,
    };

    /// <summary>How it is now.</summary>
    public ReplayReading Read(long nowNs) => new(
        _name, State, new Stamp(PositionNs(nowNs)), new Stamp(_fromNs), new Stamp(_toNs), _speed, _loops);

    /// <summary>Hands on what is due.</summary>
    /// <param name="nowNs">Now [ns].</param>
    /// <param name="most">Most messages to hand on in this call.</param>
    /// <returns>Time until more is due; null when nothing will be before somebody takes control.</returns>
    /// <exception cref="BagFormatException">The bag is damaged here.</exception>
    public TimeSpan? Play(long nowNs, int most)
    {
        for (var played = 0; played < most; played++)
        {
            if (State != ReplayState.Playing)
            {
                return null;
            }

            if (!_hasNext)
            {
                End(nowNs);
                continue;
            }

            var message = _messages.Current;
            var waitNs = DueNs(message.LogTimeNs) - nowNs;
            if (waitNs > 0)
            {
                return TimeSpan.FromTicks((waitNs + 99) / 100);
            }

            HandOn(message);
            _hasNext = _messages.MoveNext();
        }

        return TimeSpan.Zero;
    }

    /// <summary>Changes how it goes on.</summary>
    /// <exception cref="BagFormatException">The bag is damaged where it should go on.</exception>
    public void Control(ReplayControl control, long nowNs)
    {
        var position = PositionNs(nowNs);
        _loops = control.Loops ?? _loops;
        _speed = control.Speed ?? _speed;
        var goesOn = control.IsPaused == false && _hasEnded;
        _isPaused = control.IsPaused ?? _isPaused;
        if (control.Seek is { } seek || goesOn)
        {
            var target = control.Seek?.Nanoseconds ?? _fromNs;
            _messages.Dispose();
            _messages = Open(Math.Clamp(target, _fromNs, _toNs), nowNs);
            return;
        }

        (_anchorLogNs, _anchorNs) = (position, nowNs);
    }

    /// <summary>Closes the bag.</summary>
    public void Dispose()
    {
        _messages.Dispose();
        _bag.Dispose();
        foreach (var lane in _lanes.Values)
        {
            lane.Stream.Counters.SetPublishers(0);
        }
    }

    private ImmutableArray<UnmappedTopic> Assign(List<BagTopic> topics, RobotLinkOptions robot)
    {
        var chosen = StreamChoice.Of([.. robot.Streams.Select(stream => stream.Options)], topics);
        var reasons = new Dictionary<BagTopic, string>();
        for (var i = 0; i < chosen.Length; i++)
        {
            if (chosen[i] is not { } topic)
            {
                continue;
            }

            var stream = robot.Streams[i];
            var schema = BagSchemas.Find(_bag, topic, out var problem);
            var feed = schema is null
                ? null
                : StreamFeed.Create(stream, schema, null, robot, new JointNamePool(), out problem);
            if (feed is null)
            {
                reasons[topic] = problem!;
                continue;
            }

            stream.HandsOnMessages = true;
            stream.Counters.SetPublishers(1);
            _lanes[topic] = new Lane(stream, feed, HeaderStamp.Begins(schema!));
        }

        return
        [
            .. topics.Where(topic => !_lanes.ContainsKey(topic)).Select(topic => new UnmappedTopic(
                topic.Name, topic.Type, null,
                reasons.GetValueOrDefault(topic, topic.IsCdr ? "not configured" : "type unknown"), Publishers: 1)),
        ];
    }

    private IEnumerator<BagMessage> Messages(long? fromNs, long? toNs) => JointRows.Read(
        _bag,
        topic => _lanes.ContainsKey(JointRows.TopicOf(topic)),
        new BagWindow(fromNs, toNs is < long.MaxValue ? toNs + 1 : null)).GetEnumerator();

    private long? First(DateTimeOffset? from)
    {
        using var messages = Messages(from is { } begin ? Stamp.From(begin).Nanoseconds : null, null);
        return messages.MoveNext() ? messages.Current.LogTimeNs : null;
    }

    private IEnumerator<BagMessage> Open(long positionNs, long nowNs)
    {
        var messages = Messages(positionNs, _toNs);
        _hasNext = messages.MoveNext();
        _hasEnded = false;
        (_anchorLogNs, _anchorNs) = (positionNs, nowNs);
        return messages;
    }

    private void End(long nowNs)
    {
        if (!_loops)
        {
            _hasEnded = true;
            return;
        }

        _messages.Dispose();
        _messages = Open(_fromNs, nowNs + BetweenRoundsNs);
    }

    private long DueNs(long logTimeNs) => _anchorNs + (long)((logTimeNs - _anchorLogNs) / _speed);

    private long PositionNs(long nowNs) => State switch
    {
        ReplayState.Ended => _toNs,
        ReplayState.Paused => _anchorLogNs,
        _ => Math.Clamp(_anchorLogNs + (long)((nowNs - _anchorNs) * _speed), _fromNs, _toNs),
    };

    private void HandOn(BagMessage message)
    {
        var lane = _lanes[message.Topic];
        var data = _isRestamped && lane.HasHeader
            ? HeaderStamp.Replace(message.Data, Stamp.From(_clock.GetUtcNow()).Nanoseconds)
            : message.Data;
        lane.Feed.Take(data.Span);
    }

    private sealed record Lane(RobotStream Stream, StreamFeed Feed, bool HasHeader);
}
