namespace TwinActors.Robotics.Frames;

/// <summary>Unit quaternion: a rotation that takes coordinates of one frame to another, in double precision.</summary>
/// <remarks>Component order x, y, z, w as in <c>geometry_msgs/Quaternion</c>. The default value is no rotation at
/// all.</remarks>
/// <param name="X">Imaginary part along x [1].</param>
/// <param name="Y">Imaginary part along y [1].</param>
/// <param name="Z">Imaginary part along z [1].</param>
/// <param name="W">Real part [1].</param>
public readonly record struct Quaternion(double X, double Y, double Z, double W)
{
    /// <summary>No rotation.</summary>
    public static Quaternion Identity => new(0, 0, 0, 1);

    /// <summary>Product: first <paramref name="right"/>, then <paramref name="left"/>.</summary>
    public static Quaternion operator *(Quaternion left, Quaternion right) => new(
        (left.W * right.X) + (left.X * right.W) + (left.Y * right.Z) - (left.Z * right.Y),
        (left.W * right.Y) - (left.X * right.Z) + (left.Y * right.W) + (left.Z * right.X),
        (left.W * right.Z) + (left.X * right.Y) - (left.Y * right.X) + (left.Z * right.W),
        (left.W * right.W) - (left.X * right.X) - (left.Y * right.Y) - (left.Z * right.Z));

    /// <summary>Rotation by the right-hand rule about a unit axis.</summary>
    /// <param name="axis">Unit vector.</param>
    /// <param name="angle">Angle [rad].</param>
    public static Quaternion FromAxisAngle(Vector3 axis, double angle)
    {
        var (sine, cosine) = Math.SinCos(angle / 2);
        return new Quaternion(axis.X * sine, axis.Y * sine, axis.Z * sine, cosine);
    }

    /// <summary>Rotation about the fixed axes x, then y, then z, as URDF's <c>rpy</c> attribute means it.</summary>
    /// <param name="roll">Angle about x [rad].</param>
    /// <param name="pitch">Angle about y [rad].</param>
    /// <param name="yaw">Angle about z [rad].</param>
    public static Quaternion FromRollPitchYaw(double roll, double pitch, double yaw)
    {
        var (sr, cr) = Math.SinCos(roll / 2);
        var (sp, cp) = Math.SinCos(pitch / 2);
        var (sy, cy) = Math.SinCos(yaw / 2);
        return new Quaternion(
            (sr * cp * cy) - (cr * sp * sy),
            (cr * sp * cy) + (sr * cp * sy),
            (cr * cp * sy) - (sr * sp * cy),
            (cr * cp * cy) + (sr * sp * sy));
    }

    /// <summary>The inverse rotation.</summary>
    public Quaternion Inverse() => new(-X, -Y, -Z, W);

    /// <summary>The vector turned by this rotation.</summary>
    public Vector3 Rotate(Vector3 vector)
    {
        // v + 2 u × (u × v + w v): two cross products instead of two quaternion products.
        var u = new Vector3(X, Y, Z);
        return vector + (u.Cross(u.Cross(vector) + (vector * W)) * 2);
    }

    /// <summary>The rotation as unit axis × angle, with the angle in [0, π] [rad].</summary>
    public Vector3 ToRotationVector()
    {
        var imaginary = new Vector3(X, Y, Z);
        var sine = imaginary.Length;
        if (sine < 1e-12)
        {
            // sin(a/2) ≈ a/2 here, so the axis never has to be divided by almost nothing.
            return imaginary * (W < 0 ? -2 : 2);
        }

        var angle = 2 * Math.Atan2(sine, Math.Abs(W));
        return imaginary * (Math.CopySign(angle, W) / sine);
    }
}
