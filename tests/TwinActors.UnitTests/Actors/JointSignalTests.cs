using TwinActors.Actors.Joints;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Streams;
using TwinActors.Actors.Telemetry;
using TwinActors.Kernel;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Actors;

/// <summary>When a frame of joints makes its actor run.</summary>
public sealed class JointSignalTests
{
    private const int Slots = 16;

    [Fact]
    public async Task Frames_that_nobody_looks_at_wait_until_a_quarter_of_the_ring_is_full_and_hurry_from_a_half()
    {
        await using var simulation = new ActorSimulation();
        var link = new Link(simulation);

        // The first is news; three more wait, from four on they may be gathered, from eight on they must be.
        link.Send(1);
        simulation.Run();
        link.Send(9);

        Assert.Equal(
            [Urgency.Prompt,
                Urgency.Relaxed, Urgency.Relaxed, Urgency.Relaxed, Urgency.Relaxed,
                Urgency.Prompt, Urgency.Prompt],
            link.Signals);
    }

    [Fact]
    public async Task Every_frame_is_urgent_while_somebody_looks()
    {
        await using var simulation = new ActorSimulation();
        var link = new Link(simulation);
        link.Send(1);
        simulation.Run();
        link.Signals.Clear();

        using (link.Feed.Watch())
        {
            simulation.Run();
            link.Send(2);
        }

        simulation.Run();
        link.Send(1);

        Assert.Equal([Urgency.Prompt, Urgency.Prompt], link.Signals);
    }

    [Fact]
    public async Task Of_frames_with_the_same_joints_the_newest_is_kept_and_of_those_with_others_each_is()
    {
        await using var simulation = new ActorSimulation();
        var link = new Link(simulation);
        link.Send(5);
        var alone = link.Read();

        link.Send(3, "wrist");
        link.Send(1);
        var both = link.Read();

        Assert.Equal([("elbow", 5)], alone);
        Assert.Equal([("elbow", 9), ("wrist", 8)], both);
        Assert.Equal(0, link.Lost);
    }

    private sealed class Link
    {
        private readonly RobotStream _stream = new(new StreamOptions
        {
            Name = "joint_states",
            Topic = "/arm1/joint_states",
            Type = "sensor_msgs/msg/JointState",
            Kind = StreamKind.Joints,
            Slots = Slots,
        });
        private readonly ActorSimulation _simulation;
        private readonly ActorRef<JointsMessage> _joints;
        private long _ns;

        public Link(ActorSimulation simulation)
        {
            _simulation = simulation;
            var twin = new TestProbe<RobotTwinMessage>(simulation);
            _joints = simulation.System.ActorOf(() => new JointsActor(new JointsProps(
                [_stream], new long[1], new long[1], Model: null, Feed, TimeSpan.FromSeconds(1), simulation.Time,
                twin.Ref,
                (actor, source, urgency) => () =>
                {
                    Signals.Add(urgency);
                    actor.Signal(source);
                })));
            simulation.Run();
        }

        public RobotFeed Feed { get; } = new();

        public List<Urgency> Signals { get; } = [];

        public long Lost => _stream.Counters.Lost;

        /// <summary>Sends frames of one joint; the position is the number of the frame.</summary>
        public void Send(int frames, string joint = "elbow")
        {
            var ring = _stream.Joints!;
            var known = ring.Layouts.Select(layout => layout.Names[0]).ToList().IndexOf(joint);
            var id = known < 0 ? ring.AddLayout(new JointLayout([joint])) : known;
            for (var i = 0; i < frames; i++)
            {
                var layout = ring.Layouts[id];
                layout.Columns(ring.BeginWrite(layout.FrameLength)).Fill(++_ns);
                ring.EndWrite(_ns, _ns, id);
                _stream.SignalNewFrames();
            }
        }

        public IEnumerable<(string Joint, double? Position)> Read() => _simulation
            .Ask<JointsMessage, Answer<JointsReading>>(_joints, reply => new JointsMessage.Read(reply)).Value!
            .Joints.Select(joint => (joint.Name, joint.Position));
    }
}
