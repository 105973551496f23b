using System.Runtime.InteropServices;

namespace TwinActors.Ros2.Native;

/// <summary>Quality-of-service functions of libddsc 0.10. Durations are nanoseconds; <see cref="Infinite"/> is
/// none.</summary>
internal static unsafe partial class CycloneQos
{
    /// <summary><c>DDS_INFINITY</c>.</summary>
    public const long Infinite = long.MaxValue;

    private const string Library = CycloneLibrary.Name;

    [LibraryImport(Library)]
    public static partial nint dds_create_qos();

    [LibraryImport(Library)]
    public static partial void dds_delete_qos(nint qos);

    [LibraryImport(Library)]
    public static partial void dds_qset_reliability(nint qos, int kind, long maximumBlocking);

    [LibraryImport(Library)]
    public static partial void dds_qset_durability(nint qos, int kind);

    [LibraryImport(Library)]
    public static partial void dds_qset_history(nint qos, int kind, int depth);

    [LibraryImport(Library)]
    public static partial void dds_qset_durability_service(
        nint qos, long cleanupDelay, int historyKind, int depth, int maximumSamples, int maximumInstances,
        int maximumSamplesPerInstance);

    [LibraryImport(Library)]
    public static partial void dds_qset_deadline(nint qos, long deadline);

    [LibraryImport(Library)]
    public static partial void dds_qset_lifespan(nint qos, long lifespan);

    [LibraryImport(Library)]
    public static partial void dds_qset_liveliness(nint qos, int kind, long lease);

    [LibraryImport(Library)]
    public static partial void dds_qset_writer_data_lifecycle(nint qos, [MarshalAs(UnmanagedType.U1)] bool autoDispose);

    [LibraryImport(Library)]
    public static partial void dds_qset_ignorelocal(nint qos, int kind);

    [LibraryImport(Library)]
    public static partial void dds_qset_userdata(nint qos, byte* value, nuint size);

    [LibraryImport(Library)]
    public static partial byte dds_qget_reliability(nint qos, int* kind, long* maximumBlocking);

    [LibraryImport(Library)]
    public static partial byte dds_qget_durability(nint qos, int* kind);

    [LibraryImport(Library)]
    public static partial byte dds_qget_history(nint qos, int* kind, int* depth);

    [LibraryImport(Library)]
    public static partial byte dds_qget_deadline(nint qos, long* deadline);

    [LibraryImport(Library)]
    public static partial byte dds_qget_lifespan(nint qos, long* lifespan);

    [LibraryImport(Library)]
    public static partial byte dds_qget_liveliness(nint qos, int* kind, long* lease);

    [LibraryImport(Library)]
    public static partial byte dds_qget_userdata(nint qos, void** value, nuint* size);
}
