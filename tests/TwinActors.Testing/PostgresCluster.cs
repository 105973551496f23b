using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace TwinActors.Testing;

/// <summary>A PostgreSQL server of our own: data in a temporary folder, reached by a Unix socket only.</summary>
/// <remarks>PostgreSQL refuses to run as root: then it runs as the user <c>postgres</c>.</remarks>
public sealed class PostgresCluster : IAsyncDisposable
{
    /// <summary>Why tests are skipped where there is no server; also in tests/allowed-skips.txt.</summary>
    public const string Missing = "PostgreSQL is not installed here.";

    private const string ServerUser = "postgres";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string? Programs = FindPrograms();

    private readonly TemporaryFolder _folder = new();

    private PostgresCluster()
    {
    }

    /// <summary>Whether a server can be started on this machine.</summary>
    public static bool IsInstalled =>
        Programs is not null && (!Environment.IsPrivilegedProcess || UserExists(ServerUser));

    /// <summary>Folder of the server's socket: the Host of a connection string.</summary>
    public string SocketFolder => _folder.Path;

    /// <summary>Path of the server's socket.</summary>
    public string Socket => _folder.File(".s.PGSQL.5432");

    /// <summary>Process id of the running postmaster.</summary>
    public int Postmaster => int.Parse(
        File.ReadLines(Path.Combine(Data, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    /// <summary>What the server has logged.</summary>
    public string Log => File.ReadAllText(_folder.File("log"));

    private string Data => _folder.File("data");

    /// <summary>Makes a data folder and starts the server.</summary>
    /// <param name="settings">Settings beside the defaults, as <c>synchronous_commit=off</c>.</param>
    public static async Task<PostgresCluster> StartAsync(params string[] settings)
    {
        var cluster = new PostgresCluster();
        try
        {
            if (Environment.IsPrivilegedProcess)
            {
                await RunAsync("chown", [ServerUser, cluster._folder.Path]);
            }

            await ProgramAsync(
                "initdb", "-D", cluster.Data, "-U", ServerUser, "-A", "trust", "-E", "UTF8", "--locale=C",
                "--no-sync", "--data-checksums");
            string[] own =
            [
                "listen_addresses=''", $"unix_socket_directories='{cluster.SocketFolder}'", "max_connections=60",
                "shared_buffers=128MB", "max_wal_size=4GB", "logging_collector=off",
            ];
            await File.AppendAllLinesAsync(Path.Combine(cluster.Data, "postgresql.conf"), [.. own, .. settings]);
            await cluster.ResumeAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts the server again on its data, and waits until it takes connections.</summary>
    public async Task ResumeAsync()
    {
        // After a kill, the old server's processes must be gone first: until then the start is refused.
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                await ProgramAsync("pg_ctl", "-D", Data, "-w", "-s", "-l", _folder.File("log"), "start");
                return;
            }
            catch (InvalidOperationException) when (TimeProvider.System.GetElapsedTime(start) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }
    }

    /// <summary>Stops the server.</summary>
    /// <param name="mode"><c>fast</c>, or <c>immediate</c>: without a checkpoint, as after a crash.</param>
    public Task StopAsync(string mode = "fast") => ProgramAsync("pg_ctl", "-D", Data, "-w", "-s", "-m", mode, "stop");

    /// <summary>Kills the postmaster; its children notice and end by themselves.</summary>
    public void Kill()
    {
        using var postmaster = Process.GetProcessById(Postmaster);
        postmaster.Kill();
    }

    /// <summary>Makes an empty database.</summary>
    /// <param name="name">Name in lower case.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string name)
    {
        await using var connection = new NpgsqlConnection($"{ConnectionTo("postgres")};Pooling=false");
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand($"create database {name}", connection);
        await create.ExecuteNonQueryAsync();
        return ConnectionTo(name);
    }

    /// <summary>Connection string of a database.</summary>
    /// <param name="name">Its name.</param>
    public string ConnectionTo(string name) => $"Host={SocketFolder};Username={ServerUser};Database={name}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
        {
            await StopAsync("immediate");
        }

        _folder.Dispose();
    }

    private static string? FindPrograms()
    {
        // Debian keeps the server's programs out of PATH, in a folder for each version.
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .Where(folder => int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out _))
                .OrderByDescending(folder => int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture))
                .Select(folder => Path.Combine(folder, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return debian.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
    }

    private static bool UserExists(string name) =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith($"{name}:", StringComparison.Ordinal));

    private static Task ProgramAsync(string program, params string[] arguments)
    {
        var path = Path.Combine(Programs ?? throw new FileNotFoundException(Missing), program);
        return Environment.IsPrivilegedProcess
            ? RunAsync("runuser", ["-u", ServerUser, "--", path, .. arguments])
            : RunAsync(path, arguments);
    }

    private static async Task RunAsync(string program, IReadOnlyList<string> arguments)
    {
        // Its words go to a file: a server that pg_ctl starts keeps the pipes of its parent open for ever.
        var words = Path.GetTempFileName();
        try
        {
            var quoted = string.Join(' ', arguments.Prepend(program).Select(word => $"'{word}'"));
            using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{quoted} >'{words}' 2>&1"])
            {
                WorkingDirectory = "/",
            })!;
            using var patience = new CancellationTokenSource(Patience);
            await process.WaitForExitAsync(patience.Token);
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{quoted}: {await File.ReadAllTextAsync(words)}");
            }
        }
        finally
        {
            File.Delete(words);
        }
    }
}
