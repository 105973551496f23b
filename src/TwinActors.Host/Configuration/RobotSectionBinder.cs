using System.Collections.Immutable;
using System.Numerics;
using System.Text.RegularExpressions;
using TwinActors.Host.Configuration.Hocon;
using TwinActors.Twins.Signals;

namespace TwinActors.Host.Configuration;

/// <summary>Makes the section <c>robot</c>: what robots have unless they are registered otherwise.</summary>
internal static partial class RobotSectionBinder
{
    private const int MostSlots = 65_536;
    private const double HighestStreamHz = 10_000;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Binds the section; what is wrong becomes a problem of the reader.</summary>
    public static RobotSection Bind(SectionReader robot)
    {
        var section = new RobotSection
        {
            Link = robot.Choice<RobotLinkChoice>("link"),
            Streams = BindStreams(robot.Section("streams")),
            Signals = BindSignals(robot.Section("signals")),
            StaleAfter = robot.Duration("stale-after", TimeSpan.FromMilliseconds(20), Minute),
            LostAfter = robot.Duration("lost-after", TimeSpan.FromMilliseconds(20), Hour),
            FirstDataDeadline = robot.Duration("first-data-deadline", TimeSpan.FromMilliseconds(100), Hour),
            ReconnectMinimum = robot.Duration("reconnect-minimum", TimeSpan.FromMilliseconds(10), Minute),
            ReconnectMaximum = robot.Duration("reconnect-maximum", TimeSpan.FromMilliseconds(10), Hour),
        };
        if (section.LostAfter <= section.StaleAfter)
        {
            robot.Complain(
                "lost-after",
                $"is {HoconUnits.Render(section.LostAfter)}; it must be above stale-after, "
                    + HoconUnits.Render(section.StaleAfter));
        }

        if (section.ReconnectMaximum < section.ReconnectMinimum)
        {
            robot.Complain(
                "reconnect-maximum",
                $"is {HoconUnits.Render(section.ReconnectMaximum)}; it must be at least reconnect-minimum, "
                    + HoconUnits.Render(section.ReconnectMinimum));
        }

        robot.RefuseOthers();
        return section;
    }

    private static ImmutableArray<StreamSection> BindStreams(SectionReader streams)
    {
        var sections = ImmutableArray.CreateBuilder<StreamSection>();
        foreach (var name in streams.Names)
        {
            if (!streams.IsNull(name))
            {
                sections.Add(BindStream(name, streams, streams.Section(name)));
            }
        }

        foreach (var twice in sections.GroupBy(stream => stream.Topic).Where(group => group.Count() > 1))
        {
            streams.Complain(
                twice.Last().Name,
                $"has the topic {twice.Key}, which {twice.First().Name} has already; a topic feeds one stream");
        }

        return sections.ToImmutable();
    }

    private static ImmutableArray<SignalMapping> BindSignals(SectionReader signals)
    {
        var mappings = ImmutableArray.CreateBuilder<SignalMapping>();
        foreach (var name in signals.Names.Where(name => !signals.IsNull(name)))
        {
            var signal = signals.Section(name);
            var unit = signal.Has("unit") ? signal.OptionalText("unit") : null;
            var mapping = new SignalMapping(name, signal.Text("topic"), signal.Text("field"), unit);
            signal.RefuseOthers();
            mappings.Add(mapping);
            if (mapping is { Topic.Length: > 0, Field.Length: > 0 } && mapping.Problem() is { } problem)
            {
                signals.Complain(name, $"is wrong: {problem.TrimEnd('.')}");
            }
        }

        return mappings.ToImmutable();
    }

    private static StreamSection BindStream(string name, SectionReader streams, SectionReader stream)
    {
        var section = new StreamSection
        {
            Name = name,
            Topic = stream.Text("topic"),
            Type = stream.Text("type"),
            ExpectedHz = stream.OptionalPositive("expected-hz", HighestStreamHz),
            MaximumHz = stream.OptionalPositive("maximum-hz", HighestStreamHz),
            Slots = stream.Integer("slots", 2, MostSlots),
        };
        if (!StreamName().IsMatch(name))
        {
            streams.Complain(name, "is no stream name; letters, digits, '-' and '_' are allowed, a letter first");
        }

        if (section.Topic.Length > 0 && !TopicName().IsMatch(section.TopicOf("robot")))
        {
            stream.Complain(
                "topic",
                $"is {HoconJson.Quote(section.Topic)}; a ROS topic from the root is needed, like /<id>/imu/data");
        }

        if (section.Type.Length > 0 && !TypeName().IsMatch(section.Type))
        {
            stream.Complain(
                "type", $"is {HoconJson.Quote(section.Type)}; package/msg/Name is needed, like sensor_msgs/msg/Imu");
        }

        if (section.ExpectedHz > section.MaximumHz)
        {
            stream.Complain("expected-hz", FormattableString.Invariant(
                $"is {section.ExpectedHz}; it must not be above maximum-hz, {section.MaximumHz}"));
        }

        if (!BitOperations.IsPow2(section.Slots))
        {
            var near = BitOperations.RoundUpToPowerOf2((uint)section.Slots);
            stream.Complain("slots", $"is {section.Slots}; a power of two is needed, like {near}");
        }

        stream.RefuseOthers();
        return section;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex StreamName();

    [GeneratedRegex("^(/[A-Za-z_][A-Za-z0-9_]*)+$", RegexOptions.CultureInvariant)]
    private static partial Regex TopicName();

    [GeneratedRegex("^[a-z][a-z0-9_]*/msg/[A-Za-z][A-Za-z0-9]*$", RegexOptions.CultureInvariant)]
    private static partial Regex TypeName();
}
