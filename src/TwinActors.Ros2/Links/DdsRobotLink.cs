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
    /// <summary>Most topics of unknown type that are listened to only to count them.</summary>
    private const int CountedTopicLimit = 64;

    private readonly Lock _lock = new();
    private readonly DdsRobotLinks _links;
    private readonly RobotLinkOptions _options;
    private readonly string _prefix;
    private readonly List<StreamReader> _readers = [];
    private readonly Dictionary<(string Topic, string Type), RosTopicReader> _counted = [];
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
            foreach (var reader in _counted.Values)
            {
                reader.Dispose();
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
            .DistinctBy(topic => (topic.Name, topic.Type))
            .OrderBy(topic => topic.Name, StringComparer.Ordinal)
            .ThenBy(topic => topic.Type, StringComparer.Ordinal)
            .ToList();
        var unmapped = ImmutableArray.CreateBuilder<UnmappedTopic>();
        foreach (var topic in found)
        {
            if (Reason(topic) is { } reason)
            {
                unmapped.Add(new UnmappedTopic(topic.Name, topic.Type, null, reason, topic.Publishers.Length));
            }
        }

        _unmapped = unmapped.ToImmutable();
        var wanted = _unmapped.Where(topic => _links.Schemas.Find(topic.Type) is null)
            .Take(CountedTopicLimit).Select(topic => (topic.Topic, topic.Type)).ToHashSet();
        foreach (var gone in _counted.Keys.Where(key => !wanted.Contains(key)).ToList())
        {
            _counted.Remove(gone, out var reader);
            reader!.Dispose();
        }

        foreach (var key in wanted.Where(key => !_counted.ContainsKey(key)))
        {
            var reader = _domain!.SubscribeOpaque(key.Topic, key.Type, RosQos.SensorData, static (_, in _) => { });
            _counted.Add(key, reader);
        }
    }

    /// <summary>Why a topic fills no stream, or null when it does.</summary>
    private string? Reason(RosTopic topic)
    {
        var configured = _readers.Find(reader => reader.Options.Topic == topic.Name);
        if (_links.Schemas.Find(topic.Type) is null)
        {
            return "type unknown";
        }

        if (configured is null)
        {
            return "not configured";
        }

        return configured.Options.Type == topic.Type ? configured.Problem : $"configured as {configured.Options.Type}";
    }

    private UnmappedTopic WithCount(UnmappedTopic topic) =>
        _counted.TryGetValue((topic.Topic, topic.Type), out var reader)
            ? topic with { Received = reader.Received }
            : topic;
}
