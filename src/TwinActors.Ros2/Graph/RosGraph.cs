using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Native;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Graph;

/// <summary>Watches which ROS topics exist in a domain, who writes and who reads them.</summary>
/// <remarks>
/// DDS itself tells: nothing is sent and no node has to answer. Services, plain DDS topics and our own probes are left
/// out.
/// </remarks>
public sealed unsafe class RosGraph : IDisposable
{
    private const int Batch = 64;

    private readonly Lock _lock = new();
    private readonly DdsDomain _domain;
    private readonly DdsParticipants.Participant _participant;
    private readonly Dictionary<ulong, Entry> _publications = [];
    private readonly Dictionary<ulong, Entry> _subscriptions = [];
    private readonly DdsEntity _publicationReader;
    private readonly DdsEntity _subscriptionReader;
    private RosTopics? _topics;
    private GCHandle _self;
    private int _requests;
    private bool _isDisposed;

    /// <summary>Starts watching.</summary>
    /// <param name="domain">The domain to watch.</param>
    /// <exception cref="DdsException">DDS refused.</exception>
    public RosGraph(DdsDomain domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        _domain = domain;
        _participant = domain.Participants.Reserve();
        _self = GCHandle.Alloc(this);
        var listener = CycloneDds.dds_create_listener(GCHandle.ToIntPtr(_self));
        CycloneDds.dds_lset_data_available(listener, &OnData);
        // The first callback may come before the second reader is there: updates wait until both are.
        lock (_lock)
        {
            _publicationReader = Read(CycloneDds.PublicationTopic, listener);
            _subscriptionReader = Read(CycloneDds.SubscriptionTopic, listener);
        }

        CycloneDds.dds_delete_listener(listener);
        RequestUpdate();
    }

    /// <summary>The topics now.</summary>
    public RosTopics Topics
    {
        get
        {
            lock (_lock)
            {
                return _topics ??= Build();
            }
        }
    }

    /// <summary>Raised on a pool thread after <see cref="Topics"/> changed; many changes may share one call.</summary>
    public event Action? Changed;

    /// <summary>Stops watching.</summary>
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

        // Callbacks only queue work, so waiting for them here is short; the queued work finds the graph disposed.
        _publicationReader.Dispose();
        _subscriptionReader.Dispose();
        _domain.Participants.Release(_participant);
        _self.Free();
    }

    private sealed record Entry(string Topic, string Type, RosEndpoint Endpoint);

    private sealed class Ends
    {
        public List<RosEndpoint> Publishers { get; } = [];

        public List<RosEndpoint> Subscribers { get; } = [];
    }

    private DdsEntity Read(int builtinTopic, nint listener) => DdsEntity.Created(
        CycloneDds.dds_create_reader(_participant.Entity.Number, builtinTopic, 0, listener), "Watching the ROS graph");

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnData(int reader, nint self) =>
        (GCHandle.FromIntPtr(self).Target as RosGraph)?.RequestUpdate();

    // Discovery runs on Cyclone's threads; building lists there would hold up every robot.
    private void RequestUpdate()
    {
        if (Interlocked.Increment(ref _requests) == 1)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static graph => graph.Update(), this, preferLocal: false);
        }
    }

    private void Update()
    {
        int served;
        do
        {
            served = Volatile.Read(ref _requests);
            bool isChanged;
            lock (_lock)
            {
                if (_isDisposed)
                {
                    return;
                }

                isChanged = Take(_publicationReader, _publications) | Take(_subscriptionReader, _subscriptions);
                _topics = isChanged ? null : _topics;
            }

            if (isChanged)
            {
                Changed?.Invoke();
            }
        }
        while (Interlocked.Add(ref _requests, -served) != 0);
    }

    private bool Take(DdsEntity reader, Dictionary<ulong, Entry> entries)
    {
        var samples = stackalloc void*[Batch];
        var infos = stackalloc SampleInfoStruct[Batch];
        var isChanged = false;
        int taken;
        do
        {
            new Span<nint>(samples, Batch).Clear();
            taken = CycloneDds.dds_take(reader.Number, samples, infos, Batch, Batch);
            for (var i = 0; i < taken; i++)
            {
                isChanged |= Accept(in infos[i], (EndpointStruct*)samples[i], entries);
            }

            if (taken > 0)
            {
                _ = CycloneDds.dds_return_loan(reader.Number, samples, taken);
            }
        }
        while (taken == Batch);

        return isChanged;
    }

    private bool Accept(in SampleInfoStruct info, EndpointStruct* endpoint, Dictionary<ulong, Entry> entries)
    {
        if (info.InstanceState != CycloneDds.InstanceAlive || info.ValidData == 0)
        {
            return info.InstanceState != CycloneDds.InstanceAlive && entries.Remove(info.InstanceHandle);
        }

        var ddsTopic = Marshal.PtrToStringUTF8((nint)endpoint->TopicName) ?? "";
        var ddsType = Marshal.PtrToStringUTF8((nint)endpoint->TypeName) ?? "";
        if (!RosNames.TryFromDdsTopic(ddsTopic, out var topic) || !RosNames.TryFromDdsType(ddsType, out var type))
        {
            return false;
        }

        var made = new RosEndpoint(
            new Guid(new ReadOnlySpan<byte>(endpoint->Guid, 16)),
            DdsQos.Read(endpoint->Qos),
            DdsQos.ReadUserData(endpoint->Qos),
            _domain.Participants.Has(new Guid(new ReadOnlySpan<byte>(endpoint->ParticipantGuid, 16))));
        entries[info.InstanceHandle] = new Entry(topic, type, made);
        return true;
    }

    private RosTopics Build()
    {
        var topics = new Dictionary<(string Name, string Type), Ends>();
        foreach (var entry in _publications.Values)
        {
            EndsOf(topics, entry).Publishers.Add(entry.Endpoint);
        }

        foreach (var entry in _subscriptions.Values)
        {
            EndsOf(topics, entry).Subscribers.Add(entry.Endpoint);
        }

        return new RosTopics(
        [
            .. topics
                .OrderBy(topic => topic.Key.Name, StringComparer.Ordinal)
                .ThenBy(topic => topic.Key.Type, StringComparer.Ordinal)
                .Select(topic => new RosTopic(
                    topic.Key.Name, topic.Key.Type, Ordered(topic.Value.Publishers), Ordered(topic.Value.Subscribers))),
        ]);
    }

    private static Ends EndsOf(Dictionary<(string Name, string Type), Ends> topics, Entry entry)
    {
        ref var ends = ref CollectionsMarshal.GetValueRefOrAddDefault(topics, (entry.Topic, entry.Type), out _);
        return ends ??= new Ends();
    }

    private static ImmutableArray<RosEndpoint> Ordered(List<RosEndpoint> endpoints) =>
        [.. endpoints.OrderBy(endpoint => endpoint.Id)];
}
