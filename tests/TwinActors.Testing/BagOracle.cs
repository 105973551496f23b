using System.Globalization;
using System.Text.Json;

namespace TwinActors.Testing;

/// <summary>What an independent reader found in one bag file: an <c>.oracle.json</c> beside it.</summary>
public sealed class BagOracle
{
    private const string Suffix = ".oracle.json";
    private static readonly string[] Folders = ["ros2bags", "rosbag2_format_cases"];

    private BagOracle(string bag, IReadOnlyList<OracleTopic> topics)
    {
        Bag = bag;
        Topics = topics;
    }

    /// <summary>Path of the bag file.</summary>
    public string Bag { get; }

    /// <summary>The topics that have messages.</summary>
    public IReadOnlyList<OracleTopic> Topics { get; }

    /// <summary>Bag files with an oracle, relative to the data folder, by name; empty without reference data.</summary>
    public static IReadOnlyList<string> Bags() => TestData.IsAvailable
        ? [.. Folders
            .Select(TestData.Path)
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*" + Suffix, SearchOption.AllDirectories))
            .Select(file => System.IO.Path.GetRelativePath(TestData.Path(""), file)[..^Suffix.Length])
            .Order(StringComparer.Ordinal)]
        : [];

    /// <summary>Rows for a theory over all bags; one empty row without reference data, for the skip.</summary>
    public static IEnumerable<TheoryDataRow<string>> Rows() =>
        Bags().DefaultIfEmpty("").Select(bag => new TheoryDataRow<string>(bag));

    /// <summary>Reads the oracle of a bag file.</summary>
    /// <param name="bag">Path inside the data folder, as <see cref="Bags"/> gives it.</param>
    public static BagOracle Read(string bag)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestData.Path(bag + Suffix)));
        var topics = document.RootElement.GetProperty("topics").EnumerateObject()
            .Select(entry => OracleTopic.Parse(entry.Name, entry.Value))
            .OrderBy(topic => topic.Name, StringComparer.Ordinal);
        return new BagOracle(TestData.Path(bag), [.. topics]);
    }
}

/// <summary>One topic as the independent reader found it.</summary>
public sealed record OracleTopic
{
    /// <summary>Topic name.</summary>
    public required string Name { get; init; }

    /// <summary>Type, <c>pkg/msg/Type</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Number of messages.</summary>
    public required long Count { get; init; }

    /// <summary>Sum of the payload sizes [byte].</summary>
    public required long Bytes { get; init; }

    /// <summary>First log time [ns since 1970].</summary>
    public required long FirstNs { get; init; }

    /// <summary>Last log time [ns since 1970].</summary>
    public required long LastNs { get; init; }

    /// <summary>Tally of every number outside headers over all messages; null for types not decoded.</summary>
    public OracleNumbers? Numbers { get; init; }

    /// <summary>Decoded messages: first, middle and last; empty for types that were not decoded.</summary>
    public required IReadOnlyList<OracleSample> Samples { get; init; }

    internal static OracleTopic Parse(string name, JsonElement topic) => new()
    {
        Name = name,
        Type = topic.GetProperty("type").GetString()!,
        Count = topic.GetProperty("count").GetInt64(),
        Bytes = topic.GetProperty("bytes").GetInt64(),
        FirstNs = long.Parse(topic.GetProperty("first_ns").GetString()!, CultureInfo.InvariantCulture),
        LastNs = long.Parse(topic.GetProperty("last_ns").GetString()!, CultureInfo.InvariantCulture),
        Numbers = topic.TryGetProperty("all_numbers", out var numbers)
            ? new OracleNumbers(
                numbers.GetProperty("sum").GetDouble(),
                numbers.GetProperty("finite").GetInt64(),
                numbers.GetProperty("nan").GetInt64(),
                numbers.GetProperty("inf").GetInt64())
            : null,
        Samples = topic.TryGetProperty("samples", out var samples)
            ? [.. samples.EnumerateObject().Select(sample => new OracleSample(
                sample.Name,
                sample.Value.GetProperty("index").GetInt32(),
                sample.Value.GetProperty("value").Clone()))]
            : [],
    };
}

/// <summary>Tally of numbers.</summary>
/// <param name="Sum">Sum of the finite ones.</param>
/// <param name="Finite">How many are finite.</param>
/// <param name="NaN">How many are NaN.</param>
/// <param name="Infinite">How many are infinite.</param>
public sealed record OracleNumbers(double Sum, long Finite, long NaN, long Infinite);

/// <summary>One decoded message.</summary>
/// <param name="Which"><c>first</c>, <c>middle</c> or <c>last</c>.</param>
/// <param name="Index">Its number among the topic's messages in order of log time, from 0.</param>
/// <param name="Value">Its fields by ROS name; long arrays and strings are cut.</param>
public sealed record OracleSample(string Which, int Index, JsonElement Value);
