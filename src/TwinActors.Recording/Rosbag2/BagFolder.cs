namespace TwinActors.Recording.Rosbag2;

/// <summary>The files of one bag, told by its <c>metadata.yaml</c> or by what lies in its folder.</summary>
/// <param name="Files">Paths of the bag files.</param>
/// <param name="CompressesMessages">Whether the metadata says that each message is compressed with zstd.</param>
/// <param name="Problems">What is odd about the folder.</param>
internal sealed record BagFolder(IReadOnlyList<string> Files, bool CompressesMessages, IReadOnlyList<string> Problems)
{
    /// <summary>File that describes a bag.</summary>
    public const string MetadataName = "metadata.yaml";
    private static readonly string[] Extensions = [".db3", ".mcap"];

    /// <summary>Resolves a path that a person gave.</summary>
    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    public static BagFolder Find(string path)
    {
        if (File.Exists(path))
        {
            var beside = ReadMetadata(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return new BagFolder([path], beside?.CompressesMessages ?? false, []);
        }

        if (!Directory.Exists(path))
        {
            throw new FileNotFoundException($"There is no bag file and no bag folder {path}.", path);
        }

        var metadata = ReadMetadata(path);
        return metadata is { Files.Count: > 0 } ? FromMetadata(path, metadata) : FromListing(path);
    }

    private static BagFolder FromMetadata(string folder, BagMetadata metadata)
    {
        // Bags of 2020 name their files with the folder in front; only the last part is ever meant.
        var named = metadata.Files.Select(name => Path.Combine(folder, Path.GetFileName(name))).ToList();
        var present = named.Where(File.Exists).ToList();
        if (present.Count == 0)
        {
            throw new FileNotFoundException($"{folder} has a {MetadataName}, but none of the files that it names: "
                + $"{string.Join(", ", metadata.Files)}.", named[0]);
        }

        var problems = named.Except(present).Select(missing => $"{missing}: named in {MetadataName}, but absent.");
        return new BagFolder(present, metadata.CompressesMessages, [.. problems]);
    }

    private static BagFolder FromListing(string folder)
    {
        var files = Directory.EnumerateFiles(folder)
            .Where(file => Extensions.Contains(Path.GetExtension(file)))
            .Order(StringComparer.Ordinal)
            .ToList();
        return files.Count > 0
            ? new BagFolder(files, CompressesMessages: false, [])
            : throw new FileNotFoundException($"{folder} holds no {MetadataName} and no .db3 or .mcap file.", folder);
    }

    private static BagMetadata? ReadMetadata(string folder)
    {
        var path = Path.Combine(folder, MetadataName);
        return File.Exists(path) ? BagMetadata.Parse(File.ReadLines(path)) : null;
    }
}
