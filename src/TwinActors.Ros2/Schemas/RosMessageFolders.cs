using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace TwinActors.Ros2.Schemas;

/// <summary>Reads message definitions of one's own from folders, laid out as ROS packages are.</summary>
/// <remarks>
/// A folder holds <c>pkg/msg/Name.msg</c>, <c>pkg/srv/Name.srv</c> and <c>pkg/action/Name.action</c>, at any depth: a
/// workspace's <c>src</c> folder or an installed <c>share</c> folder is one. Files of other kinds are passed over.
/// </remarks>
public static class RosMessageFolders
{
    /// <summary>Most definition files read; an installed ROS has some 600.</summary>
    private const int FileLimit = 10_000;

    private const int DepthLimit = 12;
    private const string SectionEnd = "---";

    private static readonly Dictionary<string, (string Folder, string[] Parts)> Kinds = new(StringComparer.Ordinal)
    {
        [".msg"] = ("msg", [""]),
        [".srv"] = ("srv", ["_Request", "_Response"]),
        [".action"] = ("action", ["_Goal", "_Result", "_Feedback"]),
    };

    /// <summary>Adds the definitions of folders to a set.</summary>
    /// <param name="known">Types that are there already; a file that gives one of them must give the same layout, or
    /// the one of ROS 2 Humble.</param>
    /// <param name="folders">The folders; a type found twice counts as the first folder has it.</param>
    /// <param name="set">Receives the set with the new types, or null.</param>
    /// <param name="problems">Receives what is wrong, with file, line and column; empty on success.</param>
    public static bool TryAdd(
        RosSchemaSet known,
        IEnumerable<string> folders,
        [NotNullWhen(true)] out RosSchemaSet? set,
        out ImmutableArray<RosTextProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(folders);
        var found = new List<RosTextProblem>();
        var definitions = new List<RosMessageText.Definition>();
        foreach (var file in folders.SelectMany(folder => FilesOf(folder, found)))
        {
            ReadFile(file, definitions, found);
        }

        set = found.Count == 0 ? known.AddOthers(definitions, found) : null;
        set = found.Count == 0 ? set : null;
        problems = [.. found];
        return set is not null;
    }

    private static List<string> FilesOf(string folder, List<RosTextProblem> problems)
    {
        try
        {
            var options = new EnumerationOptions
            {
                RecurseSubdirectories = true,
                MaxRecursionDepth = DepthLimit,
                IgnoreInaccessible = false,
            };
            List<string> files =
            [
                .. Directory.EnumerateFiles(folder, "*", options)
                    .Where(file => Kinds.ContainsKey(Path.GetExtension(file)))
                    .Take(FileLimit + 1).Order(StringComparer.Ordinal),
            ];
            if (files.Count > FileLimit)
            {
                problems.Add(new(0, $"the folder has more than {FileLimit} definition files", 0, folder));
                return [];
            }

            return files;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(0, $"the folder cannot be read: {failure.Message}", 0, folder));
            return [];
        }
    }

    private static void ReadFile(
        string file, List<RosMessageText.Definition> definitions, List<RosTextProblem> problems)
    {
        var (kind, parts) = Kinds[Path.GetExtension(file)];
        var folder = Path.GetDirectoryName(file);
        var package = Path.GetFileName(Path.GetDirectoryName(folder)) ?? "";
        var type = $"{package}/{kind}/{Path.GetFileNameWithoutExtension(file)}";
        if (Path.GetFileName(folder) != kind || !RosNames.TryFullType(type, out _))
        {
            problems.Add(new(
                0, $"a {kind} file lies at PACKAGE/{kind}/NAME.{kind}, both of letters, digits and '_'", 0, file));
            return;
        }

        if (TextOf(file, problems) is { } text)
        {
            ReadParts(type, text, parts, file, definitions, problems);
        }
    }

    private static string? TextOf(string file, List<RosTextProblem> problems)
    {
        try
        {
            var length = new FileInfo(file).Length;
            if (length <= RosMessageText.LengthLimit)
            {
                return File.ReadAllText(file);
            }

            problems.Add(new(
                0, $"the file has {length} bytes; at most {RosMessageText.LengthLimit} are read", 0, file));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add(new(0, $"the file cannot be read: {failure.Message}", 0, file));
        }

        return null;
    }

    private static void ReadParts(
        string type,
        string text,
        string[] parts,
        string file,
        List<RosMessageText.Definition> definitions,
        List<RosTextProblem> problems)
    {
        var lines = text.Split('\n');
        var first = 0;
        for (var part = 0; part < parts.Length; part++)
        {
            var end = part == parts.Length - 1
                ? lines.Length
                : Array.FindIndex(lines, first, line => line.Trim() == SectionEnd);
            if (end < 0)
            {
                problems.Add(new(
                    lines.Length, $"{type} has {part + 1} of {parts.Length} parts; a line {SectionEnd} divides them",
                    0, file));
                return;
            }

            definitions.AddRange(RosMessageText.Read(
                type + parts[part], string.Join('\n', lines[first..end]), problems, file, first));
            first = end + 1;
        }

        var made = parts.Length switch
        {
            1 => "",
            2 => RosInterfaceText.Service(type),
            _ => RosInterfaceText.Action(type),
        };
        definitions.AddRange(RosMessageText.Read(null, made, problems, file));
    }
}
