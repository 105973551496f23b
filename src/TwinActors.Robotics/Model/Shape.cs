using TwinActors.Robotics.Frames;

namespace TwinActors.Robotics.Model;

/// <summary>Form of a visual or collision body, centred on its own origin.</summary>
public abstract record Shape
{
    private Shape()
    {
    }

    /// <summary>Cuboid.</summary>
    /// <param name="Size">Full edge lengths along x, y, z [m]; positive.</param>
    public sealed record Box(Vector3 Size) : Shape;

    /// <summary>Cylinder along z.</summary>
    /// <param name="Radius">Radius [m]; positive.</param>
    /// <param name="Length">Full length along z [m]; positive.</param>
    public sealed record Cylinder(double Radius, double Length) : Shape;

    /// <summary>Cylinder along z with a half sphere on each end.</summary>
    /// <param name="Radius">Radius [m]; positive.</param>
    /// <param name="Length">Length of the cylindrical part [m], without the caps; positive.</param>
    public sealed record Capsule(double Radius, double Length) : Shape;

    /// <summary>Sphere.</summary>
    /// <param name="Radius">Radius [m]; positive.</param>
    public sealed record Sphere(double Radius) : Shape;

    /// <summary>Surface kept in a file beside the model.</summary>
    /// <param name="FileName">The reference as written: <c>package://</c>, <c>file://</c> or a relative path; never
    /// opened here.</param>
    /// <param name="Scale">Factors along x, y, z [1]; a negative factor mirrors.</param>
    public sealed record Mesh(string FileName, Vector3 Scale) : Shape;
}
