using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Mcap;
using TwinActors.Robotics;
using TwinActors.Robotics.State;

namespace TwinActors.Recording.Recorders;

/// <summary>The recordings of one robot: a folder of files whose names are the times at which they began.</summary>
/// <param name="path">The folder; it may not be there yet.</param>
public sealed class RecordingFolder(string path)
{
    /// <summary>What the name of a recording ends with.</summary>
    public const string Extension = ".mcap";

    private const string NameFormat = "yyyyMMdd'T'HHmmss'.'fff'Z'";

    // A file that a crash left is set aside under this name while a whole copy of it is made.
    private const string TornSuffix = ".torn";

    /// <summary>The folder of a robot.</summary>
    /// <param name="root">Folder of all recordings of the node.</param>
    /// <param name="robot">The robot.</param>
    public static RecordingFolder Of(string root, RobotId robot) => new(System.IO.Path.Combine(root, robot.Key));

    /// <summary>The folder.</summary>
    public string Path => path;

    /// <summary>Names of finished recordings, the oldest first.</summary>
    public ImmutableArray<string> Names => Directory.Exists(path)
        ? [.. Directory.EnumerateFiles(path).Select(file => System.IO.Path.GetFileName(file)).Where(IsName)
            .Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Whether a text is the name of a recording, and nothing else, such as a path.</summary>
    public static bool IsName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.EndsWith(Extension, StringComparison.Ordinal) && BeganAt(name) is not null;
    }

    /// <summary>When a recording began, by its name; null when it is no name of one.</summary>
    public static DateTimeOffset? BeganAt(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = name.EndsWith(Extension, StringComparison.Ordinal) ? name[..^Extension.Length] : name;
        return DateTimeOffset.TryParseExact(
            text, NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var began)
            ? began
            : null;
    }

    /// <summary>Path of a recording.</summary>
    /// <param name="name">Its name, for which <see cref="IsName"/> holds.</param>
    public string PathOf(string name) => System.IO.Path.Combine(path, name);

    /// <summary>Path of the file that is being written; null when none is.</summary>
    public string? UnfinishedPath => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, $"*{Extension}{McapWriter.UnfinishedSuffix}")
            .Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    /// <summary>Makes the files whole that a crash left unfinished; empty ones go.</summary>
    /// <remarks>Only while nobody writes. A file that cannot be read stays where it is, under its odd name.</remarks>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Recover()
    {
        if (!Directory.Exists(path))
        {
            return;
        }

        foreach (var file in Directory.EnumerateFiles(path, $"*{Extension}{McapWriter.UnfinishedSuffix}").ToArray())
        {
            // Beside its torn original it is a copy that a second crash cut off.
            var whole = file[..^McapWriter.UnfinishedSuffix.Length];
            if (File.Exists(whole + TornSuffix))
            {
                File.Delete(file);
            }
            else
            {
                File.Move(file, whole + TornSuffix);
            }
        }

        foreach (var torn in Directory.EnumerateFiles(path, $"*{Extension}{TornSuffix}").ToArray())
        {
            Mend(torn, torn[..^TornSuffix.Length]);
        }
    }

    /// <summary>Describes a finished recording.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="IOException">It cannot be read; a <see cref="BagFormatException"/> when it is
    /// damaged.</exception>
    public RecordedFile Describe(string name)
    {
        using var bag = BagReader.Open(PathOf(name), byIndex: true);
        return new RecordedFile(
            name, bag.FirstLogTimeNs ?? 0, bag.LastLogTimeNs ?? 0, bag.MessageCount, new FileInfo(PathOf(name)).Length);
    }

    /// <summary>SHA-256 of a finished recording, 64 hexadecimal digits.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public string Hash(string name)
    {
        using var file = File.OpenRead(PathOf(name));
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    /// <summary>Deletes recordings.</summary>
    /// <param name="through">Name of the newest one that goes; null for none.</param>
    public void Delete(string? through)
    {
        foreach (var name in Names.TakeWhile(name => string.CompareOrdinal(name, through) <= 0))
        {
            File.Delete(PathOf(name));
        }
    }

    /// <summary>A name for a new recording: later than all that are there.</summary>
    /// <param name="beganNs">When it begins [ns since 1970].</param>
    internal string NewName(long beganNs)
    {
        var taken = Directory.EnumerateFiles(path).Select(file => System.IO.Path.GetFileName(file)).ToHashSet();
        for (var at = new Stamp(beganNs).ToDateTimeOffset(); ; at += TimeSpan.FromMilliseconds(1))
        {
            var name = at.ToString(NameFormat, CultureInfo.InvariantCulture) + Extension;
            if (!taken.Any(other => other.StartsWith(name, StringComparison.Ordinal)))
            {
                return name;
            }
        }
    }

    private static void Mend(string torn, string whole)
    {
        try
        {
            using var bag = BagReader.Open(torn);
            if (bag.MessageCount > 0)
            {
                using var writer = McapWriter.Create(whole, new McapWriterOptions { Sync = McapSync.AtEnd });
                new BagCopy(bag, writer).Run(new BagSelection(), CancellationToken.None);
                writer.Complete();
            }
        }
        catch (BagFormatException)
        {
            return;
        }

        File.Delete(torn);
    }
}
