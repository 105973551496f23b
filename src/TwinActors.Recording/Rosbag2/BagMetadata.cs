namespace TwinActors.Recording.Rosbag2;

/// <summary>The few facts of a bag's <c>metadata.yaml</c> that its files do not hold themselves.</summary>
/// <remarks>
/// Reads the one shape that rosbag2 writes (version 1 to 9): a mapping under <c>rosbag2_bagfile_information</c>, block
/// style, one key a line. Topics, counts and stamps are taken from the files, never from here.
/// </remarks>
/// <param name="Files">Names under <c>relative_file_paths</c>, in order.</param>
/// <param name="CompressesMessages">Whether the payload of each message is a zstd frame of its own.</param>
internal sealed record BagMetadata(IReadOnlyList<string> Files, bool CompressesMessages)
{
    /// <summary>Reads the lines of a metadata file; unknown keys are ignored.</summary>
    public static BagMetadata Parse(IEnumerable<string> lines)
    {
        var files = new List<string>();
        var compressesMessages = false;
        var key = "";
        foreach (var line in lines)
        {
            var text = line.Trim();
            if (text.StartsWith("- ", StringComparison.Ordinal) && key == "relative_file_paths")
            {
                files.Add(Unquote(text[2..]));
                continue;
            }

            var colon = text.IndexOf(':', StringComparison.Ordinal);
            key = colon > 0 ? text[..colon] : key;
            compressesMessages |= key == "compression_mode" && Unquote(text[(colon + 1)..]) == "MESSAGE";
        }

        return new BagMetadata(files, compressesMessages);
    }

    private static string Unquote(string scalar)
    {
        var text = scalar.Trim();
        return text is ['"', .., '"'] or ['\'', .., '\''] ? text[1..^1] : text;
    }
}
