using TwinActors.Robotics;
using TwinActors.Robotics.State;

namespace TwinActors.UnitTests.Robotics;

public sealed class RobotIdTests
{
    [Theory]
    [InlineData("arm1")]
    [InlineData("AMR-07")]
    [InlineData("a")]
    public void A_letter_followed_by_letters_digits_and_dashes_is_an_id(string text)
    {
        Assert.True(RobotId.TryParse(text, out var id, out _));
        Assert.Equal(text, id.Value);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("../etc", "'.' at character 1")]
    [InlineData("arm 1", "' ' at character 4")]
    [InlineData("1arm", "'1' at character 1")]
    [InlineData("arm1~replay-3", "'~' at character 5")]
    [InlineData("arm\n", "U+000A at character 4")]
    [InlineData("ärm", "'ä' at character 1")]
    public void A_bad_id_is_refused_with_the_place(string text, string expected)
    {
        Assert.False(RobotId.TryParse(text, out _, out var problem));
        Assert.Contains(expected, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void An_id_longer_than_63_characters_is_refused_with_both_numbers()
    {
        Assert.False(RobotId.TryParse(new string('a', 64), out _, out var problem));
        Assert.Contains("64", problem, StringComparison.Ordinal);
        Assert.Contains("63", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_are_compared_without_case_and_keep_their_spelling()
    {
        Assert.Equal(RobotId.Parse("Arm-1"), RobotId.Parse("arm-1"));
        Assert.Equal("Arm-1", RobotId.Parse("Arm-1").ToString());
        Assert.Equal("Arm_1", RobotId.Parse("Arm-1").RosName);
    }

    [Theory]
    [InlineData(0, 1u, "1970-01-01T00:00:00.000000001Z")]
    [InlineData(1_700_000_000, 999_999_999u, "2023-11-14T22:13:20.999999999Z")]
    [InlineData(-1, 500_000_000u, "1969-12-31T23:59:59.500000000Z")]
    public void A_stamp_prints_with_nanoseconds(int seconds, uint nanoseconds, string expected) =>
        Assert.Equal(expected, Stamp.FromRos(seconds, nanoseconds).ToString());
}
