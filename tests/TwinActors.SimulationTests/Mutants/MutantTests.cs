using System.Globalization;
using System.Text.RegularExpressions;

namespace TwinActors.SimulationTests.Mutants;

/// <summary>Whether the simulation would notice: each guard of the product is left out in turn.</summary>
public sealed partial class MutantTests(MutatedProduct product) : IClassFixture<MutatedProduct>
{
    public static TheoryData<int> Mutants => [.. Enumerable.Range(0, Mutant.All.Count)];

    [Fact]
    public void With_all_guards_the_copy_does_what_the_product_does()
    {
        using var real = new StringWriter();
        SimTest.Run(["--seeds", "5", "--trace"], real, real);

        Assert.Equal(WithoutTime(real.ToString()), WithoutTime(product.Run(null, "--seeds", "5", "--trace")));
    }

    [Theory]
    [MemberData(nameof(Mutants))]
    public void A_product_without_one_of_its_guards_is_caught(int index)
    {
        var mutant = Mutant.All[index];
        var said = product.Run(mutant, "--seeds", $"{Mutant.MostSeeds}", "--until-failure");

        var broken = BrokenPattern().Match(said);
        Assert.True(broken.Success, $"{Mutant.MostSeeds} seeds did not notice that {mutant.Name}: {said}");
        TestContext.Current.SendDiagnosticMessage(string.Create(
            CultureInfo.InvariantCulture, $"{mutant.Name}: seed {broken.Groups[1].Value}, {broken.Groups[2].Value}"));
    }

    private static string WithoutTime(string said) => said[..said.LastIndexOf(" events, ", StringComparison.Ordinal)];

    [GeneratedRegex("^seed ([0-9]+): ([^:]+):", RegexOptions.Multiline)]
    private static partial Regex BrokenPattern();
}
