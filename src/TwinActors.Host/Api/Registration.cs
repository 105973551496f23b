using System.Collections.Immutable;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Synchronization;
using TwinActors.Contracts.Robots;
using TwinActors.Host.Links;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Urdf;
using TwinActors.Simulation;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Signals;

namespace TwinActors.Host.Api;

/// <summary>Reads a registration: a complete, valid description, or every problem that it has.</summary>
/// <param name="options">The twins' options: the default streams.</param>
/// <param name="defaultLink">Kind of link of a registration that names none.</param>
/// <param name="replays">Where recordings are.</param>
/// <param name="bridges">Which bridges may be connected to.</param>
internal sealed class Registration(
    FleetOptions options, string defaultLink, ReplayPaths replays, BridgeUrls bridges)
{
    private const int MostStreams = 32;
    private const int MostSignals = 1024;
    private const int MostTags = 32;
    private const int LongestTag = 64;
    private const int LongestJoint = 255;

    // GET /robots/discovered is a route of its own.
    private const string TakenId = "discovered";

    /// <summary>Reads a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="problems">Everything that is wrong with it; empty when nothing is.</param>
    /// <returns>Robot and description; meaningful when there are no problems.</returns>
    public (RobotId Robot, RobotDescription Description) Read(
        RegisterRobotRequest request, out ImmutableArray<string> problems)
    {
        var found = new List<string>();
        if (!RobotId.TryParse(request.Id, out var robot, out var problem))
        {
            found.Add(problem);
        }
        else if (robot.Key == TakenId)
        {
            found.Add($"The id \"{robot}\" is the name of a route, /robots/{TakenId}. Choose another id.");
        }

        var link = request.Link ?? defaultLink;
        if (!RobotLinks.Kinds.Contains(link))
        {
            found.Add($"The link \"{link}\" is not known; there are {string.Join(", ", RobotLinks.Kinds)}.");
        }

        var replay = ReadReplay(request.Replay, link, found);
        var hasBridge = link is "foxglove" or "rosbridge";
        if (hasBridge && bridges.Problem(request.Url) is { } unreachable)
        {
            found.Add(unreachable);
        }
        else if (!hasBridge && request.Url is not null)
        {
            found.Add($"A link of kind {link} has no \"url\"; links of kind foxglove and rosbridge have one.");
        }

        var (urdf, model) = ReadModel(request, link, found);
        var overrides = ReadStreams(request.Streams, robot, found);
        var signals = ReadSignals(request.Signals, robot, overrides, found);
        var tags = ReadTags(request.Tags, found);
        var order = ReadJointOrder(request.JointOrder, found);
        if (request.SyncHz is < SyncSettings.LowestHz or > SyncSettings.HighestHz)
        {
            found.Add(FormattableString.Invariant(
                $"The synchronizer's rate is {request.SyncHz} Hz; it lies in 1 to 1000 Hz."));
        }

        problems = [.. found];
        return (robot, new RobotDescription
        {
            Model = model?.Name,
            Urdf = urdf,
            Link = link,
            Replay = replay,
            Url = request.Url,
            Tags = tags,
            JointOrder = order,
            Streams = overrides,
            Signals = signals,
            SyncHz = request.SyncHz,
        });
    }

    private ReplaySource? ReadReplay(ReplayRequest? replay, string link, List<string> found)
    {
        if (link != "replay" || replay is null)
        {
            if (link == "replay" || replay is not null)
            {
                found.Add("A link of kind replay and \"replay\" with what it plays go together.");
            }

            return null;
        }

        if (replay.Bag is null == replay.Recording is null)
        {
            found.Add("A replay has a \"bag\" or a \"recording\", one of them.");
            return null;
        }

        RobotId? recording = null;
        if (replay.Recording is { } name)
        {
            if (!RobotId.TryParse(name, out var robot, out var problem))
            {
                found.Add(problem);
                return null;
            }

            recording = robot;
        }

        if (replay.From >= replay.To)
        {
            found.Add($"The replay ends at {replay.To:O}, not after {replay.From:O} where it begins.");
        }

        var speed = replay.Speed ?? 1;
        if (ReplayRoutes.SpeedProblem(speed) is { } wrong)
        {
            found.Add(wrong);
        }

        var source = new ReplaySource
        {
            Bag = replay.Bag,
            Recording = recording,
            From = replay.From,
            To = replay.To,
            Speed = speed,
            Loops = replay.Loop ?? false,
            IsRestamped = replay.Restamp ?? false,
        };
        if (replays.Find(source, out var absent) is null)
        {
            found.Add(absent!);
        }

        return source;
    }

    private static (string? Urdf, RobotModel? Model) ReadModel(
        RegisterRobotRequest request, string link, List<string> found)
    {
        if (request.Urdf is not null && request.Model is not null)
        {
            found.Add("A robot has a URDF or a built-in model, not both: leave \"urdf\" or \"model\" out.");
            return default;
        }

        var urdf = request.Urdf;
        var source = "urdf";
        if (request.Model is { } name)
        {
            source = $"built-in model {name}";
            urdf = SampleRobots.FindUrdf(name);
            if (urdf is null)
            {
                found.Add($"There is no built-in model \"{name}\"; there are {string.Join(", ", SampleRobots.Names)}.");
                return default;
            }
        }

        if (urdf is null)
        {
            if (link == "simulated")
            {
                found.Add("A simulated link needs a robot model to move: give \"urdf\" or \"model\".");
            }

            return default;
        }

        var read = UrdfReader.Read(urdf, source);
        found.AddRange(read.Problems.Where(p => p.Severity == UrdfSeverity.Error).Select(p => p.ToString()));
        if (read.Model?.MovableJoints.Length is > RobotDescription.MostJoints and var joints)
        {
            found.Add(
                $"The model has {joints} movable joints; the most is {RobotDescription.MostJoints}. "
                + "Divide it into robots.");
        }

        return (urdf, read.Model);
    }

    private ImmutableArray<StreamOverride> ReadStreams(
        IReadOnlyList<StreamRequest>? streams, RobotId robot, List<string> found)
    {
        if (streams is null)
        {
            return [];
        }

        if (streams.Count > MostStreams)
        {
            found.Add($"The robot has {streams.Count} streams of its own; the most is {MostStreams}.");
            return [];
        }

        var overrides = ImmutableArray.CreateBuilder<StreamOverride>();
        foreach (var stream in streams)
        {
            if (stream?.Name is not { Length: > 0 and <= 63 } name
                || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            {
                found.Add($"The stream name \"{stream?.Name}\" is not 1 to 63 letters, digits, '_' or '-'.");
                continue;
            }

            overrides.Add(new StreamOverride(
                name, stream.Topic, stream.Type, stream.ExpectedHz, stream.MaximumHz, stream.Enabled ?? true));
        }

        var all = overrides.ToImmutable();
        found.AddRange(StreamPlan.Problems(robot, options.Streams, all));
        return all;
    }

    private ImmutableArray<SignalMapping>? ReadSignals(
        IReadOnlyList<SignalRequest>? signals,
        RobotId robot,
        ImmutableArray<StreamOverride> streams,
        List<string> found)
    {
        if (signals is null or [])
        {
            return null;
        }

        if (signals.Count > MostSignals)
        {
            found.Add($"The robot has {signals.Count} signals of its own; the most is {MostSignals}.");
            return null;
        }

        if (signals.Any(signal => signal is not { Signal: not null, Topic: not null, Field: not null }))
        {
            found.Add("A signal needs \"signal\", \"topic\" and \"field\"; \"unit\" may be left out.");
            return null;
        }

        ImmutableArray<SignalMapping> all =
            [.. signals.Select(signal => new SignalMapping(signal.Signal!, signal.Topic!, signal.Field!, signal.Unit))];
        if (found.Count == 0)
        {
            found.AddRange(SignalMapping.Problems(robot, all, StreamPlan.Resolve(robot, options.Streams, streams)));
        }

        return all;
    }

    private static ImmutableArray<string> ReadTags(IReadOnlyList<string>? tags, List<string> found)
    {
        if (tags is null)
        {
            return [];
        }

        if (tags.Count > MostTags || tags.Any(tag => tag is not { Length: > 0 and <= LongestTag }))
        {
            found.Add($"A robot has at most {MostTags} tags of 1 to {LongestTag} characters.");
            return [];
        }

        return [.. tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static ImmutableArray<string> ReadJointOrder(IReadOnlyList<string>? order, List<string> found)
    {
        if (order is null)
        {
            return [];
        }

        if (order.Count > RobotDescription.MostJoints
            || order.Any(name => name is not { Length: > 0 and <= LongestJoint }))
        {
            found.Add(
                $"A joint order has at most {RobotDescription.MostJoints} names of 1 to {LongestJoint} characters.");
            return [];
        }

        if (order.GroupBy(name => name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            found.Add($"The joint order names {twice.Key} {twice.Count()} times; every joint stands in it once.");
        }

        return [.. order];
    }
}
