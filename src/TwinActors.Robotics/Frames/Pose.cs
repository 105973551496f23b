namespace TwinActors.Robotics.Frames;

/// <summary>Pose of body B measured and expressed in frame A.</summary>
/// <param name="Translation">Origin of B in A [m].</param>
/// <param name="Rotation">Unit quaternion taking B-coordinates to A-coordinates.</param>
public readonly record struct Pose(Vector3 Translation, Quaternion Rotation)
{
    /// <summary>B coincides with A.</summary>
    public static Pose Identity => new(Vector3.Zero, Quaternion.Identity);

    /// <summary>Chains two poses: B in A, then C in B, gives C in A.</summary>
    public static Pose operator *(Pose outer, Pose inner) =>
        new(outer.Apply(inner.Translation), outer.Rotation * inner.Rotation);

    /// <summary>A point given in B, in coordinates of A [m].</summary>
    public Vector3 Apply(Vector3 point) => Translation + Rotation.Rotate(point);

    /// <summary>Pose of A in B.</summary>
    public Pose Inverse()
    {
        var rotation = Rotation.Inverse();
        return new Pose(-rotation.Rotate(Translation), rotation);
    }
}
