using System.Collections.Immutable;
using TwinActors.Robotics.Frames;

namespace TwinActors.Robotics.Model;

/// <summary>Rigid body of a robot.</summary>
/// <param name="Name">Unique name within the model.</param>
/// <param name="Inertial">Mass properties, or <see langword="null"/> for a link that is only a frame.</param>
/// <param name="Visuals">What is drawn, in document order.</param>
/// <param name="Collisions">What collides, in document order.</param>
public sealed record Link(
    string Name,
    Inertial? Inertial,
    ImmutableArray<Visual> Visuals,
    ImmutableArray<Collision> Collisions);

/// <summary>Mass properties of a link.</summary>
/// <param name="Origin">Pose of the centre-of-mass frame in the link's frame.</param>
/// <param name="Mass">Mass [kg]; not negative.</param>
/// <param name="Inertia">Rotational inertia about the centre of mass, in the axes of <paramref name="Origin"/>.</param>
public sealed record Inertial(Pose Origin, double Mass, InertiaMatrix Inertia);

/// <summary>Symmetric rotational inertia about a centre of mass.</summary>
/// <param name="Ixx">Moment about x [kg·m²].</param>
/// <param name="Ixy">Product of x and y [kg·m²].</param>
/// <param name="Ixz">Product of x and z [kg·m²].</param>
/// <param name="Iyy">Moment about y [kg·m²].</param>
/// <param name="Iyz">Product of y and z [kg·m²].</param>
/// <param name="Izz">Moment about z [kg·m²].</param>
public readonly record struct InertiaMatrix(double Ixx, double Ixy, double Ixz, double Iyy, double Iyz, double Izz)
{
    /// <summary>Whether a rigid body could have this inertia: not negative definite in any direction.</summary>
    /// <remarks>Sylvester's criterion on every principal minor; exact zeros are allowed for point masses.</remarks>
    public bool IsPhysical()
    {
        var determinant = (Ixx * ((Iyy * Izz) - (Iyz * Iyz)))
            - (Ixy * ((Ixy * Izz) - (Iyz * Ixz)))
            + (Ixz * ((Ixy * Iyz) - (Iyy * Ixz)));
        var largest = Math.Max(Ixx, Math.Max(Iyy, Izz));
        // Printed URDF inertias carry few digits: what rounding could have done is not held against them.
        var slack = 1e-6 * largest * largest;
        return Ixx >= 0 && Iyy >= 0 && Izz >= 0
            && (Ixx * Iyy) - (Ixy * Ixy) >= -slack
            && (Ixx * Izz) - (Ixz * Ixz) >= -slack
            && (Iyy * Izz) - (Iyz * Iyz) >= -slack
            && determinant >= -slack * largest;
    }
}

/// <summary>Drawn body of a link.</summary>
/// <param name="Name">Name as written, or <see langword="null"/>.</param>
/// <param name="Origin">Pose of the shape in the link's frame.</param>
/// <param name="Shape">Form.</param>
/// <param name="Material">Appearance, or <see langword="null"/> when the model gives none.</param>
public sealed record Visual(string? Name, Pose Origin, Shape Shape, Material? Material);

/// <summary>Colliding body of a link.</summary>
/// <param name="Name">Name as written, or <see langword="null"/>.</param>
/// <param name="Origin">Pose of the shape in the link's frame.</param>
/// <param name="Shape">Form.</param>
public sealed record Collision(string? Name, Pose Origin, Shape Shape);
