using TwinActors.SimulationTests.Mutants;
using TwinActors.SimulationTests.Runs;

namespace TwinActors.SimulationTests;

public sealed class SeedTests
{
    // What every run of all tests affords; ./twin sim-test runs as many as one wants.
    private const int Seeds = 400;

    [Fact]
    public void No_seed_breaks_a_promise()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var result = SimulatedRun.Execute(seed);

            Assert.True(
                result.Violations.Count == 0,
                $"./twin sim-test --seeds 1 --from {seed} --trace\n{string.Join('\n', result.Violations.Take(5))}");
        }
    }

    [Fact]
    public void A_seed_gives_the_same_trace_every_time_whether_it_is_kept_or_not()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var first = SimulatedRun.Execute(seed, keepsTrace: true);
            var second = SimulatedRun.Execute(seed, keepsTrace: true);
            var unkept = SimulatedRun.Execute(seed);

            Assert.Equal(first.Lines, second.Lines);
            Assert.Equal((first.Hash, first.Hash), (second.Hash, unkept.Hash));
        }
    }

    [Fact]
    public void Seeds_differ()
    {
        var hashes = Enumerable.Range(1, 40).Select(seed => SimulatedRun.Execute(seed).Hash);

        Assert.Equal(40, hashes.Distinct().Count());
    }

    [Fact]
    public void The_plans_of_some_seeds_have_every_kind_of_fault()
    {
        var plans = Enumerable.Range(1, Seeds).Select(seed => FaultPlan.Draw(new Random(seed))).ToArray();

        Assert.All(
            typeof(FaultPlan).GetProperties().Where(property => property.CanWrite),
            property => Assert.True(
                plans.Select(property.GetValue).Distinct().Count() > 1, $"{property.Name} is the same in all plans"));
    }

    [Theory]
    [InlineData(SimulatedMutation.KeepEpoch)]
    [InlineData(SimulatedMutation.KeepTornWrites)]
    internal void A_journal_without_one_of_its_guards_is_caught(SimulatedMutation mutation)
    {
        var caught = Enumerable.Range(1, Mutant.MostSeeds)
            .Select(seed => SimulatedRun.Execute(seed, mutation))
            .FirstOrDefault(result => result.Violations.Count > 0);

        Assert.True(caught is not null, $"{mutation} was not caught by {Mutant.MostSeeds} seeds");
        TestContext.Current.SendDiagnosticMessage(
            $"{mutation}: caught by seed {caught.Seed}, {caught.Violations[0].Rule}");
    }
}
