using System.Collections.Immutable;

namespace TwinActors.Host.Configuration.Hocon;

/// <summary>Includes from the file system, relative to the including file.</summary>
internal static class HoconFiles
{
    /// <summary>Reads a file for <see cref="HoconParser"/>; its name stays as given.</summary>
    /// <exception cref="IOException">The file is missing or cannot be read.</exception>
    public static HoconSource Read(string file)
    {
        try
        {
            if (new FileInfo(file) is { Exists: true, Length: > HoconLimits.TextLength } large)
            {
                throw new IOException(
                    $"it has {large.Length} bytes; the most that is read is {HoconLimits.TextLength}");
            }

            return new HoconSource(file, File.ReadAllText(file));
        }
        catch (Exception fault)
            when (fault is UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException(fault.Message, fault);
        }
    }

    /// <summary>
    /// Finds an included file. A name without the ending .conf or .json that does not exist as it stands means
    /// name.json with name.conf over it.
    /// </summary>
    public static ImmutableArray<HoconSource> Find(HoconInclude include)
    {
        if (include.Name.Contains('\0'))
        {
            return [];
        }

        var file = Beside(include.IncludedFrom, include.Name);
        if (File.Exists(file))
        {
            return [Read(file)];
        }

        return [.. new[] { $"{file}.json", $"{file}.conf" }.Where(File.Exists).Select(Read)];
    }

    // Relative when the including file was named so, so that messages show what people typed.
    private static string Beside(string includedFrom, string name)
    {
        var folder = Path.GetDirectoryName(includedFrom) ?? "";
        var file = Path.GetFullPath(Path.Combine(folder, name));
        return Path.IsPathRooted(includedFrom) || Path.IsPathRooted(name)
            ? file
            : Path.GetRelativePath(Environment.CurrentDirectory, file);
    }
}
