// Hot path: every beam of every scan is cast here. Allocates nothing after construction.
using System.Collections.Immutable;

namespace TwinActors.Simulation.Sensors;

/// <summary>A world of vertical walls, seen from above: what a laser scanner can hit.</summary>
/// <param name="Walls">The walls.</param>
internal sealed record FlatWorld(ImmutableArray<Wall> Walls)
{
    /// <summary>A room of 7.6 m × 5.6 m with a door, a table in the middle and four pillars; the loop fits between
    /// them.</summary>
    public static FlatWorld Room { get; } = new(
    [
        new(-3.8, -2.8, 3.8, -2.8),
        new(3.8, -2.8, 3.8, -0.6),
        // The door in the east wall leads into nothing: those beams come back from nowhere.
        new(3.8, 0.6, 3.8, 2.8),
        new(3.8, 2.8, -3.8, 2.8),
        new(-3.8, 2.8, -3.8, -2.8),
        .. Block(0, 0, 1.8, 0.9),
        .. Block(-3.4, -2.4, 0.3, 0.3),
        .. Block(-3.3, 2.3, 0.5, 0.5),
        .. Block(3.4, 2.4, 0.3, 0.3),
        .. Block(3.2, -2.5, 0.6, 0.4),
    ]);

    /// <summary>Distance to the first wall in one direction [m]; +∞ when there is none.</summary>
    /// <param name="x">Origin of the beam, x [m].</param>
    /// <param name="y">Origin of the beam, y [m].</param>
    /// <param name="dx">Unit direction, x [1].</param>
    /// <param name="dy">Unit direction, y [1].</param>
    public double Distance(double x, double y, double dx, double dy)
    {
        var nearest = double.PositiveInfinity;
        foreach (ref readonly var wall in Walls.AsSpan())
        {
            var (ex, ey) = (wall.X2 - wall.X1, wall.Y2 - wall.Y1);
            var across = (dx * ey) - (dy * ex);
            if (Math.Abs(across) < 1e-12)
            {
                // The beam runs along the wall: it meets one of its ends, which the neighbouring wall shares.
                continue;
            }

            var (wx, wy) = (wall.X1 - x, wall.Y1 - y);
            var along = ((wx * ey) - (wy * ex)) / across;
            var share = ((wx * dy) - (wy * dx)) / across;
            if (along > 0 && along < nearest && share is >= 0 and <= 1)
            {
                nearest = along;
            }
        }

        return nearest;
    }

    private static ImmutableArray<Wall> Block(double x, double y, double length, double width)
    {
        var (west, east, south, north) = (x - (length / 2), x + (length / 2), y - (width / 2), y + (width / 2));
        return
        [
            new(west, south, east, south),
            new(east, south, east, north),
            new(east, north, west, north),
            new(west, north, west, south),
        ];
    }
}

/// <summary>One straight wall.</summary>
/// <param name="X1">One end, x [m].</param>
/// <param name="Y1">One end, y [m].</param>
/// <param name="X2">The other end, x [m].</param>
/// <param name="Y2">The other end, y [m].</param>
internal readonly record struct Wall(double X1, double Y1, double X2, double Y2);
