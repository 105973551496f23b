using System.Globalization;
using System.Text.RegularExpressions;

namespace TwinActors.ArchitectureTests;

/// <summary>The promises of the kernel and of what is built on it are proved, each by a test that names it.</summary>
public sealed partial class RuleTests
{
    // K-1 to K-16: the kernel; K-17 to K-25: event sourcing and the journal; K-26 and K-27: the cluster.
    private const int LastRule = 27;

    // Rules that no test proves yet. Take a rule out with the test that proves it.
    private static readonly int[] Unproved = [26, 27];

    [Fact]
    public void Every_rule_has_a_test_or_is_known_to_have_none()
    {
        var proved = Rules().Select(rule => rule.Number);

        Assert.Empty(Enumerable.Range(1, LastRule).Except(proved).Except(Unproved).Select(rule => $"K-{rule}"));
    }

    [Fact]
    public void No_test_names_a_rule_that_does_not_exist() =>
        Assert.DoesNotContain(Rules(), rule => rule.Number is < 1 or > LastRule);

    private static IEnumerable<(string Place, int Number)> Rules() =>
        from file in Repository.CSharp("tests/")
        from line in Repository.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
        from rule in RuleTrait().Matches(line.Text)
        select ($"{file}:{line.Number}", int.Parse(rule.Groups["number"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\[Trait\(""Rule"", ""K-(?<number>\d+)""\)\]")]
    private static partial Regex RuleTrait();
}
