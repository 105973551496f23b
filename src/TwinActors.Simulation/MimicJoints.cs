// Hot path: run once per step. Allocates nothing after construction.
using TwinActors.Robotics.Model;

namespace TwinActors.Simulation;

/// <summary>Makes the joints that mimic others follow them.</summary>
internal sealed class MimicJoints
{
    private readonly List<Follower> _followers = [];

    public MimicJoints(RobotModel model)
    {
        // A mimic may follow a mimic: each is added after the one that it follows. The model has no circles of them.
        var names = model.MovableJoints.Select(joint => joint.Name).ToArray();
        var open = model.MovableJoints.Where(joint => joint.Mimic is not null).ToList();
        while (open.Count > 0)
        {
            var ready = open.FindAll(joint => !open.Exists(other => other.Name == joint.Mimic!.Joint));
            if (ready.Count == 0)
            {
                throw new ArgumentException(
                    $"Joint '{open[0].Name}' mimics joints that follow each other in a circle.");
            }

            foreach (var joint in ready)
            {
                var (mimic, index) = (joint.Mimic!, Array.IndexOf(names, joint.Name));
                _followers.Add(new(index, Array.IndexOf(names, mimic.Joint), mimic.Multiplier, mimic.Offset));
                open.Remove(joint);
            }
        }
    }

    /// <summary>Sets position and velocity of every mimic from the joint that it follows.</summary>
    public void Follow(Span<double> positions, Span<double> velocities)
    {
        foreach (var follower in _followers)
        {
            positions[follower.Joint] = (follower.Multiplier * positions[follower.Followed]) + follower.Offset;
            velocities[follower.Joint] = follower.Multiplier * velocities[follower.Followed];
        }
    }

    private readonly record struct Follower(int Joint, int Followed, double Multiplier, double Offset);
}
