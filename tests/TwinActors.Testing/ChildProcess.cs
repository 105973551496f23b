using System.Diagnostics;
using System.Globalization;

namespace TwinActors.Testing;

/// <summary>A program that a test has started: its words are kept for the report, and it ends with the test.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    // What a failing test prints; enough for a stack trace.
    private const int MostLines = 200;
    private static readonly TimeSpan StopPatience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly Queue<string> _lines = new();

    private ChildProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
    }

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its last lines.</summary>
    public string Words
    {
        get
        {
            lock (_lines)
            {
                return string.Join('\n', _lines);
            }
        }
    }

    /// <summary>Starts a .NET program.</summary>
    /// <param name="program">Path of its dll.</param>
    /// <param name="environment">Environment variables beside our own.</param>
    /// <param name="arguments">Its arguments.</param>
    public static ChildProcess Start(
        string program, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(environment);
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = BuiltTree.Root,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Ends it without a warning, as a power cut would.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Waits until it has ended by itself and all of its words are here.</summary>
    /// <exception cref="TimeoutException">It goes on.</exception>
    public async Task EndAsync()
    {
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            // Behind the exit comes the end of its output, which may lag.
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The process should end by itself and runs on:\n{Words}");
        }
    }

    /// <summary>Asks it to end, as a supervisor does, and waits for it.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It goes on all the same.</exception>
    public async Task<int> StopAsync()
    {
        using var asking = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        using var patience = new CancellationTokenSource(StopPatience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The process was asked to end and runs on:\n{Words}");
        }

        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lines)
        {
            _lines.Enqueue(line);
            if (_lines.Count > MostLines)
            {
                _lines.Dequeue();
            }
        }
    }
}
