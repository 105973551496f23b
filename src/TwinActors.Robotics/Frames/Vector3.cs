namespace TwinActors.Robotics.Frames;

/// <summary>Three components along the axes of one frame, in double precision.</summary>
/// <param name="X">Component along x; forward on a body [unit of the quantity].</param>
/// <param name="Y">Component along y; left on a body [unit of the quantity].</param>
/// <param name="Z">Component along z; up on a body [unit of the quantity].</param>
public readonly record struct Vector3(double X, double Y, double Z)
{
    /// <summary>All components 0.</summary>
    public static Vector3 Zero => default;

    /// <summary>Unit vector along x.</summary>
    public static Vector3 UnitX => new(1, 0, 0);

    /// <summary>Unit vector along y.</summary>
    public static Vector3 UnitY => new(0, 1, 0);

    /// <summary>Unit vector along z.</summary>
    public static Vector3 UnitZ => new(0, 0, 1);

    /// <summary>Euclidean length, in the unit of the components.</summary>
    public double Length => Math.Sqrt(Dot(this));

    /// <summary>Component-wise sum.</summary>
    public static Vector3 operator +(Vector3 left, Vector3 right) =>
        new(left.X + right.X, left.Y + right.Y, left.Z + right.Z);

    /// <summary>Component-wise difference.</summary>
    public static Vector3 operator -(Vector3 left, Vector3 right) =>
        new(left.X - right.X, left.Y - right.Y, left.Z - right.Z);

    /// <summary>The same vector pointing the other way.</summary>
    public static Vector3 operator -(Vector3 vector) => new(-vector.X, -vector.Y, -vector.Z);

    /// <summary>Every component times a number.</summary>
    /// <param name="vector">The vector.</param>
    /// <param name="factor">The number [1].</param>
    public static Vector3 operator *(Vector3 vector, double factor) =>
        new(vector.X * factor, vector.Y * factor, vector.Z * factor);

    /// <summary>Inner product.</summary>
    public double Dot(Vector3 other) => (X * other.X) + (Y * other.Y) + (Z * other.Z);

    /// <summary>Right-handed cross product, this × other.</summary>
    public Vector3 Cross(Vector3 other) => new(
        (Y * other.Z) - (Z * other.Y),
        (Z * other.X) - (X * other.Z),
        (X * other.Y) - (Y * other.X));
}
