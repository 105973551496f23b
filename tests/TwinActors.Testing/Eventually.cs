using Xunit;

namespace TwinActors.Testing;

/// <summary>Waits for what other threads or processes bring about. Tests in one thread never need it.</summary>
public static class Eventually
{
    private static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until a condition holds.</summary>
    /// <param name="condition">Asked again and again, from one thread.</param>
    /// <param name="what">Says what is waited for, for the message of a failure.</param>
    /// <param name="deadline">Longest wait; null: 20 s.</param>
    public static async Task TrueAsync(Func<bool> condition, string what, TimeSpan? deadline = null)
    {
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
}
