using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Recorders;
using TwinActors.Recording.Replays;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Ros2.Cdr;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Recording;

/// <summary>What the recorder wrote, as a robot: 3 s of joint states at 100 Hz, a temperature every 100 ms.</summary>
public sealed class ReplayRobotLinkTests : IDisposable
{
    private const long Start = 1_700_000_000_000_000_000;
    private const long Second = 1_000_000_000;

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly RobotStream _joints = Stream("arm2", "joint_states", "sensor_msgs/msg/JointState");
    private readonly RobotStream _warmth = Stream("arm2", "motor/temperature", "sensor_msgs/msg/Temperature");

    [Theory]
    [InlineData(JointForm.Columns)]
    [InlineData(JointForm.Messages)]
    public async Task Every_recorded_sample_comes_at_its_time_into_the_stream_of_its_type(JointForm form)
    {
        await using var link = await OpenAsync(form);

        _clock.Advance(TimeSpan.FromMilliseconds(995));
        Assert.Equal((100, 10), (_joints.Counters.Received, _warmth.Counters.Received));
        Assert.Equal(Start + 99 * Second / 100, Newest().StampNs);
        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((300, 30), (_joints.Counters.Received, _warmth.Counters.Received));
        Assert.Equal((0, 0), (_joints.Counters.Rejected, _warmth.Counters.Rejected));
        Assert.Equal([2.99, 5.98], Newest().Positions);
        Assert.Equal(ReplayState.Ended, link.Control(new())!.State);
        Assert.Equal(RobotLinkState.Lost, link.Status.State);
        Assert.Contains("ended", link.Status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_says_that_it_is_a_replay_as_long_as_it_plays()
    {
        await using var link = await OpenAsync();

        Assert.Equal(RobotLinkState.Connected, link.Status.State);
        Assert.Contains("replay of recordings of arm1", link.Status.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Paused_it_stands_still_and_goes_on_where_it_was()
    {
        await using var link = await OpenAsync();
        _clock.Advance(TimeSpan.FromMilliseconds(505));

        link.Control(new ReplayControl(IsPaused: true));
        _clock.Advance(TimeSpan.FromHours(1));
        var paused = (_joints.Counters.Received, link.Control(new())!);
        link.Control(new ReplayControl(IsPaused: false));
        _clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.Equal((51, ReplayState.Paused), (paused.Received, paused.Item2.State));
        Assert.Equal(new Stamp(Start + 505_000_000), paused.Item2.Position);
        Assert.Equal(61, _joints.Counters.Received);
    }

    [Fact]
    public async Task It_plays_as_many_times_faster_as_it_is_told()
    {
        await using var link = await OpenAsync(vary: source => source with { Speed = 2 });
        _clock.Advance(TimeSpan.FromMilliseconds(502));
        Assert.Equal(101, _joints.Counters.Received);

        var reading = link.Control(new ReplayControl(Speed: 0.5));
        _clock.Advance(TimeSpan.FromMilliseconds(1000));

        Assert.Equal((0.5, new Stamp(Start + 1_004_000_000)), (reading!.Speed, reading.Position));
        Assert.Equal(151, _joints.Counters.Received);
    }

    [Fact]
    public async Task It_goes_on_from_any_instant_and_beyond_the_ends_from_the_nearer_one()
    {
        await using var link = await OpenAsync();

        link.Control(new ReplayControl(Seek: new Stamp(Start + 2 * Second)));
        Assert.Equal(Start + 2 * Second, Newest().StampNs);
        link.Control(new ReplayControl(Seek: new Stamp(Start - Second)));
        Assert.Equal(Start, Newest().StampNs);
        var end = link.Control(new ReplayControl(Seek: new Stamp(Start + 50 * Second)));

        Assert.Equal(end!.To, end.Position);
    }

    [Fact]
    public async Task It_begins_anew_at_the_end_when_it_is_a_loop_or_let_go_on()
    {
        await using var link = await OpenAsync(vary: source => source with { Loops = true });

        _clock.Advance(TimeSpan.FromSeconds(6.5));
        Assert.InRange(_joints.Counters.Received, 601, 899);
        link.Control(new ReplayControl(Loops: false));
        _clock.Advance(TimeSpan.FromSeconds(6.5));
        Assert.Equal(ReplayState.Ended, link.Control(new())!.State);
        var again = link.Control(new ReplayControl(IsPaused: false));

        Assert.Equal((ReplayState.Playing, again!.From), (again.State, again.Position));
    }

    [Fact]
    public async Task A_part_of_the_recording_is_a_robot_too()
    {
        await using var link = await OpenAsync(vary: source => source with
        {
            From = new Stamp(Start + Second).ToDateTimeOffset(),
            To = new Stamp(Start + 2 * Second).ToDateTimeOffset(),
        });

        _clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal((101, Start + 2 * Second), (_joints.Counters.Received, Newest().StampNs));
    }

    [Fact]
    public async Task Stamps_become_the_time_of_playing_when_asked_for()
    {
        await using var link = await OpenAsync(vary: source => source with { IsRestamped = true });

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(Stamp.From(_clock.GetUtcNow()).Nanoseconds, Newest().StampNs);
    }

    [Fact]
    public async Task What_fills_no_stream_is_listed_and_a_recording_without_anything_is_refused_with_its_topics()
    {
        var path = Record(JointForm.Columns);
        await using var link = new ReplayRobotLink(Options(Source, [_joints]), path);
        await link.OpenAsync(CancellationToken.None);
        await using var none = new ReplayRobotLink(Options(Source, []), path);

        var topic = Assert.Single(link.Unmapped);
        Assert.Equal(("/arm1/motor/temperature", "not configured"), (topic.Topic, topic.Reason));
        var refusal = await Assert.ThrowsAsync<RobotLinkException>(
            async () => await none.OpenAsync(CancellationToken.None));
        Assert.Contains("/arm1/joint_states (sensor_msgs/msg/JointState)", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_recording_is_refused_with_its_name()
    {
        var path = _folder.Write("notes.mcap", "no recording");
        await using var link = new ReplayRobotLink(Options(Source, [_joints]), path);

        var refusal = await Assert.ThrowsAsync<RobotLinkException>(
            async () => await link.OpenAsync(CancellationToken.None));

        Assert.Contains("notes.mcap", refusal.Message, StringComparison.Ordinal);
        Assert.Null(link.Control(new()));
    }

    public void Dispose() => _folder.Dispose();

    private static ReplaySource Source => new() { Recording = RobotId.Parse("arm1") };

    private static RobotStream Stream(string robot, string topic, string type) => new(new StreamOptions
    {
        Name = topic,
        Topic = $"/{robot}/{topic}",
        Type = type,
        Kind = type.EndsWith("JointState", StringComparison.Ordinal) ? StreamKind.Joints : StreamKind.Sensor,
        Slots = 16,
    });

    private RobotLinkOptions Options(ReplaySource source, RobotStream[] streams) => new()
    {
        Robot = RobotId.Parse("arm2"),
        Kind = "replay",
        Replay = source,
        Streams = [.. streams],
        Clock = _clock,
    };

    private async Task<ReplayRobotLink> OpenAsync(
        JointForm form = JointForm.Columns, Func<ReplaySource, ReplaySource>? vary = null)
    {
        var link = new ReplayRobotLink(
            Options(vary?.Invoke(Source) ?? Source, [_joints, _warmth]), Record(form));
        await link.OpenAsync(CancellationToken.None);
        return link;
    }

    private string Record(JointForm form)
    {
        var joints = Stream("arm1", "joint_states", "sensor_msgs/msg/JointState");
        var warmth = Stream("arm1", "motor/temperature", "sensor_msgs/msg/Temperature");
        joints.HandsOnMessages = warmth.HandsOnMessages = true;
        var options = new RecordingOptions { Root = _folder.File("recordings"), Joints = form };
        using var recorder = new RobotRecorder(options, RobotId.Parse("arm1"), [joints, warmth], () => { });
        recorder.Begin();
        for (var i = 0; i < 300; i++)
        {
            var at = Start + i * Second / 100;
            joints.HandOn(JointState(at, i), at);
            if (i % 10 == 0)
            {
                warmth.HandOn(Temperature(at, i), at);
            }

            recorder.Tick(at);
        }

        recorder.End(Start + 3 * Second);
        return recorder.Folder.Path;
    }

    private (long StampNs, double[] Positions) Newest()
    {
        var frame = new SampleFrame<JointLayout>();
        var cursor = new RingCursor(_joints.Published - 1);
        Assert.True(cursor.TryNext(_joints.Joints!, frame));
        return (frame.Header.StampNs, frame.Layout!.Positions(frame.Bytes).ToArray());
    }

    private static byte[] JointState(long stampNs, int row)
    {
        var cdr = new CdrWriter(new byte[256]);
        cdr.WriteTime(stampNs);
        cdr.WriteText("base");
        cdr.WriteCount(2);
        cdr.WriteText("shoulder");
        cdr.WriteText("elbow");
        cdr.WriteFloat64Sequence([row / 100.0, row / 50.0]);
        cdr.WriteFloat64Sequence([]);
        cdr.WriteFloat64Sequence([]);
        return cdr.Written.ToArray();
    }

    private static byte[] Temperature(long stampNs, double celsius)
    {
        var cdr = new CdrWriter(new byte[64]);
        cdr.WriteTime(stampNs);
        cdr.WriteText("motor");
        cdr.WriteFloat64(celsius);
        cdr.WriteFloat64(0);
        return cdr.Written.ToArray();
    }
}
