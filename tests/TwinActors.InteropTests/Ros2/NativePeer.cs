using System.Collections.Concurrent;
using System.Diagnostics;
using TwinActors.Ros2.Dds;
using Xunit;

namespace TwinActors.InteropTests.Ros2;

/// <summary>A program of another maker that joins a test's domain: built from Peers/ once, started per test.</summary>
internal sealed class NativePeer : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> Cyclone = new(BuildCycloneAsync);
    private static readonly Lazy<Task<string>> FastDds = new(BuildFastDdsAsync);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();

    private NativePeer(Process process) => _process = process;

    /// <summary>What it has printed so far, line by line.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Its exit code, once ended.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts a peer; skips the test when what it is built with is not installed.</summary>
    /// <param name="maker"><c>Cyclone</c> or <c>FastDds</c>.</param>
    /// <param name="domain">The domain to join.</param>
    /// <param name="arguments">Verb and what follows the domain number.</param>
    public static async Task<NativePeer> StartAsync(string maker, DdsDomainOptions domain, params string[] arguments)
    {
        var missing = maker == "Cyclone"
            ? Missing(
                ("/usr/bin/gcc", "gcc"),
                ("/usr/bin/idlc", "cyclonedds-tools"),
                ("/usr/include/dds/dds.h", "cyclonedds-dev"))
            : Missing(("/usr/bin/g++", "g++"), ("/usr/include/fastdds/dds/core/Entity.hpp", "libfastrtps-dev"));
        Assert.SkipUnless(missing is null, $"The {maker} peer cannot be built: apt install {missing}.");

        var program = await (maker == "Cyclone" ? Cyclone : FastDds).Value;
        var start = new ProcessStartInfo(program, [arguments[0], $"{domain.Domain}", .. arguments[1..]])
        {
            RedirectStandardOutput = true,
            Environment = { ["CYCLONEDDS_URI"] = domain.ToXml() },
        };
        var peer = new NativePeer(Process.Start(start)!);
        peer._process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is not null)
            {
                peer._lines.Enqueue(line.Data);
            }
        };
        peer._process.BeginOutputReadLine();
        return peer;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static string? Missing(params (string File, string Package)[] needed)
    {
        var packages = needed.Where(need => !File.Exists(need.File)).Select(need => need.Package).ToList();
        return packages.Count == 0 ? null : string.Join(' ', packages);
    }

    private static async Task<string> BuildCycloneAsync()
    {
        var folder = NewFolder();
        var sources = Path.Combine(AppContext.BaseDirectory, "Peers", "Cyclone");
        await RunAsync(folder, "idlc", Path.Combine(sources, "JointState.idl"));
        await RunAsync(
            folder, "gcc", "-O1", "-I.", "-o", "peer", Path.Combine(sources, "peer.c"), "JointState.c", "-lddsc");
        return Path.Combine(folder, "peer");
    }

    private static async Task<string> BuildFastDdsAsync()
    {
        var folder = NewFolder();
        var source = Path.Combine(AppContext.BaseDirectory, "Peers", "FastDds", "peer.cpp");
        await RunAsync(folder, "g++", "-O1", "-o", "peer", source, "-lfastrtps", "-lfastcdr");
        return Path.Combine(folder, "peer");
    }

    private static string NewFolder()
    {
        var folder = Directory.CreateTempSubdirectory("twinactors-peer-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return folder;
    }

    private static async Task RunAsync(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} failed: {errors}");
    }
}
