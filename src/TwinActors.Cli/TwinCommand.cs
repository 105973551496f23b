using System.CommandLine;
using TwinActors.Cli.Bags;
using TwinActors.Cli.Commands;
using TwinActors.Cli.Commands.Actors;
using TwinActors.Cli.Commands.Calibration;
using TwinActors.Cli.Commands.Config;
using TwinActors.Cli.Commands.Doctor;
using TwinActors.Cli.Commands.Logs;
using TwinActors.Cli.Commands.Persistence;
using TwinActors.Cli.Commands.Recordings;
using TwinActors.Cli.Commands.Replays;
using TwinActors.Cli.Commands.Robots;
using TwinActors.Cli.Commands.Sync;
using TwinActors.Cli.Commands.Watch;
using TwinActors.Cli.Commands.WhatIf;
using TwinActors.Cli.Simulation;

namespace TwinActors.Cli;

/// <summary>The whole command tree of <c>twin</c>.</summary>
internal static class TwinCommand
{
    private const string Overview = """
        twin - digital twins of ROS 2 robots

          twin robots list                                   every robot, those that need attention first
          twin robots add arm1 --urdf arm.urdf --link ros2   follow a robot that publishes under /arm1
          twin robots discover                               robots seen on the robot network
          twin robots show arm1                              link, streams and sensors of one robot
          twin joints arm1                                   its joints now
          twin sensors arm1 diagnostics                      every field of the newest sample of a sensor
          twin signals arm1                                  its mapped values: motor temperatures and the like
          twin watch arm1 --joint elbow                      its joints live
          twin sync arm1                                     how far its virtual robot is off
          twin what-if run arm1 --payload tool=2             what a weight would do to it
          twin calibrate arm1 --payload tool                 its friction, from recorded motion
          twin doctor arm1                                   what is wrong with it, and the fix
          twin config check edge.conf                        what is wrong with a configuration
          twin record arm1 start                             record every message of a robot, until: stop
          twin recordings arm1                               what has been recorded of it
          twin bag info arm.mcap                             what a recording holds
          twin bag play arm.mcap --as arm1                   publish it on DDS as arm1
          twin actor hierarchy                               the actors of the node
          twin actor tap /user/robots/arm1                   the messages that one of them handles
          twin log tail --level warning                      the node's log, live
          twin persistence events arm1                       what the journal has of a robot
          twin persistence verify                            whether the journal is whole
          twin sim run --model humanoid --id humanoid1       a simulated robot that speaks ROS 2

        Every command takes --json, --url for a node elsewhere and --timeout for a slow one. 'twin --help' lists all of
        them, 'twin COMMAND --help' explains one.
        """;

    /// <summary>Builds the tree.</summary>
    /// <param name="variable">Looks an environment variable up.</param>
    /// <param name="time">Clock of waits and deadlines.</param>
    public static RootCommand Create(Func<string, string?> variable, TimeProvider time)
    {
        var globals = new GlobalOptions(variable, time);
        var root = new RootCommand("Digital twins of ROS 2 robots, from the command line.")
        {
            globals.Json,
            globals.Url,
            globals.Timeout,
            globals.NoColour,
            RobotsCommand.Create(globals),
            JointsCommand.Create(globals),
            SensorsCommand.Create(globals),
            SignalsCommand.Create(globals),
            WatchCommand.Create(globals),
            SyncCommand.Create(globals),
            ModeCommand.Create(globals),
            WhatIfCommand.Create(globals),
            CalibrateCommand.Create(globals),
            RecordCommand.Create(globals),
            RecordingsCommand.Create(globals),
            ReplayCommand.Create(globals),
            BagCommand.Create(globals),
            ActorCommand.Create(globals),
            LogCommand.Create(globals),
            PersistenceCommand.Create(globals),
            DoctorCommand.Create(globals),
            ConfigCommand.Create(globals),
            SimCommand.Create(globals),
            CompletionCommand.Create(),
        };
        root.SetAction(parse =>
        {
            parse.InvocationConfiguration.Output.WriteLine(Overview);
            return ExitCode.Ok;
        });
        return root;
    }
}
