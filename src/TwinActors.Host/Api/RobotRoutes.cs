using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using TwinActors.Actors;
using TwinActors.Actors.Joints;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Sensors;
using TwinActors.Contracts.Robots;
using TwinActors.Host.Links;
using TwinActors.Robotics;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Host.Api;

/// <summary>Routes of the robots.</summary>
internal static class RobotRoutes
{
    private static readonly TimeSpan DescriptionPatience = TimeSpan.FromSeconds(5);

    public static void MapRobots(this IEndpointRouteBuilder api)
    {
        var robots = api.MapGroup("/robots").WithTags("robots");
        robots.MapGet("/", ListAsync).WithName("ListRobots").WithSummary("Fleet list, needs-attention first")
            .Produces<IReadOnlyList<RobotSummary>>();
        robots.MapPost("/", RegisterAsync).WithName("RegisterRobot").WithSummary("Register a robot")
            .Produces<RobotSummary>(StatusCodes.Status201Created)
            .ProducesProblem(400).ProducesProblem(409).ProducesProblem(413).ProducesProblem(415).ProducesProblem(422);
        robots.MapGet("/discovered", DiscoverAsync).WithName("DiscoverRobots")
            .WithSummary("Robots seen on the robot network").Produces<IReadOnlyList<DiscoveredRobotDocument>>();
        robots.MapGet("/discovered/{id}/urdf", DiscoveredUrdfAsync).WithName("GetDiscoveredUrdf")
            .WithSummary("The URDF that a robot gives on its topic robot_description")
            .Produces<string>(contentType: "application/xml").ProducesProblem(404).ProducesProblem(504);
        robots.MapGet("/{id}", DocumentAsync).WithName("GetRobot").WithSummary("Full twin document")
            .Produces<RobotDocument>().ProducesRobotProblems();
        robots.MapGet("/{id}/state", StateAsync).WithName("GetRobotState")
            .WithSummary("Twin document now; an earlier instant is not built yet")
            .Produces<RobotDocument>().ProducesRobotProblems().ProducesProblem(501);
        robots.MapDelete("/{id}", RemoveAsync).WithName("RemoveRobot")
            .WithSummary("Stop and forget the robot; its history is kept").Produces(204).ProducesRobotProblems();
        robots.MapGet("/{id}/joints", JointsAsync).WithName("GetJoints").WithSummary("State of every joint")
            .Produces<JointsDocument>().ProducesRobotProblems();
        robots.MapGet("/{id}/sensors", SensorsAsync).WithName("GetSensors").WithSummary("Newest sample of every sensor")
            .Produces<IReadOnlyList<SensorDocument>>().ProducesRobotProblems();
        robots.MapGet("/{id}/signals", SignalsAsync).WithName("GetSignals")
            .WithSummary("Values that are mapped to joints and other components, in the newest samples")
            .Produces<IReadOnlyList<SignalDocument>>().ProducesRobotProblems();
        robots.MapGet("/{id}/streams", StreamsAsync).WithName("GetStreams")
            .WithSummary("What came in on every stream, what was turned away and why")
            .Produces<IReadOnlyList<StreamDocument>>().ProducesRobotProblems();
        robots.MapGet("/{id}/urdf", UrdfAsync).WithName("GetUrdf").WithSummary("The robot model's URDF")
            .Produces<string>(contentType: "application/xml").ProducesRobotProblems();
    }

    // What every route of one robot may answer: no such robot, a removed one, no robot id.
    private static RouteHandlerBuilder ProducesRobotProblems(this RouteHandlerBuilder route) =>
        route.ProducesProblem(404).ProducesProblem(410).ProducesProblem(422);

    private static async Task<IResult> ListAsync(TwinNode node, CancellationToken cancellationToken)
    {
        var all = await node.Robots.ListAsync(cancellationToken);
        IReadOnlyList<RobotSummary> rows =
        [
            .. all.Select(robot => robot.Answer.Value is { } reading
                    ? RobotDocuments.Summary(reading)
                    : RobotDocuments.Silent(robot.Key))
                .OrderBy(Attention)
                .ThenBy(row => row.Id, StringComparer.OrdinalIgnoreCase),
        ];
        return TypedResults.Ok(rows);
    }

