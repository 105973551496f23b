using System.Text.RegularExpressions;

namespace TwinActors.ArchitectureTests;

/// <summary>House style that a machine can hold. Every failure reads <c>path:line: what, use what</c>.</summary>
public sealed partial class TidyTests
{
    private const int LongestFile = 600;
    private const int LongestLine = 120;

    private static readonly (string Pattern, string Instead)[] Banned =
    [
        (@"Thread\.Sleep\(", "a timer or TimeProvider"),
        (@"\.Result\b(?!\s*[({=:])", "await"),
        (@"\.Wait\(\)", "await"),
        (@"async void", "async Task, or a message"),
        (@"DateTime(Offset)?\.(Utc)?Now\b", "TimeProvider"),
        (@"Channel\.CreateUnbounded", "a bounded channel with a stated overflow"),
        (@"#region", "a smaller file"),
        (@"\b(TODO|FIXME|HACK)\b", "a line in the issue tracker"),
    ];

    // Each has failed a run on a busy machine.
    private static readonly (string Pattern, string Instead)[] Unsteady =
    [
        (@"GetAllocatedBytesForCurrentThread", "Allocations.Of"),
        (@"Thread\.Sleep\(|Task\.Delay\(", "Eventually or a ManualTimeProvider"),
        (@"DateTime(Offset)?\.(Utc)?Now\b", "TimeProvider"),
        (@"\bTcpListener\b", "FreePorts"),
    ];

    // What waits for tests, what measures, and this rule.
    private static readonly string[] MayWait = ["Testing", "Benchmarks", "ArchitectureTests"];

    private static readonly string[] BannedNames =
    [
        "Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Base", "Impl", "Wrapper", "Data", "Info",
        "Processor",
    ];

    private static readonly string[] BannedFolders = ["Common", "Shared", "Utils", "Helpers", "Interfaces", "Models"];

    // Named for the thing, with a reason each.
    private static readonly string[] AllowedNames =
    [
        "TestData", // the folder that TWIN_DATA names
    ];

    [Fact]
    public void No_source_uses_what_the_house_style_bans() => None(
        from file in Repository.CSharp("src/")
        from hit in Hits(file, Banned)
        select hit);

    [Fact]
    public void No_test_uses_what_depends_on_how_busy_the_machine_is() => None(
        from file in Repository.CSharp("tests/")
        where !MayWait.Any(project => file.StartsWith($"tests/TwinActors.{project}/", StringComparison.Ordinal))
        from hit in Hits(file, Unsteady)
        select hit);

    [Fact]
    public void No_file_is_longer_than_six_hundred_lines() => None(
        from file in Repository.Files.Where(IsCode)
        let lines = Repository.Lines(file).Length
        where lines > LongestFile
        select $"{file}: {lines} lines, split it below {LongestFile}");

    [Fact]
    public void No_line_of_code_is_longer_than_one_hundred_and_twenty_characters() => None(
        from file in Repository.CSharp("")
        from line in Repository.Lines(file).Select((text, i) => (Text: text, Number: i + 1))
        where line.Text.Length > LongestLine && !line.Text.Contains("http", StringComparison.Ordinal)
        select $"{file}:{line.Number}: {line.Text.Length} characters, break it below {LongestLine}");

    [Fact]
    public void No_type_is_named_after_a_pattern() => None(
        from file in Repository.CSharp("")
        let name = Path.GetFileNameWithoutExtension(file).Split('.')[0]
        where BannedNames.Any(b => name.EndsWith(b, StringComparison.Ordinal)) && !AllowedNames.Contains(name)
        select $"{file}: name the thing, not its pattern");

    [Fact]
    public void No_folder_is_a_drawer() => None(
        from file in Repository.Files
        from folder in Path.GetDirectoryName(file)!.Split('/')
        where BannedFolders.Contains(folder)
        select $"{file}: name the room for its concept");

    [Fact]
    public void Every_link_of_every_document_leads_somewhere() => None(
        from file in Repository.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal))
        from Match link in LinkPattern().Matches(string.Join('\n', Repository.Lines(file)))
        let target = link.Groups[1].Value.Split('#')[0]
        where target.Length > 0 && !target.Contains("://", StringComparison.Ordinal)
        let path = Path.Combine(Repository.Root, Path.GetDirectoryName(file)!, target)
        where !File.Exists(path) && !Directory.Exists(path)
        select $"{file}: the link to {target} leads nowhere");

    [Fact]
    public void Every_document_has_one_title() => None(
        from file in Repository.Files.Where(f => f.EndsWith(".md", StringComparison.Ordinal))
        let titles = OutsideCode(Repository.Lines(file)).Count(l => l.StartsWith("# ", StringComparison.Ordinal))
        where titles != 1
        select $"{file}: {titles} titles, exactly one wanted");

    private static void None(IEnumerable<string> hits)
    {
        var all = hits.ToArray();
        Assert.True(all.Length == 0, string.Join('\n', all));
    }

    private static bool IsCode(string file) =>
        Path.GetExtension(file) is ".cs" or ".ts" or ".tsx" && file != "src/dashboard/package-lock.json";

    private static IEnumerable<string> Hits(string file, (string Pattern, string Instead)[] banned)
    {
        var lines = Repository.Lines(file);
        for (var i = 0; i < lines.Length; i++)
        {
            foreach (var (pattern, instead) in banned)
            {
                var match = Regex.Match(lines[i], pattern);
                if (match.Success && !lines[i].TrimStart().StartsWith("//", StringComparison.Ordinal))
                {
                    yield return $"{file}:{i + 1}: {match.Value}, use {instead}";
                }
            }
        }
    }

    private static IEnumerable<string> OutsideCode(string[] lines)
    {
        var inCode = false;
        foreach (var line in lines)
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                inCode = !inCode;
            }
            else if (!inCode)
            {
                yield return line;
            }
        }
    }

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex LinkPattern();
}
