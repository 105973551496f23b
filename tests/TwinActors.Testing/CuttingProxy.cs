using System.Net;
using System.Net.Sockets;

namespace TwinActors.Testing;

/// <summary>
/// Passes TCP connections on to a Unix socket, and cuts the next busy one where a test says: after so many bytes there
/// or back.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private readonly string _target;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private readonly List<Task> _work = [];
    private long _there;
    private long _back;
    private long? _cutThere;
    private long? _cutBack;
    private TaskCompletionSource _flow = Open();

    /// <summary>Listens on a free port of the loopback address.</summary>
    /// <param name="target">Path of the Unix socket.</param>
    public CuttingProxy(string target)
    {
        _target = target;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _work.Add(AcceptAsync());
    }

    /// <summary>The port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Bytes that went there and came back since the last <see cref="Plan"/>.</summary>
    public (long There, long Back) Passed
    {
        get
        {
            lock (_gate)
            {
                return (_there, _back);
            }
        }
    }

    /// <summary>Counts anew, and cuts one connection when it has passed so many bytes.</summary>
    /// <param name="there">Bytes of the client that still pass; absent: no cut on that way.</param>
    /// <param name="back">Bytes of the server that still pass; absent: no cut on that way.</param>
    public void Plan(long? there = null, long? back = null)
    {
        lock (_gate)
        {
            (_there, _back, _cutThere, _cutBack) = (0, 0, there, back);
        }
    }

    /// <summary>Holds all bytes back, without closing anything.</summary>
    public void FallSilent()
    {
        lock (_gate)
        {
            _flow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Lets the bytes pass again.</summary>
    public void Speak() => _flow.TrySetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        Speak();
        _listener.Dispose();
        Task[] work;
        lock (_gate)
        {
            work = [.. _work];
        }

        await Task.WhenAll(work);
        _stopping.Dispose();
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptAsync(_stopping.Token);
                lock (_gate)
                {
                    _work.Add(PassAsync(client));
                }
            }
        }
        catch (Exception) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var from = client;
        using var to = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await to.ConnectAsync(new UnixDomainSocketEndPoint(_target), _stopping.Token);
            await Task.WhenAny(PumpAsync(from, to, isThere: true), PumpAsync(to, from, isThere: false));
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            // The server is away: the client sees its connection end.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool isThere)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                var count = await from.ReceiveAsync(buffer, _stopping.Token);
                await _flow.Task;
                var allowed = Allow(count, isThere);
                await to.SendAsync(buffer.AsMemory(0, allowed), _stopping.Token);
                if (count == 0 || allowed < count || IsCut(isThere))
                {
                    return;
                }
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One end is gone; the caller closes the other.
        }
    }

    private int Allow(int count, bool isThere)
    {
        lock (_gate)
        {
            ref var passed = ref isThere ? ref _there : ref _back;
            var cut = isThere ? _cutThere : _cutBack;
            var allowed = (int)Math.Min(count, (cut - passed) ?? count);
            passed += allowed;
            if (allowed < count)
            {
                (_cutThere, _cutBack) = (null, null);
            }

            return allowed;
        }
    }

    /// <summary>Whether the planned bytes have passed to the last one; the next connection is spared then.</summary>
    private bool IsCut(bool isThere)
    {
        lock (_gate)
        {
            var isCut = isThere ? _there == _cutThere : _back == _cutBack;
            if (isCut)
            {
                (_cutThere, _cutBack) = (null, null);
            }

            return isCut;
        }
    }
}
