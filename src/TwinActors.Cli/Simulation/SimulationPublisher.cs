// Hot path: Step runs at the joints' rate for every simulated robot. It allocates nothing once its buffers have grown.
using System.Collections.Concurrent;
using TwinActors.Robotics;
using TwinActors.Robotics.Model;
using TwinActors.Ros2.Dds;
using TwinActors.Ros2.Schemas;
using TwinActors.Simulation;
using TwinActors.Simulation.Faults;

namespace TwinActors.Cli.Simulation;

/// <summary>Publishes one simulated robot on ROS topics. One thread at a time.</summary>
internal sealed class SimulationPublisher : IDisposable
{
    private readonly SimulatedRobot _robot;
    private readonly SimulatedMessages _messages;
    private readonly List<(SimulatedOutputs Output, RosTopicWriter Writer)> _writers = [];
    private readonly ConcurrentQueue<Fault> _newFaults = new();
    private long _startNs;
    private long _published;
    private long _busy;

    /// <summary>Opens the robot's topics and publishes its model.</summary>
    /// <exception cref="DdsException">DDS refused.</exception>
    public SimulationPublisher(DdsDomain domain, RobotId id, RobotModel model, string urdf, SimulationOptions options)
    {
        Id = id;
        _robot = new SimulatedRobot(model, options);
        _messages = new SimulatedMessages(_robot);
        var types = RosSchemaSet.Standard;
        try
        {
            Description = domain.Advertise(
                SimulatedTopics.Absolute(id, "robot_description"), types.Get("std_msgs/msg/String"), RosQos.Latched);
            foreach (var (output, topic, type) in SimulatedTopics.All)
            {
                if ((_robot.Outputs & output) != 0)
                {
                    var name = SimulatedTopics.Absolute(id, topic);
                    _writers.Add((output, domain.Advertise(name, types.Get(type), RosQos.Default)));
                }
            }

            Description.Write(SimulatedMessages.Text(urdf));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Name of the robot.</summary>
    public RobotId Id { get; }

    /// <summary>Period of one step [ns].</summary>
    public long StepNanoseconds => _robot.StepNanoseconds;

    /// <summary>Steps done, those passed over too; safe from any thread.</summary>
    public long Steps => _robot.Steps;

    /// <summary>Samples handed to DDS; safe from any thread.</summary>
    public long Published => Volatile.Read(ref _published);

    /// <summary>Samples dropped because reliable readers were too far behind; safe from any thread.</summary>
    public long Busy => Volatile.Read(ref _busy);

    /// <summary>Topics that the robot publishes samples on.</summary>
    public int Topics => _writers.Count;

    private RosTopicWriter? Description { get; }

    /// <summary>Sets the robot's clock: stamps are this instant plus simulated time.</summary>
    /// <param name="startNs">Instant of step 0 [ns since the UNIX epoch].</param>
    public void Begin(long startNs) => _startNs = startNs;

    /// <summary>Gives the robot a fault before its next step; safe from any thread.</summary>
    /// <param name="fault">The fault. Its beginning is counted from then.</param>
    /// <returns>Why the robot cannot have it; <see langword="null"/> when it can.</returns>
    public string? Inject(Fault fault)
    {
        var problem = _robot.WhyNot(fault);
        if (problem is null)
        {
            _newFaults.Enqueue(fault);
        }

        return problem;
    }

    /// <summary>Goes one step on and publishes what is new.</summary>
    public void Step()
    {
        while (_newFaults.TryDequeue(out var fault))
        {
            var now = TimeSpan.FromTicks(_robot.ElapsedNanoseconds / TimeSpan.NanosecondsPerTick);
            _robot.Inject(fault with { Begin = now + fault.Begin });
        }

        var outputs = _robot.Step();
        var stampNs = _startNs + _robot.ElapsedNanoseconds;
        foreach (var (output, writer) in _writers)
        {
            if ((outputs & output) != 0)
            {
                Count(writer.Write(_messages.Write(output, stampNs)));
            }
        }
    }

    /// <summary>Passes over steps without publishing.</summary>
    public void Skip(long steps) => _robot.Skip(steps);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, writer) in _writers)
        {
            writer.Dispose();
        }

        Description?.Dispose();
    }

    private void Count(RosWriteResult result)
    {
        if (result is RosWriteResult.Written)
        {
            Volatile.Write(ref _published, _published + 1);
        }
        else
        {
            Volatile.Write(ref _busy, _busy + 1);
        }
    }
}
