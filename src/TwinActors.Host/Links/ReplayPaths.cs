using TwinActors.Recording.Recorders;
using TwinActors.Robotics.Links;

namespace TwinActors.Host.Links;

/// <summary>Where the recordings are that robots are replayed from; nothing outside of it can be named.</summary>
/// <param name="bags">Folder of bags, an absolute path.</param>
/// <param name="recordings">Folder with one folder of recordings per robot.</param>
internal sealed class ReplayPaths(string bags, string recordings)
{
    /// <summary>Folder of bags, an absolute path.</summary>
    public string Bags => bags;

    /// <summary>Finds what a source names.</summary>
    /// <param name="source">The source.</param>
    /// <param name="problem">Receives why it cannot be replayed, or null.</param>
    /// <returns>A file or a folder that is there; null with a problem.</returns>
    public string? Find(ReplaySource source, out string? problem)
    {
        problem = null;
        if (source.Recording is { } robot)
        {
            var folder = RecordingFolder.Of(recordings, robot);
            if (folder.Names.IsEmpty)
            {
                problem = $"Robot {robot} has no finished recording on this node; `twin record {robot} start`, and "
                    + "`stop` later, makes one.";
                return null;
            }

            return folder.Path;
        }

        var path = Path.GetFullPath(Path.Combine(bags, source.Bag ?? ""));
        if (!path.StartsWith(Path.TrimEndingDirectorySeparator(bags) + Path.DirectorySeparatorChar,
            StringComparison.Ordinal) && bags != Path.DirectorySeparatorChar.ToString())
        {
            problem = $"The bag \"{source.Bag}\" is outside of {bags}, the folder that replay.folder names.";
            return null;
        }

        if (!Path.Exists(path))
        {
            problem = $"There is no bag {path}. Copy it there, or let replay.folder name its folder.";
            return null;
        }

        return path;
    }
}
