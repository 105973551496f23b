using System.Security.Cryptography;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Testing;
using TwinActors.Twins.Synchronization;

namespace TwinActors.UnitTests.Twins.Synchronization;

/// <summary>Robots that other people recorded, replayed through the synchronizer.</summary>
public sealed class RecordedSyncTests
{
    private const long PeriodNs = 10_000_000;

    public static IEnumerable<TheoryDataRow<string>> Bags => BagOracle.Rows();

    [Theory]
    [MemberData(nameof(Bags))]
    public void A_recording_gives_the_same_residuals_byte_by_byte_each_time_it_is_replayed(string name)
    {
        Assert.SkipUnless(TestData.IsAvailable, TestData.Missing);

        var (first, ticks) = Replay(TestData.Path(name));
        var (second, _) = Replay(TestData.Path(name));

        Assert.Equal(first, second);
        Assert.All(ticks, robot => Assert.True(robot.Compared > 0, $"{robot.Topic}: no joint was compared."));
    }

    // Each stream of joint states is a robot of its own, ticked at 100 Hz by the recorder's clock.
    private static (string Hash, List<(string Topic, long Compared)> Ticks) Replay(string path)
    {
        using var bag = BagReader.Open(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var ticks = new List<(string, long)>();
        foreach (var robot in RecordedJointState.Read(bag)
            .Where(state => state.Columns.Signals.Contains("position"))
            .GroupBy(state => string.Join(' ', state.Columns.Joints), StringComparer.Ordinal))
        {
            RecordedJointState[] states = [.. robot];
            if (states.Length > 10)
            {
                ticks.Add((robot.Key, Replay(states, hash)));
            }
        }

        return (Convert.ToHexString(hash.GetHashAndReset()), ticks);
    }

    private static long Replay(RecordedJointState[] states, IncrementalHash hash)
    {
        var synchronizer = new Synchronizer(
            [.. states[0].Columns.Joints.Select(JointProfile.Unknown)], new SyncOptions());
        var (next, compared) = (0, 0L);
        for (var now = states[0].LogTimeNs; now <= states[^1].LogTimeNs; now += PeriodNs)
        {
            while (next + 1 < states.Length && states[next + 1].LogTimeNs <= now)
            {
                next++;
            }

            var state = states[next];
            var result = synchronizer.Tick(now, new JointSample(
                state.LogTimeNs, state.Signal("position").ToArray(), state.Signal("velocity").ToArray()));
            compared += result.Joints;
            foreach (var residual in synchronizer.Residuals)
            {
                hash.AppendData(BitConverter.GetBytes(residual));
            }
        }

        return compared;
    }
}
