using Microsoft.AspNetCore.Http.HttpResults;
using TwinActors.Actors;
using TwinActors.Actors.Joints;
using TwinActors.Actors.Robots;
using TwinActors.Contracts.Robots;
using TwinActors.Host.WhatIf;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.State;
using TwinActors.Simulation.WhatIf;

namespace TwinActors.Host.Api;

/// <summary>Routes of what-if branches.</summary>
internal static class WhatIfRoutes
{
    public static void MapWhatIf(this IEndpointRouteBuilder api)
    {
        var branches = api.MapGroup("/robots/{id}/what-if").WithTags("what-if");
        branches.MapPost("/", AskAsync).WithName("AskWhatIf")
            .WithSummary("Let two virtual robots go on from one state of the robot, one with something changed")
            .Produces<BranchDocument>(202).ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
            .ProducesProblem(410).ProducesProblem(415).ProducesProblem(422);
        branches.MapGet("/", List).WithName("ListBranches").WithSummary("Branches of the robot, the newest first")
            .Produces<IReadOnlyList<BranchDocument>>().ProducesProblem(422);
        branches.MapGet("/{branch}", Read).WithName("GetBranch")
            .WithSummary("A branch: what was asked, and how far it is from the base").Produces<BranchDocument>()
            .ProducesProblem(404).ProducesProblem(422);
        branches.MapGet("/{branch}/trajectory", ReadTrajectory).WithName("GetBranchTrajectory")
            .WithSummary("Positions of both robots of a branch").Produces<BranchTrajectoryDocument>()
            .ProducesProblem(404).ProducesProblem(422);
        branches.MapDelete("/{branch}", Delete).WithName("DeleteBranch").WithSummary("Delete a branch")
            .Produces(204).ProducesProblem(404).ProducesProblem(422);
    }

    private static Task<IResult> AskAsync(
        string id, WhatIfRequest request, TwinNode node, Branches branches, RecordingOptions recording,
        CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var twin = await node.Robots.AskAsync<JointsReading>(
                robot, reply => new RobotTwinMessage.ReadJoints(reply), cancellationToken);
            if (twin.Rejection is { } rejection)
            {
                return rejection.ToProblem();
            }

            var model = await Branches.ReadModelAsync(node, robot, cancellationToken);
            if (model is not { Mass: > 0, MovableJoints.Length: > 0 })
            {
                return Refusals.Invalid(model is null
                    ? $"Robot {robot} has no model, so it cannot be computed. Register it with a URDF."
                    : $"Model {model.Name} of {robot} has no mass or no joint, so no force can move it.");
            }

            var known = await node.Robots.AskAsync<TwinReading>(
                robot, reply => new RobotTwinMessage.ReadTwin(reply), cancellationToken);
            var calibration = known.Value?.Calibration;
            var (start, forkedAt, problem) = request.At is { } at
                ? Recorded(robot, model, at, RecordingFolder.Of(recording.Root, robot))
                : Live(robot, model, twin.Value!);
            if (start is null)
            {
                return problem!;
            }

            _ = WhatIfPlan.Read(CalibratedModel.Of(model, calibration), request, start, out var problems);
            if (!problems.IsEmpty)
            {
                return Refusals.Invalid(problems[0], problems);
            }

            // The robot goes on from the instant that was found, not from the one between two states.
            var asked = request.At is null ? request : request with { At = forkedAt.ToString() };
            var (branch, refusal) = branches.Add(robot, model, calibration, asked, start, forkedAt);
            return branch is null
                ? TypedResults.Problem(
                    refusal, statusCode: StatusCodes.Status409Conflict, title: "Not possible now")
                : TypedResults.Accepted($"/api/v1/robots/{robot}/what-if/{branch.Id}", branch);
        });

    private static (MotionKnot? Start, Stamp ForkedAt, IResult? Problem) Live(
        RobotId robot, RobotModel model, JointsReading reading)
    {
        var joints = reading.Joints.ToDictionary(joint => joint.Name, StringComparer.Ordinal);
        string[] missing = [.. model.MovableJoints.Select(joint => joint.Name)
            .Where(name => joints.GetValueOrDefault(name)?.Position is null)];
        if (missing.Length > 0 || reading.StampNs is not { } stampNs)
        {
            return (null, default, TypedResults.Problem(
                $"Robot {robot} has told no position of {string.Join(", ", missing)}, so there is no state to go on "
                    + "from. Wait until it sends, or name an instant of a recording.",
                statusCode: StatusCodes.Status409Conflict, title: "Not possible now"));
        }

        var known = model.MovableJoints.Select(joint => joints[joint.Name]).ToArray();
        return (
            new MotionKnot(
                0, [.. known.Select(joint => joint.Position!.Value)], [.. known.Select(joint => joint.Velocity ?? 0)]),
            new Stamp(stampNs), null);
    }

    private static (MotionKnot? Start, Stamp ForkedAt, IResult? Problem) Recorded(
        RobotId robot, RobotModel model, string text, RecordingFolder folder)
    {
        if (!Stamp.TryParse(text, out var at))
        {
            return (null, default, Refusals.Invalid($"\"at\" is \"{text}\"; a time as RFC 3339 is wanted."));
        }

        return RecordedMotion.FindState(folder, model, at.Nanoseconds) is { } found
            ? (found.State, new Stamp(found.AtNs), null)
            : (null, default, TypedResults.Problem(
                $"No recording of {robot} has a position of every joint within a second before {text}; "
                    + $"/api/v1/robots/{robot}/recordings lists them.",
                statusCode: StatusCodes.Status404NotFound, title: "Unknown"));
    }

    private static Task<IResult> List(string id, Branches branches) => Refusals.WithRobot(id, robot =>
    {
        var folder = branches.FolderOf(robot);
        return Task.FromResult<IResult>(TypedResults.Ok<IReadOnlyList<BranchDocument>>(
            [.. folder.Ids.Reverse().Select(folder.Find).OfType<BranchDocument>()]));
    });

    private static Task<IResult> Read(string id, string branch, Branches branches) =>
        Found(id, branch, branches, folder => folder.Find(branch));

    private static Task<IResult> ReadTrajectory(string id, string branch, Branches branches) =>
        Found(id, branch, branches, folder => folder.FindTrajectory(branch));

    private static Task<IResult> Delete(string id, string branch, Branches branches) =>
        Refusals.WithRobot(id, robot => Task.FromResult<IResult>(
            branches.Delete(robot, branch) ? TypedResults.NoContent() : Unknown(robot, branch)));

    private static Task<IResult> Found<T>(
        string id, string branch, Branches branches, Func<BranchFolder, T?> find)
        where T : class =>
        Refusals.WithRobot(id, robot => Task.FromResult<IResult>(
            find(branches.FolderOf(robot)) is { } found ? TypedResults.Ok(found) : Unknown(robot, branch)));

    private static ProblemHttpResult Unknown(RobotId robot, string branch) => TypedResults.Problem(
        $"Robot {robot} has no branch {branch}, or it is not worked out yet; /api/v1/robots/{robot}/what-if lists "
            + "them.",
        statusCode: StatusCodes.Status404NotFound, title: "Unknown");
}
