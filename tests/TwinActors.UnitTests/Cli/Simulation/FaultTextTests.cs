using TwinActors.Cli.Simulation;
using TwinActors.Simulation.Faults;

namespace TwinActors.UnitTests.Cli.Simulation;

public sealed class FaultTextTests
{
    [Fact]
    public void A_fault_is_written_with_component_kind_severity_and_times()
    {
        Assert.True(FaultText.TryParse("elbow:bearing-wear:0.8:2h:90s", out var fault, out _));

        Assert.Equal(
            new Fault(FaultKind.BearingWear, "elbow", 0.8)
            {
                Over = TimeSpan.FromHours(2),
                Begin = TimeSpan.FromSeconds(90),
            },
            fault);
    }

    [Theory]
    [InlineData("elbow", "COMPONENT:KIND:SEVERITY[:OVER[:AT]]")]
    [InlineData("elbow:rust:1", "no fault 'rust'; there are bearing-wear, friction-rise")]
    [InlineData("elbow:backlash:much", "a number from 0 to 1, not 'much'")]
    [InlineData("elbow:backlash:1:soon", "ms, s, min, h or d, not 'soon'")]
    [InlineData("elbow:backlash:1:1s:-1s", "not '-1s'")]
    public void A_text_that_is_no_fault_says_what_is_wrong(string text, string words)
    {
        Assert.False(FaultText.TryParse(text, out _, out var problem));
        Assert.Contains(words, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("1.5min", 90)]
    [InlineData("1d", 86_400)]
    public void Times_have_units(string text, double seconds)
    {
        Assert.True(FaultText.TryParseTime(text, out var time));
        Assert.Equal(seconds, time.TotalSeconds, 1e-9);
    }
}
