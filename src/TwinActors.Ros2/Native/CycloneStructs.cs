using System.Runtime.InteropServices;

namespace TwinActors.Ros2.Native;

/// <summary><c>dds_topic_descriptor_t</c> of Cyclone DDS 0.10, 96 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 96)]
internal unsafe struct TopicDescriptor
{
    /// <summary>Flag: <see cref="RestrictDataRepresentation"/> holds.</summary>
    public const uint RestrictDataRepresentationFlag = 0x80;

    [FieldOffset(0)]
    public uint Size;

    [FieldOffset(4)]
    public uint Alignment;

    [FieldOffset(8)]
    public uint Flags;

    [FieldOffset(16)]
    public byte* TypeName;

    [FieldOffset(32)]
    public uint OpCount;

    [FieldOffset(40)]
    public uint* Ops;

    [FieldOffset(48)]
    public byte* Meta;

    /// <summary>Bit set of allowed representations; 1 is XCDR1 alone.</summary>
    [FieldOffset(88)]
    public uint RestrictDataRepresentation;
}

/// <summary><c>dds_sample_info_t</c>, 64 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = 64)]
internal struct SampleInfoStruct
{
    [FieldOffset(8)]
    public uint InstanceState;

    [FieldOffset(12)]
    public byte ValidData;

    [FieldOffset(16)]
    public long SourceTimestamp;

    [FieldOffset(24)]
    public ulong InstanceHandle;

    [FieldOffset(32)]
    public ulong PublicationHandle;
}

/// <summary><c>ddsrt_iovec_t</c>, 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct IoVector
{
    public void* Start;
    public nuint Length;
}

/// <summary><c>dds_subscription_matched_status_t</c> and its publication twin, 24 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MatchedStatus
{
    public uint Total;
    public int TotalChange;
    public uint Current;
    public int CurrentChange;
    public ulong LastHandle;
}

/// <summary><c>dds_requested_incompatible_qos_status_t</c> and its offered twin, 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct IncompatibleQosStatus
{
    public uint Total;
    public int TotalChange;
    public uint LastPolicy;
}

/// <summary><c>dds_sample_lost_status_t</c>, 8 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SampleLostStatus
{
    public uint Total;
    public int TotalChange;
}

/// <summary><c>dds_builtintopic_endpoint_t</c>, 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct EndpointStruct
{
    public fixed byte Guid[16];
    public fixed byte ParticipantGuid[16];
    public ulong ParticipantHandle;
    public byte* TopicName;
    public byte* TypeName;
    public nint Qos;
}

/// <summary><c>dds_log_data_t</c>.</summary>
[StructLayout(LayoutKind.Explicit)]
internal unsafe struct LogEntry
{
    [FieldOffset(0)]
    public uint Priority;

    [FieldOffset(4)]
    public uint Domain;

    [FieldOffset(32)]
    public byte* Message;

    [FieldOffset(40)]
    public nuint Length;
}
