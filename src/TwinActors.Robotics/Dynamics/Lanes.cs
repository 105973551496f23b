// Hot path: the arithmetic of every dynamics step. Fused multiply-adds round the same way on every machine.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TwinActors.Robotics.Frames;

namespace TwinActors.Robotics.Dynamics;

/// <summary>Three-vectors in the first three lanes of a register; the fourth lane stays 0.</summary>
internal static class Lanes
{

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Of(double x, double y, double z) => Vector256.Create(x, y, z, 0);

    public static Vector256<double> Of(Vector3 vector) => Of(vector.X, vector.Y, vector.Z);

    /// <summary>Right-handed cross product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Cross(Vector256<double> left, Vector256<double> right)
    {
        // (l × r) rotated by one lane is l * r.yzx - l.yzx * r: one rotation less than by the definition.
        var rotated = (left * Vector256.Shuffle(right, Vector256.Create(1L, 2, 0, 3)))
            - (Vector256.Shuffle(left, Vector256.Create(1L, 2, 0, 3)) * right);
        return Vector256.Shuffle(rotated, Vector256.Create(1L, 2, 0, 3));
    }

    /// <summary>Every lane set to one lane of a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> X(Vector256<double> vector) =>
        Vector256.Shuffle(vector, Vector256.Create(0L, 0, 0, 0));

    /// <inheritdoc cref="X"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Y(Vector256<double> vector) =>
        Vector256.Shuffle(vector, Vector256.Create(1L, 1, 1, 1));

    /// <inheritdoc cref="X"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Z(Vector256<double> vector) =>
        Vector256.Shuffle(vector, Vector256.Create(2L, 2, 2, 2));
}

/// <summary>3 × 3 matrix as its three columns.</summary>
internal readonly struct Columns(Vector256<double> x, Vector256<double> y, Vector256<double> z)
{
    public readonly Vector256<double> X = x;
    public readonly Vector256<double> Y = y;
    public readonly Vector256<double> Z = z;

    /// <summary>The matrix that turns coordinates as a unit quaternion does.</summary>
    public static Columns Of(Quaternion rotation) => new(
        Lanes.Of(rotation.Rotate(Vector3.UnitX)),
        Lanes.Of(rotation.Rotate(Vector3.UnitY)),
        Lanes.Of(rotation.Rotate(Vector3.UnitZ)));

    /// <summary>The matrix of <c>v × …</c>.</summary>
    public static Columns CrossBy(Vector256<double> v) => new(
        Lanes.Cross(v, Lanes.Of(1, 0, 0)), Lanes.Cross(v, Lanes.Of(0, 1, 0)), Lanes.Cross(v, Lanes.Of(0, 0, 1)));

    /// <summary>A number times the unit matrix.</summary>
    public static Columns Diagonal(double value) =>
        new(Lanes.Of(value, 0, 0), Lanes.Of(0, value, 0), Lanes.Of(0, 0, value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> operator *(in Columns matrix, Vector256<double> vector) =>
        Vector256.FusedMultiplyAdd(matrix.Z, Lanes.Z(vector), Vector256.FusedMultiplyAdd(
            matrix.Y, Lanes.Y(vector), matrix.X * Lanes.X(vector)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns operator *(in Columns left, in Columns right) =>
        new(left * right.X, left * right.Y, left * right.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns operator +(in Columns left, in Columns right) =>
        new(left.X + right.X, left.Y + right.Y, left.Z + right.Z);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Columns operator -(in Columns left, in Columns right) =>
        new(left.X - right.X, left.Y - right.Y, left.Z - right.Z);

    /// <summary>This minus <c>left · rightᵀ · factor</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Columns MinusOuter(Vector256<double> left, Vector256<double> right, double factor)
    {
        var scaled = left * -factor;
        return new(
            Vector256.FusedMultiplyAdd(scaled, Lanes.X(right), X),
            Vector256.FusedMultiplyAdd(scaled, Lanes.Y(right), Y),
            Vector256.FusedMultiplyAdd(scaled, Lanes.Z(right), Z));
    }

    /// <summary><c>v × this</c>, column by column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Columns CrossedBy(Vector256<double> v) => new(Lanes.Cross(v, X), Lanes.Cross(v, Y), Lanes.Cross(v, Z));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Columns Transpose() => new(
        Lanes.Of(X.GetElement(0), Y.GetElement(0), Z.GetElement(0)),
        Lanes.Of(X.GetElement(1), Y.GetElement(1), Z.GetElement(1)),
        Lanes.Of(X.GetElement(2), Y.GetElement(2), Z.GetElement(2)));
}
