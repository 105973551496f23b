using System.Runtime.InteropServices;

namespace TwinActors.Ros2.Native;

/// <summary>Functions of libddsc 0.10, as C declares them. Call <see cref="CycloneLibrary.TryLoad"/> first.</summary>
/// <remarks>
/// dds_entity_t and dds_return_t are int (negative is an error), durations are nanoseconds in a long, C's bool is one
/// byte. The <c>ddsi_</c> functions are exported but internal to Cyclone: they are bound as version 0.10 has them.
/// </remarks>
internal static unsafe partial class CycloneDds
{
    /// <summary>Error: a write could not finish within the reliability's blocking time.</summary>
    public const int Timeout = -10;

    /// <summary>Every sample, view and instance state.</summary>
    public const uint AnyState = 127;

    /// <summary>Handle of the builtin topic of writers in the domain.</summary>
    public const int PublicationTopic = 2147418115;

    /// <summary>Handle of the builtin topic of readers in the domain.</summary>
    public const int SubscriptionTopic = 2147418116;

    /// <summary>Instance state of a sample whose instance is alive.</summary>
    public const uint InstanceAlive = 16;

    /// <summary>Kind of a serialized sample that carries data, not a key alone.</summary>
    public const int DataKind = 2;

    /// <summary>Offset of the type pointer in <c>struct ddsi_serdata</c>.</summary>
    public const int SerdataTypeOffset = 24;

    private const string Library = CycloneLibrary.Name;

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int dds_create_domain(uint domain, string configuration);

    [LibraryImport(Library)]
    public static partial int dds_create_participant(uint domain, nint qos, nint listener);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int dds_create_topic(
        int participant, TopicDescriptor* descriptor, string name, nint qos, nint listener);

    [LibraryImport(Library)]
    public static partial int dds_create_reader(int participant, int topic, nint qos, nint listener);

    [LibraryImport(Library)]
    public static partial int dds_create_writer(int participant, int topic, nint qos, nint listener);

    [LibraryImport(Library)]
    public static partial int dds_delete(int entity);

    [LibraryImport(Library)]
    public static partial int dds_write(int writer, void* sample);

    [LibraryImport(Library)]
    public static partial int dds_takecdr(int reader, nint* samples, uint maximum, SampleInfoStruct* infos, uint mask);

    [LibraryImport(Library)]
    public static partial int dds_writecdr(int writer, nint sample);

    [LibraryImport(Library)]
    public static partial int dds_wait_for_acks(int writer, long timeout);

    [LibraryImport(Library)]
    public static partial nint ddsi_serdata_from_ser_iov(
        nint type, int kind, nuint count, IoVector* vectors, nuint size);

    [LibraryImport(Library)]
    public static partial uint ddsi_serdata_size(nint sample);

    [LibraryImport(Library)]
    public static partial nint ddsi_serdata_to_ser_ref(nint sample, nuint offset, nuint size, IoVector* bytes);

    [LibraryImport(Library)]
    public static partial void ddsi_serdata_to_ser_unref(nint sample, IoVector* bytes);

    [LibraryImport(Library)]
    public static partial void ddsi_serdata_unref(nint sample);

    [LibraryImport(Library)]
    public static partial int dds_take(int reader, void** samples, SampleInfoStruct* infos, nuint size, uint maximum);

    [LibraryImport(Library)]
    public static partial int dds_return_loan(int reader, void** samples, int count);

    [LibraryImport(Library)]
    public static partial int dds_get_guid(int entity, byte* guid);

    [LibraryImport(Library)]
    public static partial int dds_get_publication_matched_status(int writer, MatchedStatus* status);

    [LibraryImport(Library)]
    public static partial int dds_get_offered_incompatible_qos_status(int writer, IncompatibleQosStatus* status);

    [LibraryImport(Library)]
    public static partial nint dds_create_listener(nint argument);

    [LibraryImport(Library)]
    public static partial void dds_delete_listener(nint listener);

    [LibraryImport(Library)]
    public static partial void dds_lset_data_available(
        nint listener, delegate* unmanaged[Cdecl]<int, nint, void> callback);

    [LibraryImport(Library)]
    public static partial void dds_lset_subscription_matched(
        nint listener, delegate* unmanaged[Cdecl]<int, MatchedStatus, nint, void> callback);

    [LibraryImport(Library)]
    public static partial void dds_lset_requested_incompatible_qos(
        nint listener, delegate* unmanaged[Cdecl]<int, IncompatibleQosStatus, nint, void> callback);

    [LibraryImport(Library)]
    public static partial void dds_lset_sample_lost(
        nint listener, delegate* unmanaged[Cdecl]<int, SampleLostStatus, nint, void> callback);

    [LibraryImport(Library)]
    public static partial void dds_set_log_sink(delegate* unmanaged[Cdecl]<nint, LogEntry*, void> sink, nint argument);

    [LibraryImport(Library)]
    public static partial nint dds_strretcode(int code);

    [LibraryImport(Library)]
    public static partial void dds_free(void* memory);

    [LibraryImport(Library)]
    public static partial void dds_builtintopic_free_endpoint(EndpointStruct* endpoint);
}
