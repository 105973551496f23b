// Hot path: run once per step of a simulated robot. Allocates nothing after construction.
using TwinActors.Robotics.Frames;
using TwinActors.Robotics.Model;

namespace TwinActors.Simulation.Loads;

/// <summary>Where every link is for given joint positions: forward kinematics over the whole tree.</summary>
/// <remarks>Floating and planar joints stay at their origins: the simulator moves a body through its root
/// link.</remarks>
internal sealed class KinematicTree
{
    private readonly RobotModel _model;
    private readonly Node[] _nodes;
    private readonly Pose[] _poses;

    public KinematicTree(RobotModel model)
    {
        _model = model;
        _nodes = new Node[model.Joints.Length];
        _poses = new Pose[model.Joints.Length + 1];
        var placeOf = new Dictionary<string, int>(StringComparer.Ordinal) { [model.Root.Name] = 0 };
        for (var i = 0; i < _nodes.Length; i++)
        {
            var joint = model.JointsFromRoot[i];
            placeOf.Add(joint.Child, i + 1);
            _nodes[i] = new Node(
                placeOf[joint.Parent],
                model.MovableJoints.IndexOf(joint),
                joint.IsLinear,
                joint.Origin,
                joint.Axis);
        }
    }

    /// <summary>Joints with their place in the tree, parents before children; node i moves link place i + 1.</summary>
    public ReadOnlySpan<Node> Nodes => _nodes;

    /// <summary>Pose of every link in the world; place 0 is the root.</summary>
    public ReadOnlySpan<Pose> Poses => _poses;

    /// <summary>Place of a link.</summary>
    public int PlaceOf(string link)
    {
        if (link == _model.Root.Name)
        {
            return 0;
        }

        for (var i = 0; i < _nodes.Length; i++)
        {
            if (_model.JointsFromRoot[i].Child == link)
            {
                return i + 1;
            }
        }

        throw new ArgumentException($"Model '{_model.Name}' has no link '{link}'.", nameof(link));
    }

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

    /// <summary>One joint's place in the tree.</summary>
    /// <param name="Parent">Place of the parent link.</param>
    /// <param name="Movable">Index among the movable joints, or -1.</param>
    /// <param name="IsLinear">Whether the joint slides rather than turns.</param>
    /// <param name="Origin">Pose of the joint in the parent link's frame.</param>
    /// <param name="Axis">Unit axis in the joint's frame.</param>
    internal readonly record struct Node(int Parent, int Movable, bool IsLinear, Pose Origin, Vector3 Axis);
}
