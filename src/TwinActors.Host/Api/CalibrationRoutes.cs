using Microsoft.AspNetCore.Mvc;
using TwinActors.Actors;
using TwinActors.Actors.Robots;
using TwinActors.Contracts.Robots;
using TwinActors.Host.WhatIf;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.State;
using TwinActors.Simulation.Calibration;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Host.Api;

/// <summary>Routes of calibration.</summary>
internal static class CalibrationRoutes
{
    private const double DefaultSeconds = 60;
    private const double LongestSeconds = 600;

    // Some seconds of one processor each: one at a time leaves the others to the twins.
    private static readonly SemaphoreSlim Turn = new(1, 1);

    public static void MapCalibration(this IEndpointRouteBuilder api)
    {
        var calibration = api.MapGroup("/robots/{id}/calibration").WithTags("calibration");
        calibration.MapGet("/", ReadAsync).WithName("GetCalibration")
            .WithSummary("What was approved of the robot's parameters").Produces<CalibrationDocument>()
            .ProducesProblem(404).ProducesProblem(410).ProducesProblem(422);
        calibration.MapPost("/proposal", ProposeAsync).WithName("ProposeCalibration")
            .WithSummary("What recorded motion says of the robot's friction, damping, rotors, payload and delay")
            .Produces<CalibrationProposalDocument>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(410)
            .ProducesProblem(415).ProducesProblem(422);
        calibration.MapPost("/", ApproveAsync).WithName("ApproveCalibration")
            .WithSummary("Use these parameters for the robot's virtual robots from now on")
            .Produces<CalibrationDocument>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(410)
            .ProducesProblem(415).ProducesProblem(422);
    }

    private static Task<IResult> ReadAsync(string id, TwinNode node, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var twin = await node.Robots.AskAsync<TwinReading>(
                robot, reply => new RobotTwinMessage.ReadTwin(reply), cancellationToken);
            return twin.ToResult(reading => TypedResults.Ok(new CalibrationDocument(
                RobotDocuments.Time(reading.CalibratedAt), CalibrationDocuments.Parameters(reading.Calibration))));
        });

    private static Task<IResult> ProposeAsync(
        string id, CalibrationRequest request, TwinNode node, RecordingOptions recording, TimeProvider clock,
        CancellationToken cancellationToken) =>
        WithModel(id, node, async (robot, model) =>
        {
            if (request.PayloadLink is { } link && model.FindLink(link) is null)
            {
                return Refusals.Invalid($"\"payloadLink\" is \"{link}\"; model {model.Name} has "
                    + $"{string.Join(", ", model.Links.Select(known => known.Name))}.");
            }

            if (WindowOf(request, clock.GetUtcNow(), out var problem) is not { } window)
            {
                return Refusals.Invalid(problem!);
            }

            await Turn.WaitAsync(cancellationToken);
            try
            {
                var recorded = RecordedEfforts.Read(RecordingFolder.Of(recording.Root, robot), model, window);
                return recorded is { Motion.Seconds.Length: >= Identification.FewestRows }
                    ? TypedResults.Ok(CalibrationDocuments.Proposal(
                        recorded, Identification.Of(model, recorded.Motion, request.PayloadLink)))
                    : TypedResults.Problem(
                        $"The recordings of {robot} have {recorded?.Motion.Seconds.Length ?? 0} joint states with "
                            + "position and effort of every joint in that time; "
                            + $"{Identification.FewestRows} at least are needed. 'twin record {robot} start' records.",
                        statusCode: StatusCodes.Status404NotFound, title: "Unknown");
            }
            finally
            {
                Turn.Release();
            }
        }, cancellationToken);

    private static Task<IResult> ApproveAsync(
        string id, CalibrationParameters parameters, [FromHeader(Name = "Idempotency-Key")] Guid? commandId,
        TwinNode node, TimeProvider clock, CancellationToken cancellationToken) =>
        WithModel(id, node, async (robot, model) =>
        {
            // Judged before it is sent: what is no number cannot be part of an event.
            var approved = CalibrationDocuments.Read(parameters)!;
            if ((CalibrationDocuments.Missing(parameters, model) ?? approved.Problem()) is { } wrong)
            {
                return Refusals.Invalid(wrong);
            }

            var answer = await node.Robots.AskAsync<long>(
                robot,
                reply => new RobotTwinMessage.Execute(
                    new RobotTwinCommand.ApproveCalibration(clock.GetUtcNow(), approved), commandId, reply),
                cancellationToken);
            return answer.Rejection is { } rejection
                ? rejection.ToProblem()
                : await ReadAsync(id, node, cancellationToken);
        }, cancellationToken);

    private static Task<IResult> WithModel(
        string id, TwinNode node, Func<RobotId, RobotModel, Task<IResult>> next, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var twin = await node.Robots.AskAsync<TwinReading>(
                robot, reply => new RobotTwinMessage.ReadTwin(reply), cancellationToken);
            if (twin.Rejection is { } rejection)
            {
                return rejection.ToProblem();
            }

            var model = await Branches.ReadModelAsync(node, robot, cancellationToken);
            return model is { Mass: > 0, MovableJoints.Length: > 0 }
                ? await next(robot, model)
                : Refusals.Invalid(
                    $"Robot {robot} has no model with mass and joints, so nothing can be computed. Register it with a "
                    + "URDF.");
        });

    private static BagWindow? WindowOf(CalibrationRequest request, DateTimeOffset now, out string? problem)
    {
        var seconds = request.Seconds ?? DefaultSeconds;
        if (!(seconds is > 0 and <= LongestSeconds))
        {
            problem = $"\"seconds\" is {seconds}; above 0 and at most {LongestSeconds} are possible.";
            return null;
        }

        problem = null;
        var length = (long)(seconds * 1e9);
        if (request.From is not { } text)
        {
            return new BagWindow(Stamp.From(now).Nanoseconds - length, null);
        }

        if (Stamp.TryParse(text, out var from))
        {
            return new BagWindow(from.Nanoseconds, from.Nanoseconds + length);
        }

        problem = $"\"from\" is \"{text}\"; a time as RFC 3339 is wanted.";
        return null;
    }
}
