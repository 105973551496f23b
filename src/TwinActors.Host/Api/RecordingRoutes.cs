using Microsoft.AspNetCore.Mvc;
using TwinActors.Actors;
using TwinActors.Actors.Recorder;
using TwinActors.Actors.Robots;
using TwinActors.Contracts.Recordings;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Robotics.State;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Host.Api;

/// <summary>Routes of recordings.</summary>
internal static class RecordingRoutes
{
    private const string McapType = "application/octet-stream";

    public static void MapRecordings(this IEndpointRouteBuilder api)
    {
        var recordings = api.MapGroup("/robots/{id}/recordings").WithTags("recordings");
        recordings.MapGet("/", ListAsync).WithName("GetRecordings")
            .WithSummary("What is recorded of the robot now, and what has been")
            .Produces<RecordingsDocument>().ProducesRobotProblems();
        recordings.MapPost("/start", StartAsync).WithName("StartRecording")
            .WithSummary("Record the robot from now on").Produces<RecordingsDocument>().ProducesRobotProblems();
        recordings.MapPost("/stop", StopAsync).WithName("StopRecording")
            .WithSummary("Record the robot no more").Produces<RecordingsDocument>().ProducesRobotProblems();
        recordings.MapGet("/lookup", Lookup).WithName("FindRecordedMessage")
            .WithSummary("Where a recording has the message that a sensor's value refers to")
            .Produces<RecordedMessageDocument>().ProducesProblem(404).ProducesProblem(422);
        recordings.MapGet("/message", Message).WithName("GetRecordedMessage")
            .WithSummary("The bytes of the message that a sensor's value refers to, as CDR")
            .Produces<byte[]>(contentType: McapType).ProducesProblem(404).ProducesProblem(422);
        recordings.MapGet("/{file}", Download).WithName("DownloadRecording")
            .WithSummary("A finished recording as MCAP file").Produces<byte[]>(contentType: McapType)
            .ProducesProblem(404).ProducesProblem(422);
    }

    private static RouteHandlerBuilder ProducesRobotProblems(this RouteHandlerBuilder route) =>
        route.ProducesProblem(404).ProducesProblem(410).ProducesProblem(422);

    private static Task<IResult> ListAsync(
        string id, TwinNode node, RecordingOptions options, CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, robot => DocumentAsync(robot, node, options, cancellationToken));

    private static Task<IResult> StartAsync(
        string id, [FromHeader(Name = "Idempotency-Key")] Guid? commandId, TwinNode node, RecordingOptions options,
        TimeProvider clock, CancellationToken cancellationToken) =>
        ExecuteAsync(
            id, new RobotTwinCommand.StartRecording(clock.GetUtcNow()), commandId, node, options, cancellationToken);

    private static Task<IResult> StopAsync(
        string id, [FromHeader(Name = "Idempotency-Key")] Guid? commandId, TwinNode node, RecordingOptions options,
        TimeProvider clock, CancellationToken cancellationToken) =>
        ExecuteAsync(
            id, new RobotTwinCommand.StopRecording(clock.GetUtcNow()), commandId, node, options, cancellationToken);

    private static Task<IResult> ExecuteAsync(
        string id, RobotTwinCommand command, Guid? commandId, TwinNode node, RecordingOptions options,
        CancellationToken cancellationToken) =>
        Refusals.WithRobot(id, async robot =>
        {
            var answer = await node.Robots.AskAsync<long>(
                robot, reply => new RobotTwinMessage.Execute(command, commandId, reply), cancellationToken);
            return answer.Rejection is { } rejection
                ? rejection.ToProblem()
                : await DocumentAsync(robot, node, options, cancellationToken);
        });

    private static async Task<IResult> DocumentAsync(
        RobotId robot, TwinNode node, RecordingOptions options, CancellationToken cancellationToken)
    {
        var answer = await node.Robots.AskAsync<RecorderReading>(
            robot, reply => new RobotTwinMessage.ReadRecorder(reply), cancellationToken);
        return answer.ToResult(reading =>
        {
            var folder = RecordingFolder.Of(options.Root, robot);
            return TypedResults.Ok(new RecordingsDocument(
                reading.IsOn, RobotDocuments.Time(reading.Since), reading.Problem, reading.File, reading.FileLength,
                reading.FileMessages, reading.Lost, [.. folder.Names.Select(name => Document(folder, name))]));
        });
    }

    private static RecordingDocument Document(RecordingFolder folder, string name)
    {
        try
        {
            var file = folder.Describe(name);
            return new RecordingDocument(
                name, new Stamp(file.FromNs).ToString(), new Stamp(file.ToNs).ToString(), file.Messages, file.Bytes,
                Problem: null);
        }
        catch (IOException failure)
        {
            var file = new FileInfo(folder.PathOf(name));
            return new RecordingDocument(name, null, null, null, file.Exists ? file.Length : 0, failure.Message);
        }
    }

    private static Task<IResult> Download(string id, string file, RecordingOptions options) =>
        Refusals.WithRobot(id, robot =>
        {
            var folder = RecordingFolder.Of(options.Root, robot);
            return Task.FromResult<IResult>(RecordingFolder.IsName(file) && File.Exists(folder.PathOf(file))
                ? TypedResults.PhysicalFile(
                    folder.PathOf(file), McapType, $"{robot}_{file}", enableRangeProcessing: true)
                : TypedResults.Problem(
                    $"Robot {robot} has no finished recording {file}; /api/v1/robots/{robot}/recordings lists them.",
                    statusCode: StatusCodes.Status404NotFound, title: "Unknown"));
        });

    private static Task<IResult> Lookup(
        string id, string reference, DateTimeOffset? receivedAt, RecordingOptions options) =>
        Find(id, reference, receivedAt, options, found => TypedResults.Ok(new RecordedMessageDocument(
            Path.GetFileName(found.Path), found.Message.Topic.Name, found.Message.Topic.Type,
            found.Message.Topic.Serialization, new Stamp(found.Message.LogTimeNs).ToString(),
            found.Message.Data.Length)));

    private static Task<IResult> Message(
        string id, string reference, DateTimeOffset? receivedAt, RecordingOptions options) =>
        Find(id, reference, receivedAt, options, found => TypedResults.Bytes(found.Message.Data, McapType));

    private static Task<IResult> Find(
        string id, string reference, DateTimeOffset? receivedAt, RecordingOptions options,
        Func<(string Path, BagMessage Message), IResult> next) =>
        Refusals.WithRobot(id, robot =>
        {
            if (!MessageReference.TryParse(reference, out var wanted))
            {
                return Task.FromResult<IResult>(Refusals.Invalid(
                    $"\"reference\" is \"{reference}\"; a topic, @ and a stamp in nanoseconds are wanted, as the "
                        + "value of a sensor has them."));
            }

            var received = receivedAt is { } at ? Stamp.From(at).Nanoseconds : (long?)null;
            return Task.FromResult(wanted.Find(RecordingFolder.Of(options.Root, robot), received) is { } found
                ? next(found)
                : TypedResults.Problem(
                    $"No recording of {robot} has {reference}: it was not recorded then, its recording is deleted, or "
                        + "it is not on the disk yet. When the robot's clock is off, pass \"receivedAt\" too.",
                    statusCode: StatusCodes.Status404NotFound, title: "Unknown"));
        });
}