    private static int Attention(RobotSummary row) =>
        row.Link switch { "lost" => 0, "unknown" => 1, "stale" => 2, "none" => 3, _ => 4 };

    private static async Task<IResult> RegisterAsync(
        RegisterRobotRequest request,
        [FromHeader(Name = "Idempotency-Key")] Guid? commandId,
        TwinNode node,
        Registration registration,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var (robot, description) = registration.Read(request, out var problems);
        if (!problems.IsEmpty)
        {
            return Refusals.Invalid(problems[0], problems);
        }

        var answer = await node.Robots.RegisterAsync(
            new RobotTwinCommand.Register(clock.GetUtcNow(), robot, description), commandId, cancellationToken);
        if (answer.Rejection is { } rejection)
        {
            return rejection.ToProblem();
        }

        var twin = await ReadTwin(node, robot, cancellationToken);
        return twin.ToResult(reading =>
            TypedResults.Created($"/api/v1/robots/{robot}", RobotDocuments.Summary(reading)));
    }

    private static async Task<IResult> DiscoverAsync(TwinNode node, CancellationToken cancellationToken)
    {
        var found = await node.Robots.DiscoverAsync(cancellationToken);
        var registered = (await node.Robots.ListAsync(cancellationToken))
            .Select(robot => robot.Key.Replace('-', '_')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        IReadOnlyList<DiscoveredRobotDocument> robots =
        [
            .. found.Select(robot => new DiscoveredRobotDocument(
                robot.Id,
                [.. robot.Topics.Select(topic => new DiscoveredTopicDocument(topic.Name, topic.Type))],
                registered.Contains(robot.Id),
                robot.Problem,
                robot.DescriptionTopic)),
        ];
        return TypedResults.Ok(robots);
    }

    private static async Task<IResult> DiscoveredUrdfAsync(
        string id, TwinNode node, RobotLinks links, CancellationToken cancellationToken)
    {
        var found = await node.Robots.DiscoverAsync(cancellationToken);
        if (found.FirstOrDefault(robot => robot.Id == id)?.DescriptionTopic is not { } topic)
        {
            return TypedResults.Problem(
                $"No robot {id} on the robot network gives its URDF on a topic robot_description.",
                statusCode: StatusCodes.Status404NotFound, title: "Unknown");
        }

        return await links.ReadTextAsync(topic, DescriptionPatience, cancellationToken) is { } urdf
            ? TypedResults.Text(urdf, "application/xml")
            : TypedResults.Problem(
                $"{topic} gave nothing within {DescriptionPatience.TotalSeconds} s. Its publisher must be transient "
                + "local, as robot_state_publisher is.",
                statusCode: StatusCodes.Status504GatewayTimeout, title: "No answer");
    }

    private static Task<IResult> DocumentAsync(
        string id, TwinNode node, TimeProvider clock, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var asked = (
                Twin: ReadTwin(node, robot, cancellationToken).AsTask(),
                Joints: ReadJoints(node, robot, cancellationToken).AsTask(),
                Sensors: ReadSensors(node, robot, cancellationToken).AsTask());
            var twin = await asked.Twin;
            var joints = await asked.Joints;
            var sensors = await asked.Sensors;
            if ((twin.Rejection ?? joints.Rejection ?? sensors.Rejection) is { } rejection)
            {
                return rejection.ToProblem();
            }

            var now = clock.GetUtcNow();
            var reading = twin.Value!;
            return TypedResults.Ok(new RobotDocument
            {
                Robot = RobotDocuments.Summary(reading),
                LinkKind = reading.Description.Link,
                LinkReason = reading.LinkReason,
                RegisteredAt = RobotDocuments.Time(reading.RegisteredAt)!,
                Version = reading.Version,
                ClockOffsetMs = RobotDocuments.ClockOffset(joints.Value!),
                Clock = RobotDocuments.Clock(joints.Value!.Clock),
                Joints = RobotDocuments.Joints(joints.Value!, now),
                Sensors = [.. sensors.Value.Select(sensor => RobotDocuments.Sensor(sensor, now))],
                Signals = Signals(reading, sensors.Value, now),
                Streams = [.. reading.Streams.Select(RobotDocuments.Stream)],
            });
        });

