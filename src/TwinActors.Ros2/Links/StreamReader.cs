using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Graph;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Links;

/// <summary>The DDS reader of one stream: there while senders are known, replaced when what they offer
/// changes.</summary>
/// <remarks>Used under the link's lock. One reader at a time, since a ring has one writer.</remarks>
internal sealed class StreamReader
{
    private readonly RobotStream _stream;
    private readonly DdsLinkOptions _linkOptions;
    private readonly RosSchema? _schema;
    private readonly RosSchema? _older;
    private readonly StreamFeed? _feed;
    private readonly Action _onStatus;
    private RosTopicReader? _reader;
    private long _lostSeen;
    private long? _malformedSeen;

    /// <summary>Prepares the reader; nothing is read yet.</summary>
    /// <param name="stream">The stream to fill.</param>
    /// <param name="robot">Joint order and clock.</param>
    /// <param name="links">Types and reading options.</param>
    /// <param name="onStatus">Called on DDS threads when <see cref="Refresh"/> should run.</param>
    public StreamReader(RobotStream stream, RobotLinkOptions robot, DdsRobotLinks links, Action onStatus)
    {
        _stream = stream;
        _linkOptions = links.Options;
        _onStatus = onStatus;
        _schema = links.Schemas.Find(stream.Options.Type);
        if (_schema is not null)
        {
            _older = OlderLayout.Of(_schema);
            _feed = StreamFeed.Create(stream, _schema, _older, robot, links.JointNames, out var problem);
            Problem = problem;
            stream.HandsOnMessages = true;
        }
    }

    /// <summary>The stream's configuration.</summary>
    public StreamOptions Options => _stream.Options;

    /// <summary>Why messages of the configured type cannot fill the stream, or null.</summary>
    public string? Problem { get; }

    /// <summary>Senders connected now.</summary>
    public int Publishers => _reader?.Publishers ?? 0;

    /// <summary>The configured topic as it is in the graph: once per type, without topics that nobody sends.</summary>
    public IEnumerable<RosTopic> Topics(RosTopics topics) => topics.Under(Options.Topic)
        .Where(topic => topic.Name == Options.Topic && !topic.Publishers.IsEmpty);

    /// <summary>Makes, replaces or removes the reader by what the graph knows, and passes counts on.</summary>
    /// <param name="domain">Where to make it.</param>
    /// <param name="topics">The graph now.</param>
    public void Refresh(DdsDomain domain, RosTopics topics)
    {
        var publishers = topics.Find(Options.Topic, Options.Type)?.Publishers ?? [];
        if (_feed is not null)
        {
            // Waiting for the first sender costs nothing: it must find a reader anyway before samples can flow, and so
            // the reader is right from the start and need not be replaced in mid-stream.
            var qos = publishers.IsEmpty ? null : StreamQos.Choose(Options, publishers, _linkOptions);
            if (qos is not null && qos != _reader?.Qos)
            {
                Close();
                _reader = domain.Subscribe(Options.Topic, _older ?? _schema!, qos, _feed.Take, _onStatus);
            }
        }

        PassCounts(domain);
        _stream.Counters.SetQosProblem(StreamQos.Problem(Options, publishers) ?? Refusal(publishers));
    }

    /// <summary>Stops reading; when it returns, the ring is not written any more.</summary>
    public void Close()
    {
        if (_reader is null)
        {
            return;
        }

        _reader.Dispose();
        _stream.Counters.CountLost(_reader.Lost - _lostSeen);
        _stream.Counters.SetPublishers(0);
        _lostSeen = 0;
        _reader = null;
    }

    // A sender that the graph knows but the reader does not match was refused by a policy that the graph does not show.
    private string? Refusal(ImmutableArray<RosEndpoint> known)
    {
        if (_reader is not { RefusedPolicy: { } policy } || _reader.Publishers >= known.Length)
        {
            return null;
        }

        var refused = known.FirstOrDefault(writer => _reader.Qos.Refuses(writer.Qos) is not null);
        var offer = refused is null ? "a publisher offers less" : StreamQos.Offer(refused);
        return $"{policy}: asked for {_reader.Qos}, {offer}";
    }

    private void PassCounts(DdsDomain domain)
    {
        var counters = _stream.Counters;
        counters.SetPublishers(Publishers);
        if (_reader is not null)
        {
            var lost = _reader.Lost;
            counters.CountLost(lost - _lostSeen);
            _lostSeen = lost;
        }

        // The domain's log is older than this link: what it held before is not ours.
        var malformed = domain.Log.MalformedOn(RosNames.ToDdsTopic(Options.Topic));
        for (_malformedSeen ??= malformed; _malformedSeen < malformed; _malformedSeen++)
        {
            counters.RejectUnread("malformed");
        }
    }
}
