using System.Diagnostics;
using TwinActors.Kernel;

namespace TwinActors.Benchmarks.Kernel;

/// <summary>Askers that await one answer after another from one actor.</summary>
internal static class Asks
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    public static async Task<(Cost Cost, double P99Microseconds)> OfActorAsync(int asks, int askers)
    {
        await using var system = new ActorSystem();
        var answering = system.ActorOf(() => new DelegateActor<Question>(
            static (_, question) => question.ReplyTo.Tell(question.Number)));
        var waits = new double[asks];
        var cost = await Cost.OfAsync(asks, () => RunAsync(asks, askers, waits, () => answering.AskAsync<long>(
            static reply => new Question(1, reply), Deadline)));
        Array.Sort(waits);
        return (cost, waits[asks * 99 / 100]);
    }

    public static Task<Cost> OfChannelAsync(int asks, int askers)
    {
        var answering = new ChannelLoop<TaskCompletionSource<long>>(static (_, question) => question.SetResult(1));
        return Cost.OfAsync(asks, () => RunAsync(asks, askers, new double[asks], () =>
        {
            var question = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
            answering.Tell(question);
            return new ValueTask<long>(question.Task);
        }));
    }

    private static Task RunAsync(int asks, int askers, double[] waits, Func<ValueTask<long>> ask) =>
        Task.WhenAll(Enumerable.Range(0, askers).Select(asker => Task.Run(async () =>
        {
            for (var i = asker; i < asks; i += askers)
            {
                var start = Stopwatch.GetTimestamp();
                await ask();
                waits[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }
        })));
}
