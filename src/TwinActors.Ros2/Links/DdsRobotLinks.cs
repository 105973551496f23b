using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Graph;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Links;

/// <summary>Makes the links to ROS 2 robots; all of them share one DDS domain, which the first one joins.</summary>
/// <remarks>Safe from any thread. Dispose it after its links, before the process ends.</remarks>
public sealed class DdsRobotLinks : IDisposable
{
    private static readonly TimeSpan CountPeriod = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly DdsDomainOptions _domainOptions;
    private readonly TimeProvider _clock;
    private readonly List<DdsRobotLink> _open = [];
    private DdsDomain? _domain;
    private RosGraph? _graph;
    private ITimer? _counting;
    private long _malformedSeen;
    private bool _isDisposed;

    /// <summary>Prepares links; nothing is joined yet.</summary>
    /// <param name="domain">The DDS domain of the robots.</param>
    /// <param name="schemas">Message types that are known.</param>
    /// <param name="options">How links read their topics.</param>
    /// <param name="clock">Drives the looking after of counts; receive times come from each link's own clock.</param>
    public DdsRobotLinks(
        DdsDomainOptions domain, RosSchemaSet schemas, DdsLinkOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(domain);
        ArgumentNullException.ThrowIfNull(schemas);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        _domainOptions = domain;
        Schemas = schemas;
        Options = options;
        _clock = clock;
    }

    /// <summary>Message types that are known.</summary>
    public RosSchemaSet Schemas { get; }

    /// <summary>How links read their topics.</summary>
    public DdsLinkOptions Options { get; }

    /// <summary>Names of the joints of all robots.</summary>
    internal JointNamePool JointNames { get; } = new();

    /// <summary>The domain, once joined; else null.</summary>
    public DdsDomain? Domain => Volatile.Read(ref _domain);

    /// <summary>Makes the link of a robot, not opened yet: an <see cref="OpenRobotLink"/> for kind
    /// <c>ros2</c>.</summary>
    /// <param name="options">Robot, streams and clock.</param>
    public IRobotLink Make(RobotLinkOptions options) => new DdsRobotLink(this, options);

    /// <summary>Joins the domain if that was not done yet, so that robots are seen before any link is open.</summary>
    /// <exception cref="RobotLinkException">DDS is not installed or refuses; the message says what to do.</exception>
    public void Join()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (_graph is not null)
            {
                return;
            }

            try
            {
                _domain ??= DdsDomain.Open(_domainOptions);
                _graph = new RosGraph(_domain);
            }
            catch (Exception failure) when (failure is DdsException or DdsUnavailableException)
            {
                throw new RobotLinkException(failure.Message, failure);
            }

            _counting = _clock.CreateTimer(_ => LookAfterCounts(), null, CountPeriod, CountPeriod);
        }
    }

    /// <summary>Topics with a sender that is not ours: a <see cref="ListTopics"/>. Empty before the domain is
    /// joined.</summary>
    public ImmutableArray<DiscoveredTopic> Topics()
    {
        if (Volatile.Read(ref _graph) is not { } graph)
        {
            return [];
        }

        return
        [
            .. from topic in graph.Topics.All
               let senders = topic.Publishers.Count(publisher => !publisher.IsOurs)
               where senders > 0
               select new DiscoveredTopic(topic.Name, topic.Type, senders),
        ];
    }

    /// <summary>Leaves the domain.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        _counting?.Dispose();
        _graph?.Dispose();
        _domain?.Dispose();
    }

    /// <summary>What a link needs of the domain; joins it first.</summary>
    internal (DdsDomain Domain, RosGraph Graph) Enter(DdsRobotLink link)
    {
        Join();
        lock (_lock)
        {
            _open.Add(link);
        }

        return (_domain!, _graph!);
    }

    /// <summary>Forgets a link that closes.</summary>
    internal void Leave(DdsRobotLink link)
    {
        lock (_lock)
        {
            _open.Remove(link);
        }
    }

    // Cyclone drops malformed samples before any reader of ours hears of them and tells its log only.
    private void LookAfterCounts()
    {
        var malformed = _domain?.Log.Malformed ?? 0;
        if (Interlocked.Exchange(ref _malformedSeen, malformed) == malformed)
        {
            return;
        }

        List<DdsRobotLink> open;
        lock (_lock)
        {
            open = [.. _open];
        }

        open.ForEach(link => link.RequestRefresh());
    }
}
