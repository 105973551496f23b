using System.Collections.Frozen;
using System.Collections.Immutable;

namespace TwinActors.Robotics.Model;

/// <summary>Geometry and limits of one robot: a tree of links connected by joints. Immutable; safe from any
/// thread.</summary>
public sealed class RobotModel
{
    private readonly FrozenDictionary<string, Link> _links;
    private readonly FrozenDictionary<string, Joint> _joints;

    /// <summary>Builds a model from parts that form one tree.</summary>
    /// <param name="name">The robot's name in the model.</param>
    /// <param name="links">Every link, in document order; names unique.</param>
    /// <param name="joints">Every joint, in document order; names unique, parents and children among the links.</param>
    /// <param name="materials">Named materials of the whole model, in document order.</param>
    /// <exception cref="ArgumentException">The joints do not connect all links into one tree, or a mimic names no
    /// joint.</exception>
    public RobotModel(
        string name,
        ImmutableArray<Link> links,
        ImmutableArray<Joint> joints,
        ImmutableArray<Material> materials = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
        Links = links;
        Joints = joints;
        Materials = materials.IsDefault ? [] : materials;
        _links = links.ToFrozenDictionary(link => link.Name, StringComparer.Ordinal);
        _joints = joints.ToFrozenDictionary(joint => joint.Name, StringComparer.Ordinal);
        var children = joints.Select(joint => joint.Child).ToHashSet(StringComparer.Ordinal);
        var roots = links.Where(link => !children.Contains(link.Name)).ToArray();
        if (roots.Length != 1 || children.Count != joints.Length)
        {
            throw new ArgumentException(
                $"Model '{name}' has {roots.Length} root links; a tree has one.",
                nameof(joints));
        }

        Root = roots[0];
        JointsFromRoot = OrderFromRoot();
        MovableJoints = [.. joints.Where(joint => joint.IsMovable)];
        DegreesOfFreedom = joints.Sum(FreedomOf);
        Mass = links.Sum(link => link.Inertial?.Mass ?? 0);
    }

    /// <summary>The robot's name in the model.</summary>
    public string Name { get; }

    /// <summary>Every link, in document order.</summary>
    public ImmutableArray<Link> Links { get; }

    /// <summary>Every joint, in document order.</summary>
    public ImmutableArray<Joint> Joints { get; }

    /// <summary>Every joint, parents before children, siblings in document order.</summary>
    public ImmutableArray<Joint> JointsFromRoot { get; }

    /// <summary>The joints that have one position each (revolute, continuous, prismatic; mimics too), in document
    /// order.</summary>
    public ImmutableArray<Joint> MovableJoints { get; }

    /// <summary>Named materials of the whole model, in document order.</summary>
    public ImmutableArray<Material> Materials { get; }

    /// <summary>The one link that is no joint's child.</summary>
    public Link Root { get; }

    /// <summary>Number of independent coordinates: 1 per movable joint that mimics none, 6 per floating, 3 per planar
    /// joint.</summary>
    public int DegreesOfFreedom { get; }

    /// <summary>Sum of the links' masses [kg].</summary>
    public double Mass { get; }

    /// <summary>The link of a name, or <see langword="null"/>.</summary>
    public Link? FindLink(string name) => _links.GetValueOrDefault(name);

    /// <summary>The joint of a name, or <see langword="null"/>.</summary>
    public Joint? FindJoint(string name) => _joints.GetValueOrDefault(name);

    private ImmutableArray<Joint> OrderFromRoot()
    {
        var byParent = Joints.ToLookup(joint => joint.Parent, StringComparer.Ordinal);
        var ordered = ImmutableArray.CreateBuilder<Joint>(Joints.Length);
        var open = new Stack<Joint>(byParent[Root.Name].Reverse());
        while (open.TryPop(out var joint))
        {
            RequireKnown(joint);
            ordered.Add(joint);
            foreach (var child in byParent[joint.Child].Reverse())
            {
                open.Push(child);
            }
        }

        return ordered.Count == Joints.Length
            ? ordered.MoveToImmutable()
            : throw new ArgumentException(
                $"Model '{Name}' reaches {ordered.Count} of {Joints.Length} joints from its root.");
    }

    private void RequireKnown(Joint joint)
    {
        if (!_links.ContainsKey(joint.Child))
        {
            throw new ArgumentException(
                $"Joint '{joint.Name}' moves link '{joint.Child}', which the model lacks.");
        }

        if (joint.Mimic is { } mimic && !_joints.ContainsKey(mimic.Joint))
        {
            throw new ArgumentException(
                $"Joint '{joint.Name}' mimics '{mimic.Joint}', which the model lacks.");
        }
    }

    private static int FreedomOf(Joint joint) => joint.Type switch
    {
        JointType.Floating => 6,
        JointType.Planar => 3,
        JointType.Fixed => 0,
        _ => joint.Mimic is null ? 1 : 0,
    };
}