    private static async Task<IResult> StateAsync(
        string id, string? at, TwinNode node, TimeProvider clock, CancellationToken cancellationToken) =>
        at is null
            ? await DocumentAsync(id, node, clock, cancellationToken)
            : TypedResults.Problem(
                "The state at an earlier instant comes with recordings; leave 'at' out for now.",
                statusCode: StatusCodes.Status501NotImplemented, title: "Not built yet");

    private static Task<IResult> RemoveAsync(
        string id,
        [FromHeader(Name = "Idempotency-Key")] Guid? commandId,
        TwinNode node,
        TimeProvider clock,
        CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var answer = await node.Robots.AskAsync<long>(
                robot,
                reply => new RobotTwinMessage.Execute(new RobotTwinCommand.Remove(clock.GetUtcNow()), commandId, reply),
                cancellationToken);
            return answer.ToResult(_ => TypedResults.NoContent());
        });

    private static Task<IResult> JointsAsync(
        string id, TwinNode node, TimeProvider clock, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
            (await ReadJoints(node, robot, cancellationToken)).ToResult(joints =>
                TypedResults.Ok(RobotDocuments.Joints(joints, clock.GetUtcNow()))));

    private static Task<IResult> SensorsAsync(
        string id, TwinNode node, TimeProvider clock, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
            (await ReadSensors(node, robot, cancellationToken)).ToResult(sensors =>
                TypedResults.Ok<IReadOnlyList<SensorDocument>>(
                    [.. sensors.Select(sensor => RobotDocuments.Sensor(sensor, clock.GetUtcNow()))])));

    private static Task<IResult> SignalsAsync(
        string id, TwinNode node, TimeProvider clock, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var twin = await ReadTwin(node, robot, cancellationToken);
            return twin.Rejection is { } rejection
                ? rejection.ToProblem()
                : (await ReadSensors(node, robot, cancellationToken)).ToResult(sensors =>
                    TypedResults.Ok(Signals(twin.Value!, sensors, clock.GetUtcNow())));
        });

    private static IReadOnlyList<SignalDocument> Signals(
        TwinReading twin, ImmutableArray<SensorReading> sensors, DateTimeOffset now) =>
        [.. SignalReading.Of(twin.Signals, sensors).Select(signal => RobotDocuments.Signal(signal, now))];

    private static Task<IResult> StreamsAsync(string id, TwinNode node, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
            (await ReadTwin(node, robot, cancellationToken)).ToResult(twin =>
                TypedResults.Ok<IReadOnlyList<StreamDocument>>([.. twin.Streams.Select(RobotDocuments.Stream)])));

    private static Task<IResult> UrdfAsync(string id, TwinNode node, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var answer = await node.Robots.AskAsync<string>(
                robot, reply => new RobotTwinMessage.ReadUrdf(reply), cancellationToken);
            return answer.ToResult(urdf => urdf.Length > 0
                ? TypedResults.Text(urdf, "application/xml")
                : TypedResults.Problem(
                    $"Robot {robot} has no model.", statusCode: StatusCodes.Status404NotFound, title: "Unknown"));
        });

    private static ValueTask<Answer<TwinReading>> ReadTwin(
        TwinNode node, RobotId robot, CancellationToken cancellationToken) =>
        node.Robots.AskAsync<TwinReading>(robot, reply => new RobotTwinMessage.ReadTwin(reply), cancellationToken);

    private static ValueTask<Answer<JointsReading>> ReadJoints(
        TwinNode node, RobotId robot, CancellationToken cancellationToken) =>
        node.Robots.AskAsync<JointsReading>(robot, reply => new RobotTwinMessage.ReadJoints(reply), cancellationToken);

    private static ValueTask<Answer<ImmutableArray<SensorReading>>> ReadSensors(
        TwinNode node, RobotId robot, CancellationToken cancellationToken) =>
        node.Robots.AskAsync<ImmutableArray<SensorReading>>(
            robot, reply => new RobotTwinMessage.ReadSensors(reply), cancellationToken);
}
