using System.Diagnostics;
using System.Globalization;
using Xunit;

namespace TwinActors.InteropTests.Simulation;

/// <summary><c>twin sim run</c> as a process of its own; ended by disposal.</summary>
internal sealed class SimulatedRobotProcess : IDisposable
{
    private readonly Process _process;

    private SimulatedRobotProcess(Process process) => _process = process;

    public static SimulatedRobotProcess Start(uint domain, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && IsDotnet(path) ? path : "dotnet")
        {
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "twin.dll"),
                "sim",
                "run",
                "--domain",
                domain.ToString(CultureInfo.InvariantCulture),
            },
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new SimulatedRobotProcess(Process.Start(start)!);
    }

    /// <summary>Fails, with what the process said, when it has ended.</summary>
    public void RequireRunning()
    {
        if (_process.HasExited)
        {
            Assert.Fail($"The process ended with {_process.ExitCode}: {_process.StandardError.ReadToEnd()}");
        }
    }

    /// <summary>Asks the process to end, as a supervisor does, and waits for it.</summary>
    public async Task<(int ExitCode, string Error)> TerminateAsync(CancellationToken cancellationToken)
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        return await WaitAsync(cancellationToken);
    }

    /// <summary>Waits for the end of the process.</summary>
    public async Task<(int ExitCode, string Error)> WaitAsync(CancellationToken cancellationToken)
    {
        var error = await _process.StandardError.ReadToEndAsync(cancellationToken);
        await _process.WaitForExitAsync(cancellationToken);
        return (_process.ExitCode, error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private static bool IsDotnet(string path) => Path.GetFileNameWithoutExtension(path) == "dotnet";
}
