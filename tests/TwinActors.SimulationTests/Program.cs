using TwinActors.SimulationTests;
using Xunit.Runner.InProc.SystemConsole;

// One program, two uses: the simulation from the command line, and the tests of and with it.
return args is ["sim-test", .. var rest]
    ? SimTest.Run(rest, Console.Out, Console.Error)
    : await ConsoleRunner.Run(args);
