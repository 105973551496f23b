using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Native;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Ros2.Dds;

/// <summary>Our membership in one DDS domain: where readers and writers of ROS topics are made.</summary>
/// <remarks>
/// One per domain number and process, shared by all robots; safe from any thread. Dispose it before the process ends,
/// and after its readers and writers: the native threads must not enter a runtime that is going away.
/// </remarks>
public sealed class DdsDomain : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<object, DdsTopicType> _types = [];
    private readonly DdsEntity _domain;
    private bool _isDisposed;

    private DdsDomain(DdsDomainOptions options, DdsEntity domain)
    {
        _domain = domain;
        Options = options;
        Log = DdsLog.Open(options.Domain);
        Participants = new DdsParticipants(options.Domain, options.EndpointsPerParticipant);
    }

    /// <summary>Why DDS cannot be used on this machine and what to install, or null when the library is
    /// there.</summary>
    public static string? WhyUnavailable => CycloneLibrary.TryLoad(out var problem) ? null : problem;

    /// <summary>The options it was opened with.</summary>
    public DdsDomainOptions Options { get; }

    /// <summary>What the library had to say, malformed samples above all.</summary>
    public DdsLog Log { get; }

    /// <summary>Our participants.</summary>
    internal DdsParticipants Participants { get; }

    /// <summary>Joins a domain and checks that samples pass through the library unchanged.</summary>
    /// <param name="options">Which domain, and how.</param>
    /// <exception cref="DdsUnavailableException">The library is missing, is another version, or fails the
    /// check.</exception>
    /// <exception cref="DdsException">The domain cannot be joined: it is open in this process already, or its options
    /// are wrong.</exception>
    public static DdsDomain Open(DdsDomainOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (WhyUnavailable is { } problem)
        {
            throw new DdsUnavailableException(problem);
        }

        var entity = DdsEntity.Created(
            CycloneDds.dds_create_domain(options.Domain, options.ToXml()), $"Opening DDS domain {options.Domain}");
        var domain = new DdsDomain(options, entity);
        try
        {
            domain.CheckLibrary();
            return domain;
        }
        catch
        {
            domain.Dispose();
            throw;
        }
    }

    /// <summary>Reads a topic.</summary>
    /// <param name="topic">Fully qualified ROS topic name.</param>
    /// <param name="schema">Its type; samples that do not fit it are dropped and counted in <see cref="Log"/>.</param>
    /// <param name="qos">Quality of service asked for.</param>
    /// <param name="handler">Receives every sample, see <see cref="RosSampleHandler"/>.</param>
    /// <param name="onStatus">Called on a DDS thread when <see cref="RosTopicReader.Publishers"/> or another status
    /// changed; must not block.</param>
    /// <exception cref="ArgumentException">The topic name is not valid.</exception>
    /// <exception cref="NotSupportedException">The type has <c>wstring</c>.</exception>
    /// <exception cref="DdsException">DDS refused.</exception>
    public RosTopicReader Subscribe(
        string topic, RosSchema schema, RosQos qos, RosSampleHandler handler, Action? onStatus = null) =>
        Read(RosNames.ToDdsTopic(topic), TypeOf(schema), qos, handler, onStatus);

    /// <summary>Reads a topic of a type whose layout is unknown: samples come unchecked, big-endian ones
    /// unswapped.</summary>
    /// <param name="topic">Fully qualified ROS topic name.</param>
    /// <param name="type">ROS type name.</param>
    /// <param name="qos">Quality of service asked for.</param>
    /// <param name="handler">Receives every sample.</param>
    /// <exception cref="ArgumentException">A name is not valid.</exception>
    /// <exception cref="DdsException">DDS refused.</exception>
    public RosTopicReader SubscribeOpaque(string topic, string type, RosQos qos, RosSampleHandler handler) =>
        Read(RosNames.ToDdsTopic(topic), OpaqueTypeOf(RosNames.ToDdsType(type)), qos, handler, null);

    /// <summary>Writes a topic.</summary>
    /// <param name="topic">Fully qualified ROS topic name.</param>
    /// <param name="schema">Its type.</param>
    /// <param name="qos">Quality of service offered.</param>
    /// <exception cref="ArgumentException">The topic name is not valid.</exception>
    /// <exception cref="NotSupportedException">The type has <c>wstring</c>.</exception>
    /// <exception cref="DdsException">DDS refused.</exception>
    public RosTopicWriter Advertise(string topic, RosSchema schema, RosQos qos) =>
        Write(RosNames.ToDdsTopic(topic), TypeOf(schema), qos);

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            Participants.Dispose();
            foreach (var type in _types.Values)
            {
                type.Dispose();
            }

            _types.Clear();
            _domain.Dispose();
        }
    }

    /// <summary>Reads a DDS topic by its own name.</summary>
    internal RosTopicReader Read(
        string ddsTopic, DdsTopicType type, RosQos qos, RosSampleHandler handler, Action? onStatus)
    {
        ArgumentNullException.ThrowIfNull(qos);
        ArgumentNullException.ThrowIfNull(handler);
        return new RosTopicReader(Participants, ddsTopic, type, qos, handler, onStatus);
    }

    /// <summary>Writes a DDS topic by its own name.</summary>
    internal RosTopicWriter Write(string ddsTopic, DdsTopicType type, RosQos qos)
    {
        ArgumentNullException.ThrowIfNull(qos);
        return new RosTopicWriter(Participants, ddsTopic, type, qos);
    }

    /// <summary>The domain's form of a schema.</summary>
    internal DdsTopicType TypeOf(RosSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        return TypeOf(schema, static key => DdsTopicType.Of((RosSchema)key));
    }

    /// <summary>The domain's form of a type known by name only.</summary>
    internal DdsTopicType OpaqueTypeOf(string ddsTypeName) =>
        TypeOf(ddsTypeName, static key => DdsTopicType.Opaque((string)key));

    private DdsTopicType TypeOf(object key, Func<object, DdsTopicType> make)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (!_types.TryGetValue(key, out var type))
            {
                type = make(key);
                _types.Add(key, type);
            }

            return type;
        }
    }

    // The binding relies on structures that are internal to Cyclone 0.10; another version must fail here, not later.
    private void CheckLibrary()
    {
        var payload = new byte[256];
        var message = new CdrWriter(payload);
        message.WriteTime(1_000_000_002);
        message.WriteText("check");
        message.WriteCount(1);
        message.WriteText("joint");
        message.WriteFloat64Sequence([1.5]);
        message.WriteFloat64Sequence([]);
        message.WriteFloat64Sequence([-2.5, double.PositiveInfinity]);
        var sent = message.Written.ToArray();

        byte[]? received = null;
        var type = TypeOf(RosSchemaSet.Standard.Get("sensor_msgs/msg/JointState"));
        var topic = $"twinactors_check_{Guid.NewGuid():N}";
        using var reader = Read(topic, type, RosQos.Default, (cdr, in _) => received = cdr.ToArray(), null);
        using var writer = Write(topic, type, RosQos.Default);
        var result = writer.Write(sent);
        var isTruncationRefused = writer.Write(sent.AsSpan(0, sent.Length - 1)) == RosWriteResult.Malformed;
        // Within one process delivery happens inside the write.
        var isUnchanged = result == RosWriteResult.Written && sent.AsSpan().SequenceEqual(received);
        if (!isUnchanged || !isTruncationRefused)
        {
            throw new DdsUnavailableException(
                "The installed Cyclone DDS does not pass samples unchanged; this build needs version 0.10: "
                + "apt install libddsc0debian.");
        }
    }
}
