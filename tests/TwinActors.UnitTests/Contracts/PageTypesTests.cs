using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using TwinActors.Contracts.Node;
using TwinActors.Contracts.Robots;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Contracts;

/// <summary>The page writes down by hand what it reads of the API; it must not drift from what the node says.</summary>
public sealed partial class PageTypesTests
{
    private static readonly NullabilityInfoContext Nullability = new();

    public static TheoryData<string, Type> Types => new()
    {
        { "RobotSummary", typeof(RobotSummary) },
        { "RobotDocument", typeof(RobotDocument) },
        { "SyncReading", typeof(SyncDocument) },
        { "SyncPace", typeof(SyncPaceDocument) },
        { "Quantiles", typeof(SyncQuantilesDocument) },
        { "SyncJoint", typeof(SyncJointDocument) },
        { "Branch", typeof(BranchDocument) },
        { "BranchJoint", typeof(BranchJointDocument) },
        { "BranchDifference", typeof(BranchDifferenceDocument) },
        { "BranchTrajectory", typeof(BranchTrajectoryDocument) },
        { "BranchMotion", typeof(BranchMotionDocument) },
        { "DiscoveredRobot", typeof(DiscoveredRobotDocument) },
        { "SensorReading", typeof(SensorDocument) },
        { "RobotClock", typeof(ClockDocument) },
        { "SignalReading", typeof(SignalDocument) },
        { "StreamReading", typeof(StreamDocument) },
        { "TwinEvent", typeof(EventDocument) },
        { "EventPage", typeof(EventPage) },
        { "NodeDocument", typeof(NodeDocument) },
    };

    [Theory]
    [MemberData(nameof(Types))]
    public void The_page_reads_what_the_node_writes_and_expects_null_where_it_may_come(
        string name, Type contract)
    {
        var properties = contract.GetProperties()
            .ToDictionary(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name), MayBeNull);

        var members = MembersOf(name);

        Assert.NotEmpty(members);
        Assert.All(members, member =>
        {
            Assert.True(properties.ContainsKey(member.Name), $"{name}.{member.Name} is not in {contract.Name}.");
            Assert.True(
                !properties[member.Name] || member.MayBeNull,
                $"{contract.Name} may say null for {member.Name}; {name} in api.ts does not expect it.");
        });
    }

    private static bool MayBeNull(PropertyInfo property) =>
        Nullability.Create(property).ReadState == NullabilityState.Nullable;

    private static List<(string Name, bool MayBeNull)> MembersOf(string type)
    {
        var text = File.ReadAllText(Path.Combine(BuiltTree.Root, "src/dashboard/src/wire/api.ts"));
        var start = text.IndexOf($"export interface {type} {{", StringComparison.Ordinal);
        Assert.True(start >= 0, $"api.ts has no interface {type}.");
        var body = text[start..text.IndexOf("\n}", start, StringComparison.Ordinal)];
        return [.. Member().Matches(body).Select(match => (
            match.Groups["name"].Value,
            match.Groups["type"].Value.Contains("null", StringComparison.Ordinal)
                || match.Groups["type"].Value.Contains("unknown", StringComparison.Ordinal)))];
    }

    [GeneratedRegex(@"(?m)^  (?<name>\w+)\??: (?<type>.*);$")]
    private static partial Regex Member();
}
