using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using TwinActors.Contracts;
using TwinActors.Contracts.Node;

namespace TwinActors.Benchmarks;

/// <summary>A process that a benchmark starts and ends, by its own id.</summary>
internal sealed class Started : IAsyncDisposable
{
    // artifacts/bin/TwinActors.Benchmarks/<configuration>/ → artifacts/bin/<project>/<configuration>/
    private static readonly string Configuration =
        Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
    private readonly Process _process;
    private readonly StringWriter _words = new();

    private Started(Process process) => _process = process;

    /// <summary>What the process wrote to its standard output so far.</summary>
    public string Output
    {
        get
        {
            lock (_words)
            {
                return _words.ToString();
            }
        }
    }

    /// <summary>Starts one of our programs.</summary>
    /// <param name="project">Project, as <c>TwinActors.Host</c>.</param>
    /// <param name="assembly">Its assembly, as <c>TwinActors.Host</c> or <c>twin</c>.</param>
    /// <param name="environment">Variables set for it.</param>
    /// <param name="arguments">Its arguments.</param>
    public static Started Run(
        string project, string assembly, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var dll = Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "..", "..", project, Configuration, $"{assembly}.dll"));
        var start = new ProcessStartInfo("dotnet", [dll, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var started = new Started(Process.Start(start)!);
        started._process.OutputDataReceived += (_, line) => started.Keep(line.Data);
        started._process.ErrorDataReceived += (_, line) => started.Keep(line.Data);
        started._process.BeginOutputReadLine();
        started._process.BeginErrorReadLine();
        return started;
    }

    /// <summary>Processor time used so far, user and system [s].</summary>
    public double CpuSeconds
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime.TotalSeconds;
        }
    }

    /// <summary>Resident memory [MB].</summary>
    public double MemoryMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Waits until the output holds a word.</summary>
    /// <exception cref="TimeoutException">It did not come.</exception>
    public async Task WaitForAsync(string word, TimeSpan patience)
    {
        var since = Stopwatch.StartNew();
        while (!Output.Contains(word, StringComparison.Ordinal))
        {
            if (_process.HasExited)
            {
                // Its last words may still be on their way.
                await _process.WaitForExitAsync();
                patience = TimeSpan.Zero;
            }

            if (since.Elapsed > patience && !Output.Contains(word, StringComparison.Ordinal))
            {
                throw new TimeoutException($"\"{word}\" did not come within {patience.TotalSeconds} s: {Output}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Asks the process to end, waits, and ends it when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var term = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
            await term.WaitForExitAsync();
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(15));
            try
            {
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        lock (_words)
        {
            _words.WriteLine(line);
        }
    }
}

/// <summary>A node in a process of its own, on a port and a folder of its own.</summary>
internal sealed class StartedNode : IAsyncDisposable
{
    private readonly string _folder;

    private StartedNode(Started process, HttpClient http, string folder)
    {
        Process = process;
        Http = http;
        _folder = folder;
    }

    /// <summary>The process.</summary>
    public Started Process { get; }

    /// <summary>Speaks to the node.</summary>
    public HttpClient Http { get; }

    /// <summary>Starts a node and waits until it is ready.</summary>
    public static async Task<StartedNode> RunAsync(int domain, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("twin-bench-").FullName;
        var url = $"http://127.0.0.1:{FreePort()}";
        var process = Started.Run(
            "TwinActors.Host", "TwinActors.Host",
            new Dictionary<string, string> { ["ROS_DOMAIN_ID"] = domain.ToString(CultureInfo.InvariantCulture) },
            ["--urls", url, "--data", folder, .. arguments]);
        var http = new HttpClient { BaseAddress = new Uri(url) };
        var node = new StartedNode(process, http, folder);
        var since = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative));
                if (answer.IsSuccessStatusCode)
                {
                    return node;
                }
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
            }

            if (since.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new TimeoutException($"The node was not ready within 60 s: {process.Output}");
            }

            await Task.Delay(100);
        }
    }

    /// <summary>What the node says about itself.</summary>
    public async Task<NodeDocument> FactsAsync() => (await Http.GetFromJsonAsync(
        "/api/v1/node", ContractsJson.Default.NodeDocument))!;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
