using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Graph;

namespace TwinActors.Ros2.Links;

/// <summary>Link to one robot that speaks ROS 2: a reader per stream, made when the first sender is seen.</summary>
/// <remarks>
/// Samples go straight from DDS's receive threads into the rings. Everything else (readers to make or replace, status,
/// counts) is looked after on pool threads, one at a time, whenever the graph or a reader says that something changed.
/// </remarks>
internal sealed class DdsRobotLink : IRobotLink
{
    /// <summary>Most topics of unknown type that are listened to only to count them, and remembered when their senders
    /// are gone.</summary>
    private const int CountedTopicLimit = 64;

    private const string TypeUnknown = "type unknown";

    private readonly Lock _lock = new();
    private readonly DdsRobotLinks _links;
    private readonly RobotLinkOptions _options;
    private readonly string _prefix;
    private readonly List<StreamReader> _readers = [];
    private readonly Dictionary<(string Topic, string Type), CountedTopic> _counted = [];
    private ImmutableArray<UnmappedTopic> _unmapped = [];
    private RobotLinkStatus _status;
    private DdsDomain? _domain;
    private RosGraph? _graph;
    private int _isRefreshQueued;
    private bool _isOpen;

    public DdsRobotLink(DdsRobotLinks links, RobotLinkOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _links = links;
        _options = options;
        _prefix = $"/{options.Robot.RosName}/";
        _status = new RobotLinkStatus(RobotLinkState.Closed, options.Clock.GetUtcNow(), null);
    }

    /// <inheritdoc/>
    public RobotLinkStatus Status => Volatile.Read(ref _status);

    /// <inheritdoc/>
    public ImmutableArray<UnmappedTopic> Unmapped
    {
        get
        {
            lock (_lock)
            {
                return [.. _unmapped.Select(WithCount)];
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_isOpen)
            {
                return ValueTask.CompletedTask;
            }

            (_domain, _graph) = _links.Enter(this);
            foreach (var stream in _options.Streams)
            {
                _readers.Add(new StreamReader(stream, _options, _links, RequestRefresh));
            }

            _isOpen = true;
            SetStatus(RobotLinkState.Searching, Nobody());
            _graph.Changed += RequestRefresh;
        }

        Refresh();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (!_isOpen)
            {
                return ValueTask.CompletedTask;
            }

            _isOpen = false;
            _graph!.Changed -= RequestRefresh;
            _links.Leave(this);
            _readers.ForEach(reader => reader.Close());
            _readers.Clear();
            foreach (var counted in _counted.Values)
            {
                counted.Stop();
            }

            _counted.Clear();
            _unmapped = [];
            SetStatus(RobotLinkState.Closed, null);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => CloseAsync(CancellationToken.None);

    /// <summary>Asks for another look at graph and readers, soon and elsewhere. Safe on DDS threads.</summary>
    public void RequestRefresh()
    {
        if (Interlocked.Exchange(ref _isRefreshQueued, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static link => link.Refresh(), this, preferLocal: false);
        }
    }

    // Never called on a DDS thread: deleting a reader waits for that reader's callbacks.
    private void Refresh()
    {
        Volatile.Write(ref _isRefreshQueued, 0);
        lock (_lock)
        {
            if (!_isOpen)
            {
                return;
            }

            try
            {
                var topics = _graph!.Topics;
                _readers.ForEach(reader => reader.Refresh(_domain!, topics));
                RefreshUnmapped(topics);
                RefreshStatus();
            }
            catch (Exception failure)
            {
                // The owner sees the state and opens the link again; nobody is above us to catch anything.
                SetStatus(RobotLinkState.Failed, failure.Message);
            }
        }
    }

    private void RefreshStatus()
    {
        if (_readers.Exists(reader => reader.Publishers > 0))
        {
            SetStatus(RobotLinkState.Connected, null);
        }
        else if (_status.State == RobotLinkState.Connected)
        {
            SetStatus(RobotLinkState.Lost, $"The last sender of {string.Join(", ", Topics())} is gone.");
        }
        else if (_status.State != RobotLinkState.Lost)
        {
            SetStatus(RobotLinkState.Searching, Nobody());
        }
    }

    private IEnumerable<string> Topics() => _options.Streams.Select(stream => stream.Options.Topic);

    private string Nobody()
    {
        var network = _domain!.Options.IsLoopbackOnly ? ", on this machine only" : "";
        return $"Nobody sends {string.Join(", ", Topics())} in DDS domain {_domain.Options.Domain}{network}.";
    }

    private void SetStatus(RobotLinkState state, string? reason)
    {
        if (_status.State != state || _status.Reason != reason)
        {
            var since = _status.State == state ? _status.Since : _options.Clock.GetUtcNow();
            Volatile.Write(ref _status, new RobotLinkStatus(state, since, reason));
        }
    }

    private void RefreshUnmapped(RosTopics topics)
    {
        var found = topics.Under(_prefix).Where(topic => topic.Publishers.Any(publisher => !publisher.IsOurs))
            .Concat(_readers.SelectMany(reader => reader.Topics(topics)))
            .DistinctBy(topic => (topic.Name, topic.Type));
        var unmapped = new List<UnmappedTopic>();
        foreach (var topic in found)
        {
            if (Reason(topic) is { } reason)
            {
                unmapped.Add(new UnmappedTopic(topic.Name, topic.Type, null, reason, topic.Publishers.Length));
            }
        }

        Count([.. unmapped.Where(topic => topic.Reason == TypeUnknown).Select(topic => (topic.Topic, topic.Type))]);
        unmapped.AddRange(_counted.Where(topic => !topic.Value.IsListening).Select(
            topic => new UnmappedTopic(topic.Key.Topic, topic.Key.Type, null, TypeUnknown, Publishers: 0)));
        _unmapped =
        [
            .. unmapped.OrderBy(topic => topic.Topic, StringComparer.Ordinal)
                .ThenBy(topic => topic.Type, StringComparer.Ordinal),
        ];
    }

    private void Count(HashSet<(string Topic, string Type)> sent)
    {
        foreach (var (_, gone) in _counted.Where(topic => !sent.Contains(topic.Key)))
        {
            gone.Stop();
        }

        foreach (var key in sent.Order())
        {
            if (!_counted.ContainsKey(key) && (_counted.Count < CountedTopicLimit || Forget()))
            {
                _counted.Add(key, new CountedTopic());
            }

            _counted.GetValueOrDefault(key)?.Listen(_domain!, key.Topic, key.Type);
        }
    }

    // A topic that is sent now matters more than one that was.
    private bool Forget() =>
        _counted.FirstOrDefault(topic => !topic.Value.IsListening) is { Value: not null } silent
        && _counted.Remove(silent.Key);

    /// <summary>Why a topic fills no stream, or null when it does.</summary>
    private string? Reason(RosTopic topic)
    {
        var configured = _readers.Find(reader => reader.Options.Topic == topic.Name);
        if (_links.Schemas.Find(topic.Type) is null)
        {
            return TypeUnknown;
        }

        if (configured is null)
        {
            return "not configured";
        }

        return configured.Options.Type == topic.Type ? configured.Problem : $"configured as {configured.Options.Type}";
    }

    private UnmappedTopic WithCount(UnmappedTopic topic) =>
        _counted.TryGetValue((topic.Topic, topic.Type), out var counted)
            ? topic with { Received = counted.Received }
            : topic;
}
