using System.Net;
using System.Net.Sockets;

namespace TwinActors.Testing;

/// <summary>Hands out TCP ports of the loopback address where nobody listens, each once on this machine.</summary>
/// <remarks>For programs that must be told a port before they listen. The system gives its own, at most from 32768 on,
/// to whoever asks next; these it gives to nobody.</remarks>
public static class FreePorts
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static readonly int Start = Environment.ProcessId * 37 % Count;
    private static int _next;

    /// <summary>A port that is ours until this process ends.</summary>
    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Start + Interlocked.Increment(ref _next)) % Count;
            if (Claim.TryTake($"port-{port}") && IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"All ports from {First} to {First + Count - 1} are taken.");
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
