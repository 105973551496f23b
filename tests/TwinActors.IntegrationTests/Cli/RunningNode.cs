using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using TwinActors.Testing;

namespace TwinActors.IntegrationTests.Cli;

/// <summary>A node as a process of its own, with a data folder of its own and one simulated arm.</summary>
public sealed class RunningNode : IAsyncLifetime
{
    /// <summary>The robot that it simulates.</summary>
    public const string Arm = "arm1";

    private static readonly TimeSpan StartPatience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder _folder = new();
    private readonly StringBuilder _words = new();
    private Process? _process;

    /// <summary>Its address.</summary>
    public string Url { get; } = FreeUrl();

    /// <summary>An address where nobody listens.</summary>
    public static string FreeUrl()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    public async ValueTask InitializeAsync()
    {
        var robots = _folder.Write("robots.json", $$"""[{"id": "{{Arm}}", "model": "arm6", "link": "simulated"}]""");
        var host = TwinProgram.Built("TwinActors.Host", "TwinActors.Host.dll");
        string[] arguments = [host, "--urls", Url, "--data", _folder.File("data"), "--robots", robots];
        _process = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = _folder.Path,
        })!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        await WaitUntilReadyAsync(_process);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder.Dispose();
    }

    private async Task WaitUntilReadyAsync(Process process)
    {
        using var http = new HttpClient { BaseAddress = new Uri(Url) };
        var start = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync(http))
        {
            var isLate = TimeProvider.System.GetElapsedTime(start) > StartPatience;
            Assert.False(process.HasExited || isLate, $"The node does not become ready:\n{Words()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    private static async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            using var answer = await http.GetAsync("/health/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Keep(string? line)
    {
        lock (_words)
        {
            _words.AppendLine(line);
        }
    }

    private string Words()
    {
        lock (_words)
        {
            return _words.ToString();
        }
    }
}
