using System.Collections.Immutable;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;

namespace TwinActors.Twins.Signals;

/// <summary>Declares that a value in the messages of a topic is a quantity of a joint or another component.</summary>
/// <param name="Signal">Name of the signal: <c>joint/NAME/QUANTITY</c> or <c>component/NAME/QUANTITY</c>. NAME is
/// <c>*</c> when the field stands for a value of each element.</param>
/// <param name="Topic">Absolute ROS topic of one of the robot's sensor streams; <c>&lt;id&gt;</c> stands for the
/// robot's ROS name.</param>
/// <param name="Field">Where the value stands, see <see cref="FieldPath"/>.</param>
/// <param name="Unit">Unit of the value, for people; <see langword="null"/> when it has none.</param>
public sealed record SignalMapping(string Signal, string Topic, string Field, string? Unit)
{
    private const string Each = "*";
    private const string IdPlaceholder = "<id>";
    private const int LongestUnit = 16;
    private const int LongestName = 255;

    /// <summary>What is wrong with the mapping itself; <see langword="null"/> when nothing is.</summary>
    public string? Problem()
    {
        if (Signal.Split('/') is not ["joint" or "component", { Length: > 0 and <= LongestName } name, var quantity]
            || !IsWord(quantity))
        {
            return $"Signal \"{Signal}\": a signal is joint/NAME/QUANTITY or component/NAME/QUANTITY, as "
                + "joint/left_knee/temperature.";
        }

        if (!FieldPath.TryParse(Field, out var path, out var problem))
        {
            return $"Signal {Signal}: the field {problem}.";
        }

        if (path.IsForEach != (name == Each))
        {
            return $"Signal {Signal}: the name and one key of the field are both *, or neither is; the field is "
                + $"{Field}.";
        }

        return Unit is { Length: 0 or > LongestUnit }
            ? $"Signal {Signal}: the unit has {Unit.Length} characters; 1 to {LongestUnit} are allowed."
            : null;
    }

    /// <summary>The mapping with the robot's own topic.</summary>
    public SignalMapping For(RobotId robot) =>
        this with { Topic = Topic.Replace(IdPlaceholder, robot.RosName, StringComparison.Ordinal) };

    /// <summary>The name of the signal of one element.</summary>
    /// <param name="key">What stands for the <c>*</c>; <see langword="null"/> when there is none.</param>
    public string NameFor(string? key) =>
        key is null ? Signal : Signal.Replace($"/{Each}/", $"/{key}/", StringComparison.Ordinal);

    /// <summary>Lays a robot's mappings over the defaults: of two for one signal the robot's counts.</summary>
    public static ImmutableArray<SignalMapping> Resolve(
        RobotId robot, ImmutableArray<SignalMapping> defaults, ImmutableArray<SignalMapping> own) =>
    [
        .. own.Concat(defaults).DistinctBy(mapping => mapping.Signal).Select(mapping => mapping.For(robot))
            .OrderBy(mapping => mapping.Signal, StringComparer.Ordinal),
    ];

    /// <summary>What is wrong with a robot's own mappings; empty when nothing is.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="own">Its mappings.</param>
    /// <param name="streams">Its streams.</param>
    public static ImmutableArray<string> Problems(
        RobotId robot, ImmutableArray<SignalMapping> own, ImmutableArray<StreamOptions> streams)
    {
        var sensors = streams.Where(stream => stream.Kind == StreamKind.Sensor).ToList();
        return
        [
            .. own.Select(mapping => mapping.Problem()).OfType<string>(),
            .. own.GroupBy(mapping => mapping.Signal, StringComparer.Ordinal).Where(group => group.Count() > 1)
                .Select(group => $"Signal {group.Key} is given {group.Count()} times."),
            .. own.Select(mapping => mapping.For(robot))
                .Where(mapping => !sensors.Exists(stream => stream.Topic == mapping.Topic))
                .Select(mapping => $"Signal {mapping.Signal}: no sensor stream of {robot} takes {mapping.Topic}; there "
                    + $"are {string.Join(", ", sensors.Select(stream => stream.Topic))}. Add a stream of that topic."),
        ];
    }

    private static bool IsWord(string text) =>
        text.Length is > 0 and <= 63 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
