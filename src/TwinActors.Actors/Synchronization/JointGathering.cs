// Hot path: Gather runs once per robot and tick. It allocates nothing once every joint has been named.
using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Model;
using TwinActors.Robotics.Rings;
using TwinActors.Twins.RobotTwin;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Actors.Synchronization;

/// <summary>Lays the newest joint states of a robot's streams over each other: one sample of all joints.</summary>
/// <remarks>
/// Robots send all joints in one message, or parts of them in several. Of the states that came since the last look,
/// each joint takes the newest that names it; a joint that none names is absent. The sample's stamp is that of the
/// newest state.
/// </remarks>
internal sealed class JointGathering
{
    // States older than this many are not looked at: a robot that sends its joints one by one, at 1 kHz.
    private const int MostFrames = 16;

    private readonly ImmutableArray<RobotStream> _streams;
    private readonly long[] _read;
    private readonly LinkClock[] _clocks;
    private readonly SampleFrame<JointLayout> _frame = new();
    private readonly Dictionary<JointLayout, int[]> _maps = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private ImmutableArray<JointProfile> _joints;
    private double[] _positions;
    private double[] _velocities;

    /// <summary>Makes a gathering that has seen nothing.</summary>
    /// <param name="streams">The robot's joint streams.</param>
    /// <param name="model">The robot's model; <see langword="null"/> when it has none.</param>
    public JointGathering(ImmutableArray<RobotStream> streams, RobotModel? model)
    {
        _streams = streams;
        // A frame that failed an earlier instance does not fail this one.
        _read = [.. streams.Select(stream => stream.Joints!.Published)];
        _clocks = [.. streams.Select(_ => new LinkClock())];
        _joints = model is null ? [] : [.. JointProfile.Of(model).Take(RobotDescription.MostJoints)];
        for (var i = 0; i < _joints.Length; i++)
        {
            _index.Add(_joints[i].Name, i);
        }

        _positions = new double[_joints.Length];
        _velocities = new double[_joints.Length];
    }

    /// <summary>Every joint that is known: a new array when one was added.</summary>
    public ImmutableArray<JointProfile> Joints => _joints;

    /// <summary>Stamp of the newest state, on the node's clock [ns]; 0 before the first.</summary>
    public long StampNs { get; private set; }

    /// <summary>Whether the robot stamps what it sends; else the arrival stands for the stamp.</summary>
    public bool IsStamped { get; private set; }

    /// <summary>Clock of the stream that brought the newest state.</summary>
    public LinkClock? Clock { get; private set; }

    /// <summary>The sample; the same one until something new comes. The default value before the first.</summary>
    public JointSample Sample => StampNs == 0 ? default : new JointSample(StampNs, _positions, _velocities);

    /// <summary>Whether a state waits that was not looked at.</summary>
    public bool HasNews()
    {
        for (var i = 0; i < _streams.Length; i++)
        {
            if (_streams[i].Joints!.Published != _read[i])
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Takes in what is new.</summary>
    public void Gather()
    {
        var isFirst = true;
        var newestNs = 0L;
        for (var i = 0; i < _streams.Length; i++)
        {
            var ring = _streams[i].Joints!;
            var published = ring.Published;
            var oldest = Math.Max(_read[i], published - MostFrames);
            _read[i] = published;
            for (var sequence = published; sequence > oldest && ring.TryRead(sequence, _frame); sequence--)
            {
                var map = Map(_frame.Layout!);
                if (isFirst)
                {
                    _positions.AsSpan().Fill(double.NaN);
                    _velocities.AsSpan().Fill(double.NaN);
                    isFirst = false;
                }

                // The newest state of each stream tells its clock.
                if (sequence == published && Observe(i) is var stamp && stamp > newestNs)
                {
                    newestNs = stamp;
                    Clock = _clocks[i];
                    IsStamped = _frame.Header.StampNs != _frame.Header.ReceivedAtNs;
                }

                Lay(map);
                if (map.Length >= _joints.Length)
                {
                    break;
                }
            }
        }

        StampNs = newestNs == 0 ? StampNs : newestNs;
    }

    private long Observe(int stream) =>
        _clocks[stream].Observe(_frame.Header.StampNs, _frame.Header.ReceivedAtNs);

    // What a newer state has said stays.
    private void Lay(int[] map)
    {
        var positions = _frame.Layout!.Positions(_frame.Bytes);
        var velocities = _frame.Layout.Velocities(_frame.Bytes);
        for (var i = 0; i < map.Length; i++)
        {
            var place = map[i];
            if (double.IsNaN(_positions[place]))
            {
                _positions[place] = positions[i];
                _velocities[place] = velocities[i];
            }
        }
    }

    private int[] Map(JointLayout layout)
    {
        if (!_maps.TryGetValue(layout, out var map))
        {
            _maps[layout] = map = Place(layout);
        }

        return map;
    }

    // A sender that invents names cannot make the robot grow beyond its limit: its states are then not looked at, and
    // the joints child counts them.
    private int[] Place(JointLayout layout)
    {
        ImmutableArray<string> others = [.. layout.Names.Where(name => !_index.ContainsKey(name))];
        if (_joints.Length + others.Length > RobotDescription.MostJoints)
        {
            return [];
        }

        foreach (var name in others)
        {
            _index.Add(name, _joints.Length);
            _joints = _joints.Add(JointProfile.Unknown(name));
        }

        if (_positions.Length != _joints.Length)
        {
            var known = _positions.Length;
            Array.Resize(ref _positions, _joints.Length);
            Array.Resize(ref _velocities, _joints.Length);
            _positions.AsSpan(known).Fill(double.NaN);
            _velocities.AsSpan(known).Fill(double.NaN);
        }

        return [.. layout.Names.Select(name => _index[name])];
    }
}
