using System.Net.Sockets;

namespace TwinActors.Testing;

/// <summary>Names that one process of this machine has at a time; free again when it ends, however it ends.</summary>
internal static class Claim
{
    private static readonly List<Socket> Taken = [];

    /// <summary>Takes a name until this process ends.</summary>
    /// <returns>False when somebody has it.</returns>
    public static bool TryTake(string name)
    {
        // An abstract address: no file is left behind, and none of another user is in the way.
        var address = new UnixDomainSocketEndPoint($"\0twinactors-test-{name}");
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(address);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return false;
        }

        lock (Taken)
        {
            Taken.Add(socket);
        }

        return true;
    }
}
