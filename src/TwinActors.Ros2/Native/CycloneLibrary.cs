using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace TwinActors.Ros2.Native;

/// <summary>Finds the Cyclone DDS library on this machine, once per process.</summary>
internal static class CycloneLibrary
{
    /// <summary>The name that <see cref="CycloneDds"/> imports from; no file has it.</summary>
    public const string Name = "ddsc";

    // Debian's build has a soname of its own; the others are upstream's.
    private static readonly ImmutableArray<string> Files = ["libddsc.so.0debian", "libddsc.so.0", "libddsc.so"];

    // What a build without these does not fail at loading, only at the first call.
    private static readonly ImmutableArray<string> Symbols =
    [
        "dds_create_domain", "dds_takecdr", "dds_writecdr", "ddsi_serdata_from_ser_iov", "ddsi_serdata_to_ser_ref",
        "ddsi_serdata_to_ser_unref", "ddsi_serdata_unref", "ddsi_serdata_size", "dds_set_log_sink",
        "dds_builtintopic_free_endpoint",
    ];

    private static readonly Lazy<(nint Handle, string? Problem)> Loaded = new(Load);

    /// <summary>Loads the library and lets <see cref="CycloneDds"/> use it.</summary>
    /// <param name="problem">Receives what is missing and what to install, or null.</param>
    public static bool TryLoad([NotNullWhen(false)] out string? problem)
    {
        problem = Loaded.Value.Problem;
        return problem is null;
    }

    /// <summary>Address of a function that only some versions have, or 0.</summary>
    public static nint Find(string symbol) =>
        NativeLibrary.TryGetExport(Loaded.Value.Handle, symbol, out var address) ? address : 0;

    private static (nint Handle, string? Problem) Load()
    {
        if (!OperatingSystem.IsLinux() || nint.Size != 8)
        {
            return (0, "ROS 2 over DDS needs 64-bit Linux with Cyclone DDS; here robots can be simulated only.");
        }

        foreach (var file in Files)
        {
            if (!NativeLibrary.TryLoad(file, out var handle))
            {
                continue;
            }

            foreach (var symbol in Symbols)
            {
                if (!NativeLibrary.TryGetExport(handle, symbol, out _))
                {
                    return (0, $"{file} does not export {symbol}; needed is 0.10: apt install libddsc0debian.");
                }
            }

            NativeLibrary.SetDllImportResolver(
                typeof(CycloneLibrary).Assembly, (name, _, _) => name == Name ? handle : 0);
            return (handle, null);
        }

        return (0, $"Cyclone DDS is not installed (tried {string.Join(", ", Files)}): apt install libddsc0debian.");
    }
}
