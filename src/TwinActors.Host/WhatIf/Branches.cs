using System.Threading.Channels;
using TwinActors.Actors;
using TwinActors.Actors.Robots;
using TwinActors.Contracts.Robots;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.State;
using TwinActors.Robotics.Urdf;
using TwinActors.Simulation.WhatIf;
using TwinActors.Twins.Calibration;

namespace TwinActors.Host.WhatIf;

/// <summary>Saves branches and works them out, one after the other and beside everything else.</summary>
/// <remarks>What is asked is on the disk before it is answered. A node that ends in between works it out when it is
/// started again.</remarks>
internal sealed partial class Branches(
    TwinNode node, RecordingOptions recording, BranchOptions options, TimeProvider clock, ILogger<Branches> logger)
    : BackgroundService
{
    private const string Waiting = "waiting";

    // Each is at most some seconds of work; beyond that the asker has to wait.
    private const int MostWaiting = 32;

    private readonly Channel<(RobotId Robot, string Branch)> _queue =
        Channel.CreateBounded<(RobotId, string)>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });

    private readonly Lock _saving = new();

    /// <summary>Branches of a robot.</summary>
    public BranchFolder FolderOf(RobotId robot) => BranchFolder.Of(options.Root, robot);

    /// <summary>Saves a branch and puts it into the queue.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="model">Its model.</param>
    /// <param name="calibration">What was approved of its parameters; null: nothing.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="start">State of the joints at the fork.</param>
    /// <param name="forkedAt">When that was.</param>
    /// <returns>The branch, or why there is none.</returns>
    public (BranchDocument? Branch, string? Refusal) Add(
        RobotId robot, RobotModel model, RobotCalibration? calibration, WhatIfRequest request, MotionKnot start,
        Stamp forkedAt)
    {
        var folder = FolderOf(robot);
        lock (_saving)
        {
            if (folder.Ids.Length >= BranchFolder.MostBranches)
            {
                return (null, $"Robot {robot} has {BranchFolder.MostBranches} branches, the most there can be. Delete "
                    + "one.");
            }

            if (_queue.Reader.Count >= MostWaiting)
            {
                return (null, $"{MostWaiting} branches wait to be worked out, the most there can be. Ask again in some "
                    + "seconds.");
            }

            var now = clock.GetUtcNow();
            var branch = new BranchDocument(
                folder.NewId(now), request.Name, Stamp.From(now).ToString(), forkedAt.ToString(), Waiting, null,
                request.Seconds ?? WhatIfPlan.DefaultSeconds, request,
                [.. model.MovableJoints.Select((joint, i) =>
                    new BranchStartDocument(joint.Name, start.Positions[i], start.Velocities[i]))],
                CalibrationDocuments.Parameters(calibration),
                null);
            folder.Save(branch);
            // Only this method writes, under the lock, and there was room.
            _queue.Writer.TryWrite((robot, branch.Id));
            return (branch, null);
        }
    }

    /// <summary>Deletes a branch; one that is being worked out does not come back.</summary>
    /// <returns>Whether there was one.</returns>
    public bool Delete(RobotId robot, string branch)
    {
        lock (_saving)
        {
            return FolderOf(robot).Delete(branch);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // A start is not held up by what an earlier one has left.
        await Task.Yield();
        foreach (var (robot, branch) in Unfinished())
        {
            await WorkOutAsync(robot, branch, stoppingToken);
        }

        await foreach (var (robot, branch) in _queue.Reader.ReadAllAsync(stoppingToken))
        {
            await WorkOutAsync(robot, branch, stoppingToken);
        }
    }

    private (RobotId Robot, string Branch)[] Unfinished()
    {
        if (!Directory.Exists(options.Root))
        {
            return [];
        }

        return
        [
            .. from folder in Directory.EnumerateDirectories(options.Root).Order(StringComparer.Ordinal)
               let name = Path.GetFileName(folder)
               where RobotId.TryParse(name, out _, out _)
               let robot = RobotId.Parse(name)
               from id in FolderOf(robot).Ids
               where StateOf(robot, id) == Waiting
               select (robot, id),
        ];
    }

    private string? StateOf(RobotId robot, string branch)
    {
        try
        {
            return FolderOf(robot).Find(branch)?.State;
        }
        catch (IOException damaged)
        {
            Log.Failed(logger, robot.Value, branch, damaged.Message);
            return null;
        }
    }

    private async Task WorkOutAsync(RobotId robot, string id, CancellationToken stopping)
    {
        try
        {
            // Deleted meanwhile, or worked out already: found unfinished and asked for in one start.
            if (FolderOf(robot).Find(id) is not { State: Waiting } branch)
            {
                return;
            }

            try
            {
                var model = await ReadModelAsync(node, robot, stopping);
                var outcome = model is null
                    ? null
                    : Run(robot, CalibratedModel.Of(model, CalibrationDocuments.Read(branch.Calibration)), branch,
                        stopping);
                Finish(robot, outcome is null
                    ? branch with { State = "failed", Problem = "The robot has no model any more." }
                    : branch with { State = "done", Joints = BranchDocuments.Joints(outcome) }, outcome);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // Whatever it is, it costs this branch and not the node.
                Log.Failed(logger, robot.Value, id, failure.Message);
                Finish(robot, branch with { State = "failed", Problem = failure.Message }, null);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk takes nothing: the branch goes on waiting, until the node is started again.
            Log.Failed(logger, robot.Value, id, failure.Message);
        }
    }

    private void Finish(RobotId robot, BranchDocument branch, WhatIfOutcome? outcome)
    {
        lock (_saving)
        {
            // Who deleted it meanwhile does not want it back.
            if (FolderOf(robot).Find(branch.Id) is not null)
            {
                FolderOf(robot).Save(branch, outcome is null ? null : BranchDocuments.Trajectory(outcome));
            }
        }
    }

    private WhatIfOutcome Run(
        RobotId robot, CalibratedModel calibrated, BranchDocument branch, CancellationToken stopping)
    {
        var model = calibrated.Model;
        if (!branch.Start.Select(joint => joint.Name).SequenceEqual(model.MovableJoints.Select(joint => joint.Name)))
        {
            throw new ArgumentException("The robot's model has other joints than when the branch was asked for.");
        }

        var start = new MotionKnot(
            0, [.. branch.Start.Select(joint => joint.Position)], [.. branch.Start.Select(joint => joint.Velocity)]);
        var plan = WhatIfPlan.Read(calibrated, branch.Request, start, out var problems);
        if (!problems.IsEmpty)
        {
            throw new ArgumentException(string.Join(' ', problems));
        }

        var recorded = plan.IsRecorded && Stamp.TryParse(branch.Request.At!, out var at)
            ? RecordedMotion.PathOf(
                RecordingFolder.Of(recording.Root, robot), model, start, at.Nanoseconds, plan.Seconds)
            : null;
        var outcome = WhatIfComparison.Run(
            model, start, plan.Seconds, plan.BaseOf(start, recorded), plan.BranchOf(start, recorded), plan.Thresholds,
            stopping);
        return outcome.Joints.All(joint => IsFinite(joint.Position) && IsFinite(joint.Effort))
            ? outcome
            : throw new ArithmeticException(
                "The motion does not stay finite: the robot is pushed harder than its model can be computed.");
    }

    private static bool IsFinite(Difference difference) => double.IsFinite(difference.Rms);

    /// <summary>The model of a robot.</summary>
    /// <returns>The model; null when the robot is gone, has none, or one that cannot be read.</returns>
    public static async Task<RobotModel?> ReadModelAsync(
        TwinNode node, RobotId robot, CancellationToken cancellationToken)
    {
        var urdf = await node.Robots.AskAsync<string>(
            robot, reply => new RobotTwinMessage.ReadUrdf(reply), cancellationToken);
        return urdf.Value is { Length: > 0 } text ? UrdfReader.Read(text, $"model of {robot}").Model : null;
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Branch {Branch} of {Robot} was not worked out: {Reason}")]
        public static partial void Failed(ILogger logger, string robot, string branch, string reason);
    }
}

/// <summary>Where branches are.</summary>
/// <param name="Root">Folder with one folder of branches per robot.</param>
internal sealed record BranchOptions(string Root);
