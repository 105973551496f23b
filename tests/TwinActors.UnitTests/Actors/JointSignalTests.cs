using TwinActors.Actors.Joints;
using TwinActors.Actors.Robots;
using TwinActors.Actors.Streams;
using TwinActors.Actors.Telemetry;
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
            link.Send(2);
        }

        link.Send(1);

        Assert.Equal([Urgency.Prompt, Urgency.Prompt], link.Signals);
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
        private readonly JointLayout _layout = new(["elbow"]);
        private long _ns;

        public Link(ActorSimulation simulation)
        {
            _stream.Joints!.AddLayout(_layout);
            var twin = new TestProbe<RobotTwinMessage>(simulation);
            simulation.System.ActorOf(() => new JointsActor(new JointsProps(
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

        public void Send(int frames)
        {
            for (var i = 0; i < frames; i++)
            {
                _layout.Columns(_stream.Joints!.BeginWrite(_layout.FrameLength)).Clear();
                _stream.Joints.EndWrite(++_ns, _ns, 0);
                _stream.SignalNewFrames();
            }
        }
    }
}
