using TwinActors.Simulation.WhatIf;

namespace TwinActors.UnitTests.Simulation.WhatIf;

public sealed class MotionPathTests
{
    [Fact]
    public void A_path_is_at_its_knots_when_it_should_be_as_fast_as_they_say()
    {
        var path = MotionPath.Through([new(0, [1], [0.5]), new(2, [3], [-1]), new(5, [0], [0])]);

        Assert.Equal((1, 0.5), At(path, 0));
        var (position, velocity) = At(path, 2);
        Assert.Equal((3, -1), (Math.Round(position, 12), Math.Round(velocity, 12)));
        Assert.Equal(5, path.Seconds);
    }

    [Fact]
    public void Behind_its_last_knot_a_path_stands_still()
    {
        var path = MotionPath.Through([new(0, [1], [0]), new(2, [3], [1])]);

        Assert.Equal((3, 0), At(path, 2));
        Assert.Equal((3, 0), At(path, 100));
        Assert.Equal((7, 0), At(MotionPath.Hold([7]), 3));
    }

    [Fact]
    public void Velocities_are_the_slope_of_positions()
    {
        var path = MotionPath.Through([new(0, [1], [0.5]), new(2, [3], [-1]), new(5, [0], [0])]);

        for (var t = 0.1; t < 4.9; t += 0.1)
        {
            const double Step = 1e-6;
            var slope = (At(path, t + Step).Position - At(path, t - Step).Position) / (2 * Step);
            Assert.Equal(slope, At(path, t).Velocity, 1e-4);
        }
    }

    [Fact]
    public void Between_points_a_path_does_not_overshoot_where_it_turns()
    {
        var path = MotionPath.ThroughPoints([0], [(1, [1]), (2, [2]), (3, [0])]);

        var positions = Enumerable.Range(0, 301).Select(i => At(path, i * 0.01).Position).ToArray();

        Assert.InRange(positions.Max(), 2 - 1e-9, 2 + 1e-9);
        Assert.True(At(path, 1).Velocity > 0);
        Assert.Equal(0, At(path, 2).Velocity, 12);
    }

    [Fact]
    public void Times_rise_from_zero()
    {
        Assert.Throws<ArgumentException>(() => MotionPath.Through([]));
        Assert.Throws<ArgumentException>(() => MotionPath.Through([new(1, [0], [0])]));
        var refused = Assert.Throws<ArgumentException>(
            () => MotionPath.Through([new(0, [0], [0]), new(2, [0], [0]), new(2, [1], [0])]));
        Assert.Contains("is at 2 s, the one before at 2 s", refused.Message, StringComparison.Ordinal);
    }

    private static (double Position, double Velocity) At(MotionPath path, double seconds)
    {
        var (position, velocity) = (new double[1], new double[1]);
        path.Evaluate(seconds, position, velocity);
        return (position[0], velocity[0]);
    }
}
