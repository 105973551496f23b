using System.Security.Cryptography;
using System.Text.Json.Nodes;
using TwinActors.Recording.Bags;
using TwinActors.Recording.Columns;
using TwinActors.Recording.Recorders;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Cdr;
using TwinActors.Ros2.Schemas;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Recording;

/// <summary>Messages of a robot on their way from its link into files, and back out of them.</summary>
public sealed class RobotRecorderTests : IDisposable
{
    private const long Start = 1_700_000_000_000_000_000;
    private const long Second = 1_000_000_000;

    private static readonly RobotId Arm1 = RobotId.Parse("Arm1");

    private readonly TemporaryFolder _folder = new();
    private readonly RobotStream _joints = Stream("joints", "sensor_msgs/msg/JointState", StreamKind.Joints);
    private readonly RobotStream _camera = Stream("camera", "sensor_msgs/msg/Image", StreamKind.Sensor);
    private int _wakes;

    [Theory]
    [InlineData(JointForm.Columns)]
    [InlineData(JointForm.Messages)]
    public void Every_message_comes_out_byte_for_byte(JointForm form)
    {
        var recorder = Recorder(options => options with { Joints = form });
        recorder.Begin();
        var sent = new List<string>();
        for (var i = 0; i < 300; i++)
        {
            sent.Add(Send(_joints, Start + i * Second / 100, JointState(i, i % 50 == 49 ? 0 : 2)));
            if (i % 10 == 0)
            {
                sent.Add(Send(_camera, Start + i * Second / 100 + 1, Image(i)));
            }

            if (i % 25 == 0)
            {
                Assert.Empty(recorder.Tick(Start + i * Second / 100));
            }
        }

        Assert.Empty(recorder.Tick(Start + 3 * Second));
        Assert.Equal((330, 0), (recorder.FileMessages, recorder.Lost));
        var file = Assert.Single(recorder.End(Start + 3 * Second));

        Assert.Equal(sent, Texts(recorder, file.Name));
        Assert.InRange(file.FromNs, Start, Start + Second);
        Assert.InRange(file.ToNs, Start + 2 * Second, Start + 3 * Second);
        Assert.Equal(file.Bytes, new FileInfo(recorder.Folder.PathOf(file.Name)).Length);
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(recorder.Folder.PathOf(file.Name)))),
            recorder.Folder.Hash(file.Name));
        using var bag = BagReader.Open(recorder.Folder.PathOf(file.Name));
        Assert.Equal(form == JointForm.Columns,
            bag.Topics.Any(topic => topic.Serialization == JointColumns.MessageEncoding));
        Assert.All(bag.Topics, topic => Assert.NotNull(topic.Definition));
    }

    [Fact]
    public void Nothing_is_taken_before_the_beginning_and_behind_the_end()
    {
        var recorder = Recorder();
        Send(_camera, Start, Image(0));
        recorder.Begin();
        var sent = Send(_camera, Start + 1, Image(1));
        var file = Assert.Single(recorder.End(Start + 2));
        Send(_camera, Start + 3, Image(2));

        Assert.Equal([sent], Texts(recorder, file.Name));
        recorder.Begin();
        Assert.Empty(recorder.End(Start + 4));
        Assert.Equal([file.Name], recorder.Folder.Names);
    }

    [Fact]
    public void A_file_is_finished_when_it_is_large_or_old_and_the_next_one_goes_on()
    {
        var recorder = Recorder(options => options with { FileLength = 100_000, FileSpan = TimeSpan.FromMinutes(1) });
        recorder.Begin();
        var sent = new List<string>();
        var finished = new List<RecordedFile>();
        for (var i = 0; i < 20; i++)
        {
            sent.Add(Send(_camera, Start + i * Second, Image(i, 20_000)));
            finished.AddRange(recorder.Tick(Start + i * Second));
        }

        finished.AddRange(recorder.Tick(Start + 120 * Second));
        sent.Add(Send(_camera, Start + 121 * Second, Image(99)));
        finished.AddRange(recorder.End(Start + 122 * Second));

        Assert.Equal(5, finished.Count);
        Assert.Equal(recorder.Folder.Names, finished.Select(file => file.Name));
        Assert.Equal(sent, finished.SelectMany(file => Texts(recorder, file.Name)));
        Assert.Equal("20231114T221320.000Z.mcap", finished[0].Name);
    }

    [Fact]
    public void A_file_that_a_crash_left_is_made_whole_up_to_what_was_flushed()
    {
        var crashed = Recorder();
        crashed.Begin();
        List<string> sent = [Send(_joints, Start, JointState(1, 2)), Send(_camera, Start + 1, Image(1))];
        crashed.Tick(Start);
        crashed.Tick(Start + 2 * Second);
        Send(_camera, Start + 2 * Second + 1, Image(2));
        crashed.Tick(Start + 2 * Second + 1);

        // A node that is killed again while it mends leaves both the torn file and a part of the copy.
        var unfinished = crashed.Folder.UnfinishedPath!;
        var torn = unfinished.Replace(".part", ".torn", StringComparison.Ordinal);
        File.Copy(unfinished, torn);
        var next = Recorder();
        next.Folder.Recover();

        var name = Assert.Single(next.Folder.Names);
        Assert.Equal(sent, Texts(next, name));
        Assert.Null(next.Folder.UnfinishedPath);
        Assert.False(File.Exists(torn));
        Assert.Equal(2, next.Folder.Describe(name).Messages);
    }

    [Fact]
    public void A_disk_that_takes_nothing_costs_the_recording_alone_and_is_tried_again()
    {
        var place = _folder.File("recordings");
        File.WriteAllText(place, "a file where the folder should be");
        var recorder = Recorder(options => options with { Root = place });
        recorder.Begin();
        Send(_camera, Start, Image(1));
        Send(_camera, Start + 1, Image(2));

        Assert.Empty(recorder.Tick(Start));
        Assert.Contains("recordings", recorder.Problem, StringComparison.Ordinal);
        Send(_camera, Start + 2, Image(3));
        recorder.Tick(Start + Second);
        Assert.Equal(3, recorder.Lost);

        File.Delete(place);
        recorder.Tick(Start + 2 * Second);
        Assert.NotNull(recorder.Problem);
        var sent = Send(_camera, Start + 20 * Second, Image(4));
        recorder.Tick(Start + 20 * Second);

        Assert.Null(recorder.Problem);
        Assert.Equal([sent], Texts(recorder, Assert.Single(recorder.End(Start + 21 * Second)).Name));
        Assert.Equal(3, recorder.Lost);
    }

    [Fact]
    public void Messages_that_find_no_room_are_counted_and_the_recorder_is_woken_in_time()
    {
        var recorder = Recorder(options => options with { BufferLength = 3 << 20 });
        recorder.Begin();
        for (var i = 0; i < 5; i++)
        {
            Send(_camera, Start + i, Image(i, 900_000));
        }

        Assert.Equal(1, _wakes);
        Assert.Equal(2, recorder.Lost);
        Assert.Equal(3, Texts(recorder, Assert.Single(recorder.End(Start + 5)).Name).Count);
    }

    [Fact]
    public void Frames_of_a_link_without_messages_become_messages()
    {
        var imu = Stream("imu", "sensor_msgs/msg/MagneticField", StreamKind.Sensor, handsOn: false);
        var joints = Stream("joints", "sensor_msgs/msg/JointState", StreamKind.Joints, handsOn: false);
        using var recorder = new RobotRecorder(Options(), Arm1, [imu, joints], () => { });
        recorder.Begin();
        var layout = new SampleLayout("sensor_msgs/msg/MagneticField",
        [
            ("header.stamp.sec", FieldKind.Integer), ("header.stamp.nanosec", FieldKind.Integer),
            ("header.frame_id", FieldKind.Text), ("magnetic_field.x", FieldKind.Number),
            ("magnetic_field.y", FieldKind.Number), ("magnetic_field.z", FieldKind.Number),
            ("magnetic_field_covariance", FieldKind.Numbers),
        ]);
        var sample = new SampleWriter(layout, imu.Samples!.BeginWrite(512));
        sample.Integer(0, 7);
        sample.Integer(1, 8);
        sample.Utf8(2, "magnet"u8);
        sample.Number(4, -0.25);
        sample.Numbers(6, 9)[8] = 3;
        imu.Samples.EndWrite(7, Start, imu.Samples.AddLayout(layout));
        var two = new JointLayout(["a", "b"]);
        var columns = two.Columns(joints.Joints!.BeginWrite(two.FrameLength));
        columns.Fill(double.NaN);
        columns[4] = 12;
        columns[5] = 13;
        joints.Joints.EndWrite(Start - 5, Start + 1, joints.Joints.AddLayout(two));

        recorder.Tick(Start + 1);
        var name = Assert.Single(recorder.End(Start + 2)).Name;

        using var bag = BagReader.Open(recorder.Folder.PathOf(name));
        var messages = JointRows.Read(bag).ToArray();
        Assert.Equal(["/arm1/imu", "/arm1/joints"], messages.Select(message => message.Topic.Name));
        var magnetic = Decode(messages[0]);
        Assert.Equal(8u, magnetic["header"]!["stamp"]!["nanosec"]!.GetValue<uint>());
        Assert.Equal("magnet", magnetic["header"]!["frame_id"]!.GetValue<string>());
        Assert.Equal(-0.25, magnetic["magnetic_field"]!["y"]!.GetValue<double>());
        Assert.Equal(3, magnetic["magnetic_field_covariance"]![8]!.GetValue<double>());
        var state = Decode(messages[1]);
        Assert.Empty(state["position"]!.AsArray());
        Assert.Equal([12, 13], state["effort"]!.AsArray().Select(value => value!.GetValue<double>()));
        Assert.Equal("b", state["name"]![1]!.GetValue<string>());
    }

    [Fact]
    public void A_steady_stream_allocates_nothing()
    {
        var recorder = Recorder();
        recorder.Begin();
        var (joints, image) = (JointState(5, 2), Image(5));
        var now = Start;

        Assert.Equal(0, Allocations.Of(() =>
        {
            // Fewer than a chunk holds: each chunk notes its place in the file's index.
            for (var i = 0; i < 20; i++)
            {
                now += Second / 1000;
                _joints.HandOn(joints, now);
                _camera.HandOn(image, now);
                recorder.Tick(now);
            }
        }));
    }

    [Fact]
    public void A_message_is_found_by_the_reference_that_the_state_of_its_sensor_has()
    {
        var recorder = Recorder();
        recorder.Begin();
        for (var i = 0; i < 20; i++)
        {
            Send(_camera, Start + i * Second, Image(i));
        }

        Assert.Single(recorder.End(Start + 20 * Second));
        recorder.Begin();
        Send(_camera, Start + 30 * Second, Image(30));
        recorder.Tick(Start + 30 * Second);
        recorder.Tick(Start + 40 * Second);

        Assert.True(MessageReference.TryParse($"/arm1/camera@{Start + 7 * Second}", out var stamp));
        var (path, message) = stamp.Find(recorder.Folder, receivedNs: null)!.Value;
        Assert.Equal(Image(7), message.Data.ToArray());
        Assert.Equal(recorder.Folder.PathOf(recorder.Folder.Names[0]), path);
        Assert.Equal(Image(30), stamp with { StampNs = Start + 30 * Second } is var open
            ? open.Find(recorder.Folder, null)!.Value.Message.Data.ToArray()
            : []);
        Assert.Null((stamp with { StampNs = Start + 7 * Second + 1 }).Find(recorder.Folder, null));
        Assert.Null((stamp with { Topic = "/arm1/other" }).Find(recorder.Folder, null));
        Assert.NotNull(stamp.Find(recorder.Folder, Start + 7 * Second));
        Assert.Null(stamp.Find(recorder.Folder, Start + 8 * Second));
        recorder.End(Start + 41 * Second);
        foreach (var bad in (string[])["", "@5", "/a", "/a@", "/a@x", "/a@-5"])
        {
            Assert.False(MessageReference.TryParse(bad, out _), bad);
        }
    }

    [Fact]
    public void Recordings_that_are_old_or_too_many_have_to_go_the_oldest_first()
    {
        var now = new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
        string[] files =
        [
            "arm1/20260301T110000.000Z.mcap", "arm1/20260302T100000.000Z.mcap", "arm2/20260302T090000.000Z.mcap",
            "arm2/20260302T110000.000Z.mcap", "arm3/20260302T113000.000Z.mcap.part", "arm3/notes.txt",
        ];
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file))!);
            _folder.Write(file, new byte[1000]);
        }

        var shelf = new RecordingShelf(Options() with { Root = _folder.Path, DiskBudget = 4000 });

        Assert.Equal("20260301T110000.000Z.mcap", shelf.Find(RobotId.Parse("arm1"), now)!.Through);
        Assert.Contains("1.00:00:00", shelf.Find(RobotId.Parse("arm1"), now)!.Reason, StringComparison.Ordinal);
        Assert.Equal("20260302T090000.000Z.mcap", shelf.Find(RobotId.Parse("arm2"), now)!.Through);
        Assert.Contains("4000", shelf.Find(RobotId.Parse("arm2"), now)!.Reason, StringComparison.Ordinal);
        Assert.Null(shelf.Find(RobotId.Parse("arm3"), now));
        new RecordingFolder(_folder.File("arm2")).Delete("20260302T090000.000Z.mcap");
        Assert.Equal(["20260302T110000.000Z.mcap"], new RecordingFolder(_folder.File("arm2")).Names);
        Assert.NotNull(shelf.Find(RobotId.Parse("arm2"), now));
        Assert.Null(shelf.Find(RobotId.Parse("arm2"), now + RecordingShelf.LookEvery));
    }

    [Theory]
    [InlineData("20260301T110000.000Z.mcap", true)]
    [InlineData("20260301T110000.000Z.mcap.part", false)]
    [InlineData("../20260301T110000.000Z.mcap", false)]
    [InlineData("notes.mcap", false)]
    [InlineData("20260301T110000.000Z", false)]
    public void Only_a_time_is_the_name_of_a_recording(string name, bool expected) =>
        Assert.Equal(expected, RecordingFolder.IsName(name));

    public void Dispose() => _folder.Dispose();

    private static RobotStream Stream(string name, string type, StreamKind kind, bool handsOn = true) =>
        new(new StreamOptions { Name = name, Topic = $"/arm1/{name}", Type = type, Kind = kind, Slots = 16 })
        {
            HandsOnMessages = handsOn,
        };

    private RecordingOptions Options() => new() { Root = _folder.File("recordings") };

    private RobotRecorder Recorder(Func<RecordingOptions, RecordingOptions>? vary = null) =>
        new(vary?.Invoke(Options()) ?? Options(), Arm1, [_joints, _camera], () => _wakes++);

    private static string Send(RobotStream stream, long receivedAtNs, byte[] message)
    {
        stream.HandOn(message, receivedAtNs);
        return $"{receivedAtNs} {stream.Options.Topic} {Convert.ToHexString(message)}";
    }

    private static List<string> Texts(RobotRecorder recorder, string name)
    {
        using var bag = BagReader.Open(recorder.Folder.PathOf(name));
        Assert.Empty(bag.Problems);
        return [.. JointRows.Read(bag).Select(message =>
            $"{message.LogTimeNs} {message.Topic.Name} {Convert.ToHexString(message.Data.Span)}")];
    }

    private static JsonObject Decode(BagMessage message)
    {
        Assert.True(RosJson.TryDecode(RosSchemaSet.Standard.Get(message.Topic.Type), message.Data.Span, out var json));
        return json;
    }

    private static byte[] JointState(int row, int names)
    {
        var buffer = new byte[512];
        var cdr = new CdrWriter(buffer);
        cdr.WriteTime(Start + row);
        cdr.WriteText("base");
        cdr.WriteCount(names);
        for (var i = 0; i < names; i++)
        {
            cdr.WriteText($"joint{i}");
        }

        cdr.WriteFloat64Sequence([row * 0.001, row * 0.002]);
        cdr.WriteFloat64Sequence([]);
        cdr.WriteFloat64Sequence([row, -row]);
        return cdr.Written.ToArray();
    }

    /// <summary>An image whose stamp is that many seconds behind the start.</summary>
    private static byte[] Image(int number, int pixels = 16)
    {
        var buffer = new byte[pixels + 128];
        var cdr = new CdrWriter(buffer);
        cdr.WriteTime(Start + number * Second);
        cdr.WriteText("camera");
        cdr.WriteUInt32(4);
        cdr.WriteUInt32(4);
        cdr.WriteText("mono8");
        cdr.WriteUInt8(0);
        cdr.WriteUInt32(4);
        cdr.WriteByteSequence(new byte[pixels]);
        return cdr.Written.ToArray();
    }
}
