using TwinActors.Kernel;

namespace TwinActors.Benchmarks.Kernel;

/// <summary>One sender tells one actor as fast as it can.</summary>
internal static class Flood
{
    public static async Task<Cost> OfActorAsync(int messages)
    {
        await using var system = new ActorSystem();
        var done = new TaskCompletionSource();
        var sink = system.ActorOf(
            Props.Create(() => new DelegateActor<Hop>((_, hop) => Count(hop, messages, ref done))) with
            {
                Mailbox = new MailboxOptions(messages),
            });
        return await Cost.OfAsync(messages, () => SendAsync(sink.Tell, messages, done = new TaskCompletionSource()));
    }

    public static Task<Cost> OfChannelAsync(int messages)
    {
        var done = new TaskCompletionSource();
        var sink = new ChannelLoop<Hop>((_, hop) => Count(hop, messages, ref done));
        return Cost.OfAsync(messages, () => SendAsync(sink.Tell, messages, done = new TaskCompletionSource()));
    }

    private static Task SendAsync(Action<Hop> tell, int messages, TaskCompletionSource done)
    {
        new Thread(() =>
        {
            for (var i = 1; i <= messages; i++)
            {
                tell(new Hop(i, 0, null));
            }
        }).Start();
        return done.Task;
    }

    private static void Count(Hop hop, int messages, ref TaskCompletionSource done)
    {
        if (hop.Number == messages)
        {
            done.SetResult();
        }
    }
}
