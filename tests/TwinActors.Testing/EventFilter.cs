using TwinActors.Kernel;
using Xunit;

namespace TwinActors.Testing;

/// <summary>Expects what happens in a simulated system while something is done: no more, no less.</summary>
public static class EventFilter
{
    /// <summary>Does something during which this many events of a kind must be published.</summary>
    /// <typeparam name="TEvent">Kind of event, as <see cref="ActorFailed"/>.</typeparam>
    /// <param name="simulation">The simulation; it runs until nothing is left to do.</param>
    /// <param name="count">Number of events.</param>
    /// <param name="action">What is done.</param>
    /// <param name="isWanted">Which events count; null: all of the kind.</param>
    /// <returns>The events, in their order.</returns>
    public static TEvent[] Expect<TEvent>(
        ActorSimulation simulation, int count, Action action, Func<TEvent, bool>? isWanted = null)
        where TEvent : notnull
    {
        ArgumentNullException.ThrowIfNull(simulation);
        ArgumentNullException.ThrowIfNull(action);
        simulation.Run();
        var events = new List<TEvent>();
        using var subscription = simulation.System.EventStream.Subscribe<TEvent>(@event =>
        {
            if (isWanted?.Invoke(@event) != false)
            {
                events.Add(@event);
            }
        });
        action();
        simulation.Run();
        Assert.True(
            events.Count == count,
            $"{count} {typeof(TEvent).Name} were expected, {events.Count} came:\n{string.Join('\n', events)}");
        return [.. events];
    }

    /// <summary>Does something during which this many messages must reach nobody.</summary>
    /// <param name="simulation">The simulation; it runs until nothing is left to do.</param>
    /// <param name="count">Number of messages; all are counted, also those that are not published.</param>
    /// <param name="action">What is done.</param>
    /// <param name="path">Whom they were meant for; null: anybody.</param>
    public static void ExpectDeadLetters(ActorSimulation simulation, long count, Action action, string? path = null)
    {
        ArgumentNullException.ThrowIfNull(simulation);
        ArgumentNullException.ThrowIfNull(action);
        simulation.Run();
        var before = Count();
        action();
        simulation.Run();
        var letters = string.Join('\n', simulation.System.DeadLetters.Counts());
        Assert.True(
            Count() - before == count, $"{count} dead letters were expected, {Count() - before} came:\n{letters}");

        long Count() => simulation.System.DeadLetters.Counts()
            .Where(letter => path is null || letter.Path == path)
            .Sum(letter => letter.Count);
    }
}
