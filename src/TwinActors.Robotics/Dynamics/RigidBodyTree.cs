using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Robotics.Dynamics;

/// <summary>A robot model as moving bodies: what <see cref="RigidBodyDynamics"/> computes with. Immutable.</summary>
/// <remarks>
/// <para>One coordinate per movable joint, in the order of <see cref="RobotModel.MovableJoints"/>; a mimic joint is a
/// coordinate like any other. Links behind fixed joints are part of the body that carries them. Floating and planar
/// joints are held where they are, and so is the root link: a robot that moves about is described by the gravity that
/// its root link feels.</para>
/// </remarks>
public sealed class RigidBodyTree
{
    private readonly Body[] _bodies;
    private readonly Dictionary<string, Place> _places;

    /// <summary>Compiles a model.</summary>
    /// <param name="model">The robot.</param>
    /// <param name="armature">Inertia of each joint's rotor as seen through its gear [kg·m² or kg], in coordinate
    /// order; empty for none.</param>
    /// <exception cref="ArgumentException"><paramref name="armature"/> has another length, or a value that is negative
    /// or no number.</exception>
    public RigidBodyTree(RobotModel model, ImmutableArray<double> armature = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Count = model.MovableJoints.Length;
        RequireArmature(armature);
        var places = new Dictionary<string, Place>(StringComparer.Ordinal)
        {
            [model.Root.Name] = new(-1, Pose.Identity),
        };
        _places = places;
        var bodies = new List<Body>(Count);
        foreach (var joint in model.JointsFromRoot)
        {
            var parent = places[joint.Parent];
            var pose = parent.InBody * joint.Origin;
            if (!joint.IsMovable)
            {
                places.Add(joint.Child, parent with { InBody = pose });
                continue;
            }

            // The body's frame is the joint's, turned so that the axis is z: the axis then costs no arithmetic.
            var toAxis = FromUnitZ(joint.Axis);
            places.Add(joint.Child, new(bodies.Count, new Pose(Vector3.Zero, toAxis.Inverse())));
            var coordinate = model.MovableJoints.IndexOf(joint);
            bodies.Add(new Body
            {
                Parent = parent.Body,
                Coordinate = coordinate,
                IsLinear = joint.IsLinear,
                Rotation = Columns.Of(pose.Rotation * toAxis),
                Offset = Lanes.Of(pose.Translation),
                Inertia = Columns.Diagonal(0),
                Armature = armature.IsDefaultOrEmpty ? 0 : armature[coordinate],
            });
        }

        _bodies = [.. bodies];
        foreach (var link in model.Links)
        {
            if (link.Inertial is { } inertial && places[link.Name] is { Body: >= 0 } place)
            {
                Add(ref _bodies[place.Body], inertial, place.InBody * inertial.Origin);
            }
        }
    }

    /// <summary>The model.</summary>
    public RobotModel Model { get; }

    /// <summary>Number of coordinates.</summary>
    public int Count { get; }

    /// <summary>The bodies, parents before children.</summary>
    internal ReadOnlySpan<Body> Bodies => _bodies;

    /// <summary>The body that a link is part of, -1 for the root, and where the link is in the body's frame.</summary>
    /// <exception cref="ArgumentException">The model has no such link.</exception>
    internal (int Body, Pose InBody) PlaceOf(string link) => _places.TryGetValue(link, out var place)
        ? (place.Body, place.InBody)
        : throw new ArgumentException($"Model '{Model.Name}' has no link '{link}'.", nameof(link));

    /// <summary>A body with one point mass more.</summary>
    internal Body WithPoint(int body, double mass, Vector3 position)
    {
        var heavier = _bodies[body];
        var centre = Lanes.Of(position);
        var cross = Columns.CrossBy(centre * Math.Sqrt(mass));
        heavier.Mass += mass;
        heavier.Moment += centre * mass;
        heavier.Inertia -= cross * cross;
        return heavier;
    }

    private void RequireArmature(ImmutableArray<double> armature)
    {
        if (armature.IsDefaultOrEmpty)
        {
            return;
        }

        if (armature.Length != Count)
        {
            throw new ArgumentException(
                $"Model '{Model.Name}' has {Count} movable joints; {armature.Length} armatures are given.",
                nameof(armature));
        }

        for (var i = 0; i < armature.Length; i++)
        {
            if (!(armature[i] >= 0 && double.IsFinite(armature[i])))
            {
                throw new ArgumentException(
                    $"Armature of joint '{Model.MovableJoints[i].Name}' is {armature[i]}; 0 or more is needed.",
                    nameof(armature));
            }
        }
    }

    private static void Add(ref Body body, Inertial inertial, Pose pose)
    {
        var rotation = Columns.Of(pose.Rotation);
        var about = inertial.Inertia;
        var centre = Lanes.Of(pose.Translation);
        var cross = Columns.CrossBy(centre * Math.Sqrt(inertial.Mass));
        body.Mass += inertial.Mass;
        body.Moment += centre * inertial.Mass;
        // Parallel axes: the inertia about the origin is that about the centre minus m [c]×².
        body.Inertia += (rotation * new Columns(
            Lanes.Of(about.Ixx, about.Ixy, about.Ixz),
            Lanes.Of(about.Ixy, about.Iyy, about.Iyz),
            Lanes.Of(about.Ixz, about.Iyz, about.Izz)) * rotation.Transpose()) - (cross * cross);
    }

    // The shortest rotation that takes z to the axis.
    private static Quaternion FromUnitZ(Vector3 axis)
    {
        if (axis.Z < -0.9)
        {
            // Nearly opposite: half a turn about x first, so that the rest is short and well defined.
            return Shortest(-Vector3.UnitZ, axis) * Quaternion.FromAxisAngle(Vector3.UnitX, Math.PI);
        }

        return Shortest(Vector3.UnitZ, axis);
    }

    private static Quaternion Shortest(Vector3 from, Vector3 to)
    {
        var cross = from.Cross(to);
        var w = 1 + from.Dot(to);
        var length = Math.Sqrt(cross.Dot(cross) + (w * w));
        return new Quaternion(cross.X / length, cross.Y / length, cross.Z / length, w / length);
    }

    private readonly record struct Place(int Body, Pose InBody);

    /// <summary>What moves with one joint. Frame: the joint's, turned so that z is the axis.</summary>
    internal struct Body
    {
        /// <summary>Index of the body that carries the joint; -1 for the root.</summary>
        public int Parent;

        /// <summary>Index of the joint's coordinate.</summary>
        public int Coordinate;

        /// <summary>Whether the joint slides rather than turns.</summary>
        public bool IsLinear;

        /// <summary>Takes coordinates of this frame at position 0 to the parent's.</summary>
        public Columns Rotation;

        /// <summary>Origin of this frame at position 0, in the parent's [m].</summary>
        public Vector256<double> Offset;

        /// <summary>Mass [kg].</summary>
        public double Mass;

        /// <summary>Mass times centre of mass [kg·m].</summary>
        public Vector256<double> Moment;

        /// <summary>Rotational inertia about the origin [kg·m²].</summary>
        public Columns Inertia;

        /// <summary>Inertia of the rotor as seen through the gear [kg·m² or kg].</summary>
        public double Armature;
    }
}
