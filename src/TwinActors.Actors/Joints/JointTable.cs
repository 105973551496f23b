// Hot path: Accept runs once per joint state. It allocates nothing once every joint has been named.
using System.Collections.Immutable;
using TwinActors.Actors.Telemetry;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Rings;
using TwinActors.Twins.Links;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Actors.Joints;

/// <summary>The newest state of every joint of one robot, one array per quantity.</summary>
/// <remarks>
/// Joints of the model come first, in model order; a joint that only the robot names is added at the end. An absent
/// value is NaN inside the table and null outside of it. A joint state that leaves a quantity out makes it absent: a
/// value of an older state would look as if it were of this one.
/// </remarks>
internal sealed class JointTable
{
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<JointLimits?> _limits = [];
    private double[] _positions = [];
    private double[] _velocities = [];
    private double[] _efforts = [];
    private long[] _stamps = [];
    private long[] _receivedAt = [];
    private TimeSpan[] _freshFor = [];
    private TimeSpan _newestFreshFor;
    private int _feedLayout = -1;

    /// <summary>Makes a table with the movable joints of a model.</summary>
    public JointTable(RobotModel? model)
    {
        foreach (var joint in model?.MovableJoints.Take(RobotDescription.MostJoints) ?? [])
        {
            Add(joint.Name, joint.Limits);
        }
    }

    /// <summary>Stamp of the newest joint state [ns]; meaningful when <see cref="ReceivedAtNs"/> is not 0.</summary>
    public long StampNs { get; private set; }

    /// <summary>Arrival of the newest joint state [ns]; 0 before the first.</summary>
    public long ReceivedAtNs { get; private set; }

    /// <summary>Where each joint of a layout stands in the table; joints that are new get a place.</summary>
    /// <returns><see langword="null"/> when the table has no room for those that are new: none of them gets one
    /// then.</returns>
    public int[]? Map(JointLayout layout) =>
        _names.Count + layout.Names.Count(name => !_index.ContainsKey(name)) > RobotDescription.MostJoints
            ? null
            : [.. layout.Names.Select(Place)];

    /// <summary>Takes over one joint state.</summary>
    /// <param name="frame">The joint state.</param>
    /// <param name="map">What <see cref="Map"/> gave for the frame's layout.</param>
    /// <param name="freshFor">Age from which a state of the frame's stream is stale.</param>
    /// <param name="onlyNewer">
    /// Whether a joint keeps a state that arrived later: several streams are read one after the other. The frames of a
    /// single stream are taken over in their order, also when the node's clock was set back between them.
    /// </param>
    public void Accept(SampleFrame<JointLayout> frame, int[] map, TimeSpan freshFor, bool onlyNewer = false)
    {
        var receivedAtNs = frame.Header.ReceivedAtNs;
        var positions = frame.Layout!.Positions(frame.Bytes);
        var velocities = frame.Layout.Velocities(frame.Bytes);
        var efforts = frame.Layout.Efforts(frame.Bytes);
        for (var i = 0; i < map.Length; i++)
        {
            var place = map[i];
            if (onlyNewer && receivedAtNs < _receivedAt[place])
            {
                continue;
            }

            _positions[place] = positions[i];
            _velocities[place] = velocities[i];
            _efforts[place] = efforts[i];
            _stamps[place] = frame.Header.StampNs;
            _receivedAt[place] = receivedAtNs;
            _freshFor[place] = freshFor;
        }

        if (onlyNewer && receivedAtNs < ReceivedAtNs)
        {
            return;
        }

        StampNs = frame.Header.StampNs;
        ReceivedAtNs = frame.Header.ReceivedAtNs;
        _newestFreshFor = freshFor;
    }

    /// <summary>Puts the table's state into a feed.</summary>
    public void WriteTo(RobotFeed feed)
    {
        var layouts = feed.Joints.Layouts;
        if (_feedLayout < 0 || layouts[_feedLayout].Names.Length != _names.Count)
        {
            _feedLayout = feed.Joints.AddLayout(new JointLayout([.. _names]));
            layouts = feed.Joints.Layouts;
        }

        var layout = layouts[_feedLayout];
        var columns = layout.Columns(feed.Joints.BeginWrite(layout.FrameLength));
        var count = _names.Count;
        _positions.AsSpan(0, count).CopyTo(columns);
        _velocities.AsSpan(0, count).CopyTo(columns[count..]);
        _efforts.AsSpan(0, count).CopyTo(columns[(2 * count)..]);
        feed.Joints.EndWrite(StampNs, ReceivedAtNs, _feedLayout);
    }

    /// <summary>Reads the table.</summary>
    /// <param name="nowNs">The twin's now [ns].</param>
    public JointsReading Read(long nowNs)
    {
        var joints = ImmutableArray.CreateBuilder<JointReading>(_names.Count);
        for (var i = 0; i < _names.Count; i++)
        {
            joints.Add(new JointReading(
                _names[i], Known(_positions[i]), Known(_velocities[i]), Known(_efforts[i]),
                _receivedAt[i] == 0 ? null : _stamps[i],
                Freshness.Judge(Age(nowNs, _receivedAt[i]), _freshFor[i]),
                IsImplausible(i)));
        }

        return new JointsReading(
            ReceivedAtNs == 0 ? null : StampNs,
            ReceivedAtNs == 0 ? null : ReceivedAtNs,
            Freshness.Judge(Age(nowNs, ReceivedAtNs), _newestFreshFor),
            joints.MoveToImmutable());
    }

    private static TimeSpan? Age(long nowNs, long receivedAtNs) =>
        receivedAtNs == 0 ? null : TimeSpan.FromTicks((nowNs - receivedAtNs) / 100);

    private static double? Known(double value) => double.IsNaN(value) ? null : value;

    private bool IsImplausible(int place) =>
        _limits[place] is { } limits && (_positions[place] < limits.Lower || _positions[place] > limits.Upper);

    private int Place(string name) => _index.TryGetValue(name, out var place) ? place : Add(name, null);

    private int Add(string name, JointLimits? limits)
    {
        var place = _names.Count;
        _index.Add(name, place);
        _names.Add(name);
        _limits.Add(limits);
        if (place == _positions.Length)
        {
            var size = Math.Max(8, 2 * place);
            Array.Resize(ref _positions, size);
            Array.Resize(ref _velocities, size);
            Array.Resize(ref _efforts, size);
            Array.Resize(ref _stamps, size);
            Array.Resize(ref _receivedAt, size);
            Array.Resize(ref _freshFor, size);
        }

        _positions[place] = _velocities[place] = _efforts[place] = double.NaN;
        return place;
    }
}
