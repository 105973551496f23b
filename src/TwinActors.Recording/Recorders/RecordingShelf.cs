using System.Collections.Immutable;
using TwinActors.Robotics;

namespace TwinActors.Recording.Recorders;

/// <summary>All recordings of a node: says which have to go.</summary>
/// <remarks>Safe from any thread. It looks at the disk at most once in <see cref="LookEvery"/>.</remarks>
/// <param name="options">Age and disk space that recordings may have.</param>
public sealed class RecordingShelf(RecordingOptions options)
{
    /// <summary>Time between two looks at the disk.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private DateTimeOffset _lookedAt = DateTimeOffset.MinValue;
    private ImmutableDictionary<string, Overdue> _overdue = ImmutableDictionary<string, Overdue>.Empty;

    /// <summary>The newest recording of a robot that has to go, with all older ones; null when none has.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="now">Now, on the clock that file times come from.</param>
    public Overdue? Find(RobotId robot, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (now - _lookedAt >= LookEvery || now < _lookedAt)
            {
                _overdue = Look(now);
                _lookedAt = now;
            }

            return _overdue.GetValueOrDefault(robot.Key);
        }
    }

    private ImmutableDictionary<string, Overdue> Look(DateTimeOffset now)
    {
        var root = new DirectoryInfo(options.Root);
        if (!root.Exists)
        {
            return ImmutableDictionary<string, Overdue>.Empty;
        }

        var all = root.EnumerateFiles("*", SearchOption.AllDirectories).ToArray();
        var excess = all.Sum(file => file.Length) - options.DiskBudget;
        var overdue = ImmutableDictionary.CreateBuilder<string, Overdue>();
        foreach (var file in all.Where(file => RecordingFolder.IsName(file.Name))
            .OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            // Files are told by the time in their names: one that was copied back keeps its age.
            var isOld = now - RecordingFolder.BeganAt(file.Name) > options.KeepFor + options.FileSpan;
            if (!isOld && excess <= 0)
            {
                break;
            }

            excess -= file.Length;
            overdue[file.Directory!.Name] = new Overdue(file.Name, isOld
                ? $"older than {options.KeepFor}"
                : $"the recordings took more than {options.DiskBudget} bytes");
        }

        return overdue.ToImmutable();
    }
}

/// <summary>Recordings of a robot that have to go.</summary>
/// <param name="Through">Name of the newest of them.</param>
/// <param name="Reason">Why, for people.</param>
public sealed record Overdue(string Through, string Reason);
