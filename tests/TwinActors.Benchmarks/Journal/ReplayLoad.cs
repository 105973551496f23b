using System.Diagnostics;
using TwinActors.Persistence.Journal;

namespace TwinActors.Benchmarks.Journal;

/// <summary>Reads back what the writers wrote, with one reader at a time.</summary>
internal static class ReplayLoad
{
    private const int PageEvents = 10_000;

    /// <summary>Events per second, stream by stream, as a recovery reads them.</summary>
    public static async Task<double> StreamsAsync(IJournal journal, int writers, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var count = 0L;
        for (var writer = 0; writer < writers && clock.Elapsed < time; writer++)
        {
            var events = journal.ReadStreamAsync(WriterLoad.EntityOf(writer), 0, CancellationToken.None);
            await foreach (var stored in events)
            {
                count++;
            }
        }

        return count / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Events per second, the whole journal page by page.</summary>
    public static async Task<double> PagesAsync(IJournal journal, TimeSpan time)
    {
        var clock = Stopwatch.StartNew();
        var count = 0L;
        var after = Checkpoint.Start;
        while (clock.Elapsed < time)
        {
            var page = await journal.ReadPageAsync(after, PageEvents, CancellationToken.None);
            if (page.Events.IsEmpty)
            {
                break;
            }

            count += page.Events.Length;
            after = page.Next;
        }

        return count / clock.Elapsed.TotalSeconds;
    }
}
