// Hot path: run once per step of a virtual robot. Allocates nothing after construction.
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Robotics.Kinematics;

/// <summary>Where every link is for given joint positions, and how it moves with each joint: forward kinematics over
/// the whole tree.</summary>
/// <remarks>
/// Floating and planar joints stay at their origins: a robot that moves about is placed by its root link. Positions are
/// taken as given; what follows what by a mimic, and what lies outside limits, is the caller's. Holds the poses of one
/// placement: one instance per thread.
/// </remarks>
public sealed class KinematicTree
{
    private readonly Node[] _nodes;
    private readonly Pose[] _poses;
    private readonly Dictionary<string, int> _placeOf;

    /// <summary>Prepares computation; every link is at the pose that it has at positions 0.</summary>
    /// <param name="model">The robot.</param>
    public KinematicTree(RobotModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        _nodes = new Node[model.Joints.Length];
        _poses = new Pose[model.Joints.Length + 1];
        _placeOf = new(StringComparer.Ordinal) { [model.Root.Name] = 0 };
        for (var i = 0; i < _nodes.Length; i++)
        {
            var joint = model.JointsFromRoot[i];
            _placeOf.Add(joint.Child, i + 1);
            _nodes[i] = new Node(
                _placeOf[joint.Parent],
                model.MovableJoints.IndexOf(joint),
                joint.IsLinear,
                joint.Origin,
                joint.Axis);
        }

        Place(Pose.Identity, new double[model.MovableJoints.Length]);
    }

    /// <summary>The robot.</summary>
    public RobotModel Model { get; }

    /// <summary>Joints with their place in the tree, parents before children; node i moves link place i + 1.</summary>
    public ReadOnlySpan<Node> Nodes => _nodes;

    /// <summary>Pose of every link in the world; place 0 is the root.</summary>
    public ReadOnlySpan<Pose> Poses => _poses;

    /// <summary>Place of a link.</summary>
    /// <exception cref="ArgumentException">The model has no such link.</exception>
    public int PlaceOf(string link) => _placeOf.TryGetValue(link, out var place)
        ? place
        : throw new ArgumentException($"Model '{Model.Name}' has no link '{link}'.", nameof(link));

    /// <summary>Computes <see cref="Poses"/>.</summary>
    /// <param name="root">Pose of the root link in the world.</param>
    /// <param name="positions">Positions of the movable joints, in model order [rad or m].</param>
    public void Place(Pose root, ReadOnlySpan<double> positions)
    {
        _poses[0] = root;
        for (var i = 0; i < _nodes.Length; i++)
        {
            ref readonly var node = ref _nodes[i];
            var pose = _poses[node.Parent] * node.Origin;
            if (node.Movable >= 0)
            {
                var position = positions[node.Movable];
                pose = node.IsLinear
                    ? pose with { Translation = pose.Apply(node.Axis * position) }
                    : pose with { Rotation = pose.Rotation * Quaternion.FromAxisAngle(node.Axis, position) };
            }

            _poses[i + 1] = pose;
        }
    }

    /// <summary>Velocity of a point of a link per velocity of each joint, at the poses that the tree holds now: the
    /// geometric Jacobian.</summary>
    /// <param name="place">Place of the link.</param>
    /// <param name="point">The point, in the link's frame [m].</param>
    /// <param name="angular">Receives one column per movable joint, in model order: angular velocity in the world
    /// [rad/s] per joint velocity.</param>
    /// <param name="linear">The same of the point's velocity [m/s]; joints that do not move the link have
    /// zeros.</param>
    public void Jacobian(int place, Vector3 point, Span<Vector3> angular, Span<Vector3> linear)
    {
        angular.Clear();
        linear.Clear();
        var target = _poses[place].Apply(point);
        while (place > 0)
        {
            ref readonly var node = ref _nodes[place - 1];
            if (node.Movable >= 0)
            {
                // The joint leaves its own axis where it is: the child's pose shows it as well as the parent's.
                var pose = _poses[place];
                var axis = pose.Rotation.Rotate(node.Axis);
                if (node.IsLinear)
                {
                    linear[node.Movable] = axis;
                }
                else
                {
                    angular[node.Movable] = axis;
                    linear[node.Movable] = axis.Cross(target - pose.Translation);
                }
            }

            place = node.Parent;
        }
    }

    /// <summary>One joint's place in the tree.</summary>
    /// <param name="Parent">Place of the parent link.</param>
    /// <param name="Movable">Index among the movable joints, or -1.</param>
    /// <param name="IsLinear">Whether the joint slides rather than turns.</param>
    /// <param name="Origin">Pose of the joint in the parent link's frame.</param>
    /// <param name="Axis">Unit axis in the joint's frame.</param>
    public readonly record struct Node(int Parent, int Movable, bool IsLinear, Pose Origin, Vector3 Axis);
}
