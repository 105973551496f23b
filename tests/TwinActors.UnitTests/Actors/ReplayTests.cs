using System.Security.Cryptography;
using TwinActors.Actors.Journal;
using TwinActors.Robotics;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.UnitTests.Actors;

[Trait("Rule", "K-21")]
public sealed class ReplayTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Whatever_happened_two_replays_from_the_journal_and_the_live_state_are_the_same_to_the_byte()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var (live, events) = Live(new Random(seed));
            var stored = events.Select(RobotTwinEvents.Registry.Write).ToArray();

            var (first, second) = (Replay(), Replay());

            Assert.True(Hash(live) == Hash(first), $"The first replay differs from what was live (seed {seed}).");
            Assert.True(Hash(first) == Hash(second), $"Two replays differ (seed {seed}).");

            RobotTwinState Replay() => stored
                .Select(written => RobotTwinEvents.Registry.Read(written.Name, written.Body.Span))
                .Aggregate(RobotTwin.Initial, RobotTwin.Evolve);
        }
    }

    private static (RobotTwinState State, List<RobotTwinEvent> Events) Live(Random random)
    {
        var (state, events, now) = (RobotTwin.Initial, new List<RobotTwinEvent>(), Noon);
        for (var n = 0; n < 60; n++)
        {
            now += TimeSpan.FromMilliseconds(random.Next(5_000));
            foreach (var @event in RobotTwin.Decide(state, Command(random, now)).Events)
            {
                events.Add(@event);
                state = RobotTwin.Evolve(state, @event);
            }
        }

        return (state, events);
    }

    private static RobotTwinCommand Command(Random random, DateTimeOffset now) => random.Next(30) switch
    {
        < 4 => new RobotTwinCommand.Register(
            now, RobotId.Parse("Arm-1"), new RobotDescription { Link = "ros2", Tags = ["b", "a"] }),
        4 => new RobotTwinCommand.Remove(now),
        < 7 => new RobotTwinCommand.Activate(now, random.Next(2) == 0 ? null : "it broke"),
        < 20 => new RobotTwinCommand.ObserveLink(
            now,
            (LinkHealth)random.Next(Enum.GetValues<LinkHealth>().Length),
            random.Next(3) == 0 ? null : now.AddTicks(-random.Next(1_000_000)),
            random.Next(2) == 0 ? null : "gone"),
        < 26 => new RobotTwinCommand.ObserveFirstData(now, $"stream-{random.Next(4)}", "/x"),
        _ => new RobotTwinCommand.ReportChildFailure(now, "joints", "broken"),
    };

    private static string Hash(RobotTwinState state) =>
        Convert.ToHexString(SHA256.HashData(RobotTwinStates.Registry.Write(state).Body.Span));
}
