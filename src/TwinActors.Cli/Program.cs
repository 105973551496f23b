using TwinActors.Cli;
using TwinActors.Cli.Output;

var root = TwinCommand.Create(Environment.GetEnvironmentVariable, TimeProvider.System);
return await CommandLineProgram.RunAsync(root, args, StandardOutput.Open(), Console.Error, CancellationToken.None)
    .ConfigureAwait(false);
