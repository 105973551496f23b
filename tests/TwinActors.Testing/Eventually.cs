using System.Text.Json;
using Xunit;

namespace TwinActors.Testing;

/// <summary>Waits for what other threads or processes bring about. Tests in one thread never need it.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan ProcessDeadline = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan ProcessPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">Asked again and again, from one thread.</param>
    /// <param name="what">Says what is waited for, for the message of a failure.</param>
    /// <param name="deadline">Longest wait; null: 1 min.</param>
    public static async Task TrueAsync(Func<bool> condition, string what, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(condition);
        var limit = deadline ?? DefaultDeadline;
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
            {
                Assert.Fail($"Waited {limit.TotalSeconds:0.#} s until {what}.");
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }

    /// <summary>Asks another process again and again until its answer is as wanted.</summary>
    /// <typeparam name="T">Kind of answer.</typeparam>
    /// <param name="ask">Asks.</param>
    /// <param name="isWanted">Whether the answer is as wanted.</param>
    /// <param name="what">Says what is waited for, for the message of a failure.</param>
    /// <param name="deadline">Longest wait; null: 2 min.</param>
    /// <returns>The wanted answer.</returns>
    public static async Task<T> AnswersAsync<T>(
        Func<Task<T>> ask, Func<T, bool> isWanted, string what, TimeSpan? deadline = null)
    {
        ArgumentNullException.ThrowIfNull(ask);
        ArgumentNullException.ThrowIfNull(isWanted);
        var limit = deadline ?? ProcessDeadline;
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (isWanted(answer))
            {
                return answer;
            }

            if (TimeProvider.System.GetElapsedTime(start) > limit)
            {
                var words = JsonSerializer.Serialize(answer);
                Assert.Fail($"Waited {limit.TotalSeconds:0.#} s until {what}; the last answer was {words}");
            }

            await Task.Delay(ProcessPause, TimeProvider.System);
        }
    }
}
