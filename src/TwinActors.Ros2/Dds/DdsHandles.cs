using System.Runtime.InteropServices;
using System.Text;
using TwinActors.Ros2.Native;

namespace TwinActors.Ros2.Dds;

/// <summary>A DDS entity; deleting it deletes what was made under it and waits for its running callbacks.</summary>
internal sealed class DdsEntity : SafeHandle
{
    private DdsEntity(int number)
        : base(0, ownsHandle: true) => SetHandle(number);

    /// <inheritdoc/>
    public override bool IsInvalid => handle <= 0;

    /// <summary>The number that DDS knows the entity by.</summary>
    public int Number => (int)handle;

    /// <summary>Takes an entity over.</summary>
    /// <param name="result">Result of a create function.</param>
    /// <param name="what">What was tried, for the message.</param>
    /// <exception cref="DdsException">The result is an error.</exception>
    public static DdsEntity Created(int result, string what) => new(DdsException.ThrowIfFailed(result, what));

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => CycloneDds.dds_delete((int)handle) >= 0;
}

/// <summary>Quality of service in Cyclone's own form, for the time of a call.</summary>
internal sealed unsafe class DdsQos : IDisposable
{
    /// <summary>Longest time that a write waits for slow reliable readers: an owner never hangs longer.</summary>
    private static readonly TimeSpan MaximumBlocking = TimeSpan.FromMilliseconds(100);

    private DdsQos() => Pointer = CycloneQos.dds_create_qos();

    public nint Pointer { get; private set; }

    /// <summary>Quality of an endpoint.</summary>
    /// <param name="qos">In the words of ROS.</param>
    /// <param name="userData">Text that peers see at the endpoint; ROS nodes warn about endpoints without any.</param>
    public static DdsQos Endpoint(RosQos qos, string userData)
    {
        var made = new DdsQos();
        var pointer = made.Pointer;
        var historyKind = qos.Depth is null ? 1 : 0;
        var depth = qos.Depth is { } kept ? Math.Max(1, kept) : -1;
        CycloneQos.dds_qset_reliability(pointer, (int)qos.Reliability, Nanoseconds(MaximumBlocking));
        CycloneQos.dds_qset_durability(pointer, (int)qos.Durability);
        CycloneQos.dds_qset_history(pointer, historyKind, depth);
        if (qos.Durability == RosDurability.TransientLocal)
        {
            // Without this a late joiner gets one sample, whatever the history.
            CycloneQos.dds_qset_durability_service(pointer, 0, historyKind, depth, -1, -1, -1);
        }

        CycloneQos.dds_qset_deadline(pointer, Nanoseconds(qos.Deadline));
        CycloneQos.dds_qset_lifespan(pointer, Nanoseconds(qos.Lifespan));
        CycloneQos.dds_qset_liveliness(pointer, (int)qos.Liveliness, Nanoseconds(qos.LivelinessLease));
        CycloneQos.dds_qset_writer_data_lifecycle(pointer, autoDispose: false);
        made.SetUserData(userData);
        return made;
    }

    /// <summary>Quality of a participant.</summary>
    public static DdsQos Participant()
    {
        var made = new DdsQos();
        made.SetUserData("enclave=/;");
        return made;
    }

    /// <summary>Reads the quality that a peer announced.</summary>
    public static RosQos Read(nint qos)
    {
        var (reliability, durability, liveliness, blocking) = (0, 0, 0, 0L);
        var (deadline, lifespan, lease) = (CycloneQos.Infinite, CycloneQos.Infinite, CycloneQos.Infinite);
        CycloneQos.dds_qget_reliability(qos, &reliability, &blocking);
        CycloneQos.dds_qget_durability(qos, &durability);
        CycloneQos.dds_qget_deadline(qos, &deadline);
        CycloneQos.dds_qget_lifespan(qos, &lifespan);
        CycloneQos.dds_qget_liveliness(qos, &liveliness, &lease);
        var (history, depth) = (0, 1);
        CycloneQos.dds_qget_history(qos, &history, &depth);
        return new RosQos
        {
            Reliability = reliability == 0 ? RosReliability.BestEffort : RosReliability.Reliable,
            Durability = durability == 0 ? RosDurability.Volatile : RosDurability.TransientLocal,
            Depth = history == 0 ? depth : null,
            Deadline = Duration(deadline),
            Lifespan = Duration(lifespan),
            Liveliness = (RosLiveliness)Math.Clamp(liveliness, 0, 2),
            LivelinessLease = Duration(lease),
        };
    }

    /// <summary>Reads the user data that a peer announced; empty when there is none.</summary>
    public static string ReadUserData(nint qos)
    {
        void* value = null;
        nuint size = 0;
        if (CycloneQos.dds_qget_userdata(qos, &value, &size) == 0 || value is null)
        {
            return "";
        }

        // What peers send here is short text; more is not worth keeping.
        const int Longest = 4096;
        var text = Encoding.UTF8.GetString((byte*)value, (int)Math.Min(size, Longest));
        CycloneDds.dds_free(value);
        return text;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Pointer != 0)
        {
            CycloneQos.dds_delete_qos(Pointer);
            Pointer = 0;
        }
    }

    private static long Nanoseconds(TimeSpan? duration) =>
        duration is { } given ? given.Ticks * TimeSpan.NanosecondsPerTick : CycloneQos.Infinite;

    private static TimeSpan? Duration(long nanoseconds) =>
        nanoseconds == CycloneQos.Infinite ? null : TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick);

    private void SetUserData(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            CycloneQos.dds_qset_userdata(Pointer, start, (nuint)bytes.Length);
        }
    }
}
