using System.Collections.Immutable;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Streams;
using TwinActors.Kernel;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.State;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Actors.Recorder;

/// <summary>What the recorder of a robot does at the moment of asking.</summary>
/// <param name="IsOn">Whether the robot is being recorded.</param>
/// <param name="Since">When that was decided; <see langword="null"/> when nobody decided.</param>
/// <param name="Problem">Why nothing can be written now; <see langword="null"/> when all is well.</param>
/// <param name="File">Name of the file that is being written; <see langword="null"/> when none is.</param>
/// <param name="FileLength">Its size [byte].</param>
/// <param name="FileMessages">Messages in it, each joint state by itself.</param>
/// <param name="Lost">Messages that were not recorded since the recorder was started.</param>
public sealed record RecorderReading(
    bool IsOn, DateTimeOffset? Since, string? Problem, string? File, long FileLength, long FileMessages, long Lost);

/// <summary>A message to the recorder.</summary>
internal abstract record RecorderMessage
{
    private RecorderMessage()
    {
    }

    /// <summary>Do what was decided.</summary>
    public sealed record Follow(RecordingState? State) : RecorderMessage;

    /// <summary>Say what you do.</summary>
    public sealed record Read(ReplyTo<Answer<RecorderReading>> ReplyTo) : RecorderMessage;

    /// <summary>Write what has come.</summary>
    public sealed record Tick : RecorderMessage
    {
        public static Tick Instance { get; } = new();
    }

    /// <summary>Look for recordings that have to go.</summary>
    public sealed record Sweep : RecorderMessage
    {
        public static Sweep Instance { get; } = new();
    }
}

/// <summary>What recorders work with.</summary>
/// <param name="Options">How they record.</param>
/// <param name="Shelf">All recordings of the node.</param>
internal sealed record RecorderProps(RecordingOptions Options, RecordingShelf Shelf);

/// <summary>Records one robot, as its twin decided.</summary>
/// <remarks>
/// While nothing is recorded it does nothing but look for old recordings. A file that it could not finish, because the
/// node ended, is made whole at the next start.
/// </remarks>
/// <param name="props">What recorders work with.</param>
/// <param name="robot">The robot.</param>
/// <param name="streams">Its streams.</param>
/// <param name="decided">Tells what was decided last.</param>
/// <param name="clock">The twin's clock.</param>
/// <param name="twin">Told of finished files and of problems.</param>
/// <param name="signals">How a link's thread wakes the recorder.</param>
internal sealed class RecorderActor(
    RecorderProps props,
    RobotId robot,
    ImmutableArray<RobotStream> streams,
    Func<RecordingState?> decided,
    TimeProvider clock,
    ActorRef<RobotTwinMessage> twin,
    MakeSignal signals) : Actor<RecorderMessage>, IDisposable
{
    // Half a second of a robot's messages wait in memory, a tenth of a megabyte without images.
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(500);

    private RobotRecorder? _recorder;
    private DateTimeOffset? _since;
    private string? _problem;

    private RobotRecorder Recorder => _recorder!;

    private long NowNs => Stamp.From(clock.GetUtcNow()).Nanoseconds;

    protected override ValueTask PreStart(CancellationToken stopping)
    {
        _recorder = new RobotRecorder(props.Options, robot, streams, signals(Self, 0, Urgency.Prompt));
        Self.Tell(new RecorderMessage.Follow(decided()));
        Context.Timers.StartPeriodicTimer(
            RecorderMessage.Sweep.Instance, RecorderMessage.Sweep.Instance, RecordingShelf.LookEvery,
            SharedTick.Wait(clock, RecordingShelf.LookEvery));
        return default;
    }

    protected override ValueTask PostStop()
    {
        Dispose();
        return default;
    }

    /// <summary>Ends recording: the file is finished, and told of at the next start.</summary>
    public void Dispose() => _recorder?.Dispose();

    protected override ValueTask OnSignalAsync(ulong sources, CancellationToken stopping)
    {
        Tick();
        return default;
    }

    protected override ValueTask ReceiveAsync(RecorderMessage message, CancellationToken stopping)
    {
        switch (message)
        {
            case RecorderMessage.Follow follow:
                Follow(follow.State ?? new RecordingState());
                break;
            case RecorderMessage.Tick:
                Tick();
                break;
            case RecorderMessage.Sweep:
                if (props.Shelf.Find(robot, clock.GetUtcNow()) is { } overdue)
                {
                    Tell(new RobotTwinCommand.ExpireRecordings(clock.GetUtcNow(), overdue.Through, overdue.Reason));
                }

                break;
            case RecorderMessage.Read read:
                read.ReplyTo.Tell(new RecorderReading(
                    Recorder.IsOn, _since, Recorder.Problem, Recorder.File, Recorder.FileLength, Recorder.FileMessages,
                    Recorder.Lost));
                break;
        }

        return default;
    }

    private void Follow(RecordingState state)
    {
        var isWanted = state.IsWanted ?? props.Options.IsAutomatic;
        _since = state.Since;
        Recorder.Folder.Delete(state.ExpiredThrough);
        if (!Recorder.IsOn)
        {
            SealForgotten(state.SealedThrough);
        }

        if (isWanted && !Recorder.IsOn)
        {
            Recorder.Begin();
            Context.Timers.StartPeriodicTimer(
                RecorderMessage.Tick.Instance, RecorderMessage.Tick.Instance, TickEvery,
                SharedTick.Wait(clock, TickEvery));
        }
        else if (!isWanted && Recorder.IsOn)
        {
            Context.Timers.Cancel(RecorderMessage.Tick.Instance);
            Report(Recorder.End(NowNs));
        }
    }

    // Files that a crash left, and those that were finished when the twin could not be told any more.
    private void SealForgotten(string? sealedThrough)
    {
        try
        {
            Recorder.Folder.Recover();
            Report([.. Recorder.Folder.Names
                .Where(name => string.CompareOrdinal(name, sealedThrough) > 0)
                .Select(Recorder.Folder.Describe)]);
        }
        catch (IOException)
        {
            // A full disk, or a file that is no recording: the list of recordings says what is wrong with each, and
            // the next look may find it mended. It must not keep the robot from being recorded.
        }
    }

    private void Tick()
    {
        if (Recorder.IsOn)
        {
            Report(Recorder.Tick(NowNs));
        }
    }

    private void Report(ImmutableArray<RecordedFile> finished)
    {
        foreach (var file in finished)
        {
            Tell(new RobotTwinCommand.SealRecording(
                clock.GetUtcNow(),
                new SealedRecording(
                    file.Name, new Stamp(file.FromNs).ToDateTimeOffset(), new Stamp(file.ToNs).ToDateTimeOffset(),
                    file.Messages, file.Bytes, Recorder.Folder.Hash(file.Name))));
        }

        if (Recorder.Problem != _problem)
        {
            _problem = Recorder.Problem;
            Tell(new RobotTwinCommand.ReportRecorder(clock.GetUtcNow(), _problem));
        }
    }

    private void Tell(RobotTwinCommand command) => twin.Tell(new RobotTwinMessage.Observed(command));
}
