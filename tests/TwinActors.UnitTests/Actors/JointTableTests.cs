using TwinActors.Actors.Joints;
using TwinActors.Actors.Telemetry;
using TwinActors.Robotics.Rings;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Actors;

public sealed class JointTableTests
{
    [Fact]
    public void Taking_over_a_joint_state_and_feeding_it_on_allocates_nothing()
    {
        var layout = new JointLayout([.. Enumerable.Range(0, 28).Select(i => $"joint{i}")]);
        var ring = new SampleRing<JointLayout>(4);
        ring.AddLayout(layout);
        var table = new JointTable(model: null);
        var map = table.Map(layout)!;
        var frame = new SampleFrame<JointLayout>();
        var feed = new RobotFeed();
        var cursor = new RingCursor(after: 0);
        void Once(int i)
        {
            layout.Columns(ring.BeginWrite(layout.FrameLength)).Fill(i);
            ring.EndWrite(i, i, 0);
            cursor.TryNext(ring, frame);
            table.Accept(frame, map, TimeSpan.FromSeconds(1));
            table.WriteTo(feed);
        }

        var count = 0;
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                Once(++count);
            }
        }));
        Assert.Equal(count, feed.Joints.Published);
    }
}
