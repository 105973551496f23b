using System.Threading.Channels;

namespace TwinActors.Benchmarks.Kernel;

/// <summary>The peer: an actor as most would write it, an asynchronous loop over a channel of its own.</summary>
/// <typeparam name="T">Its messages.</typeparam>
internal sealed class ChannelLoop<T>
{
    private readonly Channel<T> _channel =
        Channel.CreateUnbounded<T>(new UnboundedChannelOptions { SingleReader = true });

    public ChannelLoop(Action<ChannelLoop<T>, T> receive) => _ = RunAsync(receive);

    public void Tell(T message) => _channel.Writer.TryWrite(message);

    public void Stop() => _channel.Writer.Complete();

    private async Task RunAsync(Action<ChannelLoop<T>, T> receive)
    {
        await foreach (var message in _channel.Reader.ReadAllAsync())
        {
            receive(this, message);
        }
    }
}
