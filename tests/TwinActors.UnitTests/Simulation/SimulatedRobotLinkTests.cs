using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Robotics.State;
using TwinActors.Simulation;
using TwinActors.Simulation.Links;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Simulation;

public sealed class SimulatedRobotLinkTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public async Task Frames_arrive_at_the_robots_rates_in_every_stream()
    {
        var streams = Streams();
        await using var link = Link("base", streams);

        await link.OpenAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(RobotLinkState.Connected, link.Status.State);
        Assert.Equal([200, 200, 20, 100], streams.Select(stream => (int)stream.Published));
        Assert.All(streams, stream => Assert.Equal(1, stream.Counters.Publishers));
        Assert.All(streams, stream => Assert.Equal(stream.Published, stream.Counters.Received));
        Assert.Empty(link.Unmapped);
    }

    [Fact]
    public async Task A_joint_frame_has_names_positions_velocities_and_efforts_of_its_step()
    {
        var streams = Streams();
        await using var link = Link("arm6", streams);
        var robot = new SimulatedRobot(SampleRobots.Load("arm6"), new SimulationOptions { Seed = 5 });

        await link.OpenAsync(TestContext.Current.CancellationToken);
        var start = Stamp.From(_clock.GetUtcNow()).Nanoseconds;
        _clock.Advance(TimeSpan.FromMilliseconds(30));
        for (var step = 0; step < 3; step++)
        {
            robot.Step();
        }

        var frame = new SampleFrame<JointLayout>();
        Assert.True(streams[0].Joints!.TryRead(3, frame));
        Assert.Equal(SampleRobots.Load("arm6").MovableJoints.Select(joint => joint.Name), frame.Layout!.Names);
        Assert.Equal(robot.Positions, frame.Layout.Positions(frame.Bytes));
        Assert.Equal(robot.Velocities, frame.Layout.Velocities(frame.Bytes));
        Assert.Equal(robot.Efforts, frame.Layout.Efforts(frame.Bytes));
        Assert.Equal(start + 30_000_000, frame.Header.StampNs);
        Assert.Equal(start + 30_000_000, frame.Header.ReceivedAtNs);
    }

    [Fact]
    public async Task Sensor_frames_have_the_fields_of_the_ros_messages()
    {
        var streams = Streams();
        await using var link = Link("base", streams);
        await link.OpenAsync(TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(1));

        var frame = new SampleFrame<SampleLayout>();
        Assert.True(streams[1].Samples!.TryRead(1, frame));
        var imu = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal("imu_link", imu.Text(frame.Layout!.IndexOf("header.frame_id")));
        Assert.Equal(9.8, imu.Number(frame.Layout.IndexOf("linear_acceleration.z")), 0.2);
        Assert.Equal(9, imu.Numbers(frame.Layout.IndexOf("orientation_covariance")).Length);

        Assert.True(streams[2].Samples!.TryRead(1, frame));
        var scan = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal(360, scan.Floats(frame.Layout!.IndexOf("ranges")).Length);
        Assert.Equal(0, scan.Count(frame.Layout.IndexOf("intensities")));
        Assert.Equal(Math.Tau / 360, scan.Number(frame.Layout.IndexOf("angle_increment")), 6);

        Assert.True(streams[3].Samples!.TryRead(1, frame));
        var odometry = new SampleReader(frame.Layout!, frame.Bytes);
        Assert.Equal("base_footprint", odometry.Text(frame.Layout!.IndexOf("child_frame_id")));
        Assert.InRange(odometry.Number(frame.Layout.IndexOf("twist.twist.linear.x")), 0.1, 1.5);
        Assert.Equal(36, odometry.Numbers(frame.Layout.IndexOf("pose.covariance")).Length);
    }

    [Fact]
    public async Task An_interrupted_robot_is_lost_and_comes_back_where_it_would_be()
    {
        var streams = Streams();
        await using var link = Link("arm6", streams);
        await link.OpenAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(1));

        link.Interrupt();
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(RobotLinkState.Lost, link.Status.State);
        Assert.Equal(100, streams[0].Published);
        Assert.Equal(0, streams[0].Counters.Publishers);

        link.Restore();
        _clock.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal(RobotLinkState.Connected, link.Status.State);
        Assert.Equal(101, streams[0].Published);
        var frame = new SampleFrame<JointLayout>();
        Assert.True(streams[0].Joints!.TryRead(101, frame));
        Assert.Equal(frame.Header.ReceivedAtNs, frame.Header.StampNs);
    }

    [Fact]
    public async Task A_late_timer_catches_up_a_little_and_passes_over_the_rest()
    {
        var streams = Streams();
        var clock = new LateClock();
        await using var link = Link("arm6", streams, clock);
        await link.OpenAsync(TestContext.Current.CancellationToken);

        clock.Fire(TimeSpan.FromSeconds(10));

        // 250 ms of steps are still written, 9.75 s are passed over.
        Assert.Equal(25, streams[0].Published);
        var frame = new SampleFrame<JointLayout>();
        Assert.True(streams[0].Joints!.TryRead(25, frame));
        Assert.Equal(frame.Header.ReceivedAtNs, frame.Header.StampNs);
    }

    [Fact]
    public async Task After_closing_nothing_is_written_and_reopening_adds_no_layout()
    {
        var streams = Streams();
        await using var link = Link("base", streams);
        await link.OpenAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(1));

        await link.CloseAsync(TestContext.Current.CancellationToken);
        await link.CloseAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(RobotLinkState.Closed, link.Status.State);
        Assert.Equal(100, streams[0].Published);

        await using var second = Link("base", streams);
        await second.OpenAsync(TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(200, streams[0].Published);
        Assert.Single(streams[0].Joints!.Layouts);
        Assert.Single(streams[1].Samples!.Layouts);
    }

    [Fact]
    public async Task A_stream_with_a_highest_rate_is_thinned_and_counted()
    {
        var stream = new RobotStream(Options("joint_states", "sensor_msgs/msg/JointState", StreamKind.Joints) with
        {
            MaximumHz = 20,
        });
        await using var link = Link("arm6", [stream]);
        await link.OpenAsync(TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(20, stream.Published, 1.0);
        Assert.Equal(100 - stream.Published, stream.Counters.Thinned);
    }

    [Fact]
    public async Task Motor_frames_go_to_the_streams_of_their_topics()
    {
        RobotStream[] streams =
        [
            new(Options("motor/vibration", "std_msgs/msg/Float64MultiArray", StreamKind.Sensor)),
            new(Options("motor/temperature", "std_msgs/msg/Float64MultiArray", StreamKind.Sensor)),
        ];
        await using var link = Link("arm6", streams, isDynamic: true);
        await link.OpenAsync(TestContext.Current.CancellationToken);

        _clock.Advance(TimeSpan.FromSeconds(1));

        var frame = new SampleFrame<SampleLayout>();
        Assert.Equal([10, 10], streams.Select(stream => (int)stream.Published));
        Assert.True(streams[0].Samples!.TryRead(10, frame));
        var vibrations = new SampleReader(frame.Layout!, frame.Bytes).Numbers(frame.Layout!.IndexOf("data"));
        Assert.Equal(6, vibrations.Length);
        Assert.InRange(vibrations[0], 0.03, 0.5);
        Assert.True(streams[1].Samples!.TryRead(10, frame));
        Assert.InRange(new SampleReader(frame.Layout!, frame.Bytes).Numbers(2)[0], 21, 25);
        Assert.Equal(
            ["/r_1/joint_states", "/r_1/motor/current", "/r_1/motor/voltage"], link.Unmapped.Select(t => t.Topic));
    }

    [Fact]
    public void Samples_without_a_stream_are_unmapped_topics()
    {
        var link = Link("base", [Streams()[0]]);

        Assert.Equal(["/r_1/imu/data", "/r_1/laser/scan", "/r_1/odom"], link.Unmapped.Select(topic => topic.Topic));
    }

    [Fact]
    public void A_robot_without_a_readable_model_has_no_simulated_link()
    {
        var options = new RobotLinkOptions
        {
            Robot = RobotId.Parse("r-1"),
            Kind = "simulated",
            Streams = [],
            Clock = _clock,
        };

        Assert.Throws<RobotLinkException>(() => new SimulatedRobotLink(options, new SimulationOptions()));
        var exception = Assert.Throws<RobotLinkException>(
            () => new SimulatedRobotLink(options with { Urdf = "<robot/>" }, new SimulationOptions()));
        Assert.Contains("model of r-1:1:", exception.Message, StringComparison.Ordinal);
    }

    private static RobotStream[] Streams() =>
    [
        new(Options("joint_states", "sensor_msgs/msg/JointState", StreamKind.Joints)),
        new(Options("imu", "sensor_msgs/msg/Imu", StreamKind.Sensor)),
        new(Options("laser", "sensor_msgs/msg/LaserScan", StreamKind.Sensor)),
        new(Options("odom", "nav_msgs/msg/Odometry", StreamKind.Sensor)),
    ];

    private static StreamOptions Options(string name, string type, StreamKind kind) =>
        new() { Name = name, Topic = $"/r_1/{name}", Type = type, Kind = kind, Slots = 256 };

    private SimulatedRobotLink Link(
        string model, RobotStream[] streams, TimeProvider? clock = null, bool isDynamic = false) => new(
        new RobotLinkOptions
        {
            Robot = RobotId.Parse("r-1"),
            Kind = "simulated",
            Streams = [.. streams],
            Urdf = SampleRobots.FindUrdf(model),
            Clock = clock ?? _clock,
        },
        new SimulationOptions { Seed = 5, IsDynamic = isDynamic });

    /// <summary>A clock whose timer fires only when told to, as on a machine that was held up.</summary>
    private sealed class LateClock : TimeProvider
    {
        private TimerCallback? _callback;
        private object? _state;
        private TimeSpan _elapsed;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _elapsed.Ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + _elapsed;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_callback, _state) = (callback, state);
            return new ManualTimeProvider().CreateTimer(callback, state, dueTime, period);
        }

        public void Fire(TimeSpan elapsed)
        {
            _elapsed = elapsed;
            _callback!(_state);
        }
    }
}
