using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;

namespace TwinActors.UnitTests.Actors;

/// <summary>A robot link whose samples and state the test writes by hand.</summary>
internal sealed class ScriptedLink(RobotLinkOptions options) : IRobotLink
{
    private static readonly SampleLayout Temperature =
        new("sensor_msgs/msg/Temperature", [("temperature", FieldKind.Number), ("variance", FieldKind.Number)]);

    public RobotLinkOptions Options => options;

    public RobotLinkStatus Status { get; private set; } = new(RobotLinkState.Closed, default, null);

    public ImmutableArray<UnmappedTopic> Unmapped { get; set; } = [];

    public bool IsOpen { get; private set; }

    public ValueTask OpenAsync(CancellationToken cancellationToken)
    {
        IsOpen = true;
        SetState(RobotLinkState.Connected);
        return default;
    }

    public ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        IsOpen = false;
        return default;
    }

    public ValueTask DisposeAsync() => CloseAsync(CancellationToken.None);

    public void SetState(RobotLinkState state, string? reason = null) =>
        Status = new RobotLinkStatus(state, options.Clock.GetUtcNow(), reason);

    public void SendJoints(
        JointLayout layout,
        double[] positions,
        double[]? velocities = null,
        double[]? efforts = null,
        string stream = "joints") =>
        SendJoints(options.Streams.First(s => s.Options.Name == stream), layout, positions, velocities, efforts);

    private void SendJoints(
        RobotStream stream, JointLayout layout, double[] positions, double[]? velocities, double[]? efforts)
    {
        var layouts = stream.Joints!.Layouts;
        var id = layouts.IndexOf(layout) is var known and >= 0 ? known : stream.Joints.AddLayout(layout);
        var columns = layout.Columns(stream.Joints.BeginWrite(layout.FrameLength));
        columns.Fill(double.NaN);
        positions.CopyTo(columns);
        velocities?.CopyTo(columns[layout.Names.Length..]);
        efforts?.CopyTo(columns[(2 * layout.Names.Length)..]);
        var now = TwinActors.Robotics.State.Stamp.From(options.Clock.GetUtcNow()).Nanoseconds;
        stream.Joints.EndWrite(now, now, id);
        stream.Counters.Count(layout.FrameLength, now);
        stream.SignalNewFrames();
    }

    public void SendTemperature(string name, double celsius)
    {
        var stream = options.Streams.First(s => s.Options.Name == name);
        if (stream.Samples!.Layouts.IsEmpty)
        {
            stream.Samples.AddLayout(Temperature);
        }

        var writer = new SampleWriter(Temperature, stream.Samples.BeginWrite(Temperature.FixedLength));
        writer.Number(0, celsius);
        var now = TwinActors.Robotics.State.Stamp.From(options.Clock.GetUtcNow()).Nanoseconds;
        stream.Samples.EndWrite(now, now, 0);
        stream.Counters.Count(Temperature.FixedLength, now);
        stream.SignalNewFrames();
    }
}
