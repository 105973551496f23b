using TwinActors.Cli;

var root = TwinCommand.Create(Environment.GetEnvironmentVariable, TimeProvider.System);
return await CommandLineProgram.RunAsync(root, args, Console.Out, Console.Error, CancellationToken.None)
    .ConfigureAwait(false);
