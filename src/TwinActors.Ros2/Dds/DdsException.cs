using System.Runtime.InteropServices;
using TwinActors.Ros2.Native;

namespace TwinActors.Ros2.Dds;

/// <summary>A call into DDS failed.</summary>
/// <param name="message">What was tried and what DDS answered.</param>
public sealed class DdsException(string message) : Exception(message)
{
    /// <summary>The result, or an exception that says what was tried.</summary>
    internal static int ThrowIfFailed(int result, string what)
    {
        if (result >= 0)
        {
            return result;
        }

        var reason = Marshal.PtrToStringUTF8(CycloneDds.dds_strretcode(result));
        throw new DdsException($"{what} failed: {reason} ({result}).");
    }
}

/// <summary>DDS cannot be used on this machine.</summary>
/// <param name="message">What is missing and what to install.</param>
public sealed class DdsUnavailableException(string message) : Exception(message);
