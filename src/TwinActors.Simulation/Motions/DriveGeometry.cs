using TwinActors.Robotics.Model;

namespace TwinActors.Simulation.Motions;

/// <summary>How a base with wheels on its left and right turns wheel angles into motion.</summary>
/// <param name="WheelRadius">Radius of a driven wheel [m].</param>
/// <param name="Track">Distance between the left and the right wheels [m].</param>
/// <param name="Sides">For each movable joint: +1 left wheel, -1 right wheel, 0 none.</param>
internal sealed record DriveGeometry(double WheelRadius, double Track, int[] Sides)
{
    /// <summary>Reads the geometry off a model; <see langword="null"/> when it has no wheels on both sides.</summary>
    /// <remarks>A wheel is a continuous joint with "wheel" and "left" or "right" in its name, turning about
    /// y.</remarks>
    public static DriveGeometry? Of(RobotModel model)
    {
        var sides = model.MovableJoints.Select(SideOf).ToArray();
        var left = Array.IndexOf(sides, 1);
        var right = Array.IndexOf(sides, -1);
        if (left < 0 || right < 0)
        {
            return null;
        }

        var track = model.MovableJoints[left].Origin.Translation.Y - model.MovableJoints[right].Origin.Translation.Y;
        return track > 0 && RadiusOf(model, model.MovableJoints[left]) is { } radius
            ? new DriveGeometry(radius, track, sides)
            : null;
    }

    private static int SideOf(Joint joint)
    {
        if (joint.Type is not JointType.Continuous || !joint.Name.Contains("wheel", StringComparison.OrdinalIgnoreCase))
        {
            return 0;
        }

        if (joint.Name.Contains("left", StringComparison.OrdinalIgnoreCase))
        {
            return 1;
        }

        return joint.Name.Contains("right", StringComparison.OrdinalIgnoreCase) ? -1 : 0;
    }

    private static double? RadiusOf(RobotModel model, Joint wheel)
    {
        var link = model.FindLink(wheel.Child)!;
        var shapes = link.Collisions.Select(body => body.Shape).Concat(link.Visuals.Select(body => body.Shape));
        return shapes.OfType<Shape.Cylinder>().FirstOrDefault()?.Radius;
    }
}
