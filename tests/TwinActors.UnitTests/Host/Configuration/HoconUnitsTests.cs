using TwinActors.Host.Configuration.Hocon;
using Xunit;

namespace TwinActors.UnitTests.Host.Configuration;

public sealed class HoconUnitsTests
{
    [Theory]
    [InlineData("10 ms", 100_000L)]
    [InlineData("10ms", 100_000L)]
    [InlineData("2s", 20_000_000L)]
    [InlineData("0.5 seconds", 5_000_000L)]
    [InlineData("1 m", 600_000_000L)]
    [InlineData("3 hours", 108_000_000_000L)]
    [InlineData("1 d", 864_000_000_000L)]
    [InlineData("2000 micros", 20_000L)]
    [InlineData("150 ns", 2L)]
    [InlineData("-1 s", -10_000_000L)]
    public void Durations_are_read(string text, long ticks)
        => Assert.Equal(TimeSpan.FromTicks(ticks), HoconUnits.Duration(text));

    [Theory]
    [InlineData("64 KiB", 65_536L)]
    [InlineData("10MB", 10_000_000L)]
    [InlineData("1M", 1_048_576L)]
    [InlineData("0.5M", 524_288L)]
    [InlineData("512 bytes", 512L)]
    [InlineData("2 GiB", 2_147_483_648L)]
    public void Sizes_are_read(string text, long bytes) => Assert.Equal(bytes, HoconUnits.Size(text));

    [Theory]
    [InlineData("10")]
    [InlineData("ms")]
    [InlineData("")]
    [InlineData("10 weeks ago")]
    [InlineData("1e3 s")]
    [InlineData("1 fortnight")]
    [InlineData("99999999999999999999 d")]
    [InlineData("999999999999 d")]
    public void A_quantity_needs_a_number_and_a_known_unit(string text)
    {
        Assert.Null(HoconUnits.Duration(text));
        Assert.Null(HoconUnits.Size(text));
    }

    [Theory]
    [InlineData("0 s")]
    [InlineData("1.5 us")]
    [InlineData("250 ms")]
    [InlineData("90 s")]
    [InlineData("2 min")]
    [InlineData("36 h")]
    [InlineData("7 d")]
    public void Durations_are_written_as_they_are_read(string text)
        => Assert.Equal(text, HoconUnits.Render(HoconUnits.Duration(text)!.Value));

    [Theory]
    [InlineData("0 B")]
    [InlineData("1000 B")]
    [InlineData("3 KiB")]
    [InlineData("5 MiB")]
    [InlineData("6 GiB")]
    public void Sizes_are_written_as_they_are_read(string text)
        => Assert.Equal(text, HoconUnits.Render(HoconUnits.Size(text)!.Value));
}
