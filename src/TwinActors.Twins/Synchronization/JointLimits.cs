// Hot path: several times per joint and tick. Allocates nothing after construction.
using System.Collections.Immutable;

namespace TwinActors.Twins.Synchronization;

/// <summary>Position limits of joints, side by side in memory.</summary>
internal sealed class JointLimits(ImmutableArray<JointProfile> joints)
{
    private readonly double[] _lower = [.. joints.Select(joint => joint.Lower)];
    private readonly double[] _upper = [.. joints.Select(joint => joint.Upper)];

    /// <summary>Lets a joint stop at its limits: it stands there, or moves away from it.</summary>
    /// <param name="joint">Place of the joint.</param>
    /// <param name="position">Its position [rad or m].</param>
    /// <param name="velocity">Its velocity [rad/s or m/s].</param>
    public void Hold(int joint, ref double position, ref double velocity)
    {
        if (position < _lower[joint])
        {
            position = _lower[joint];
            velocity = Math.Max(velocity, 0);
        }
        else if (position > _upper[joint])
        {
            position = _upper[joint];
            velocity = Math.Min(velocity, 0);
        }
    }
}
