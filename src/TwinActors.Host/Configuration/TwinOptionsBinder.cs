using System.Collections.Immutable;
using System.Text.RegularExpressions;
using TwinActors.Actors.Synchronization;
using TwinActors.Host.Configuration.Hocon;

namespace TwinActors.Host.Configuration;

/// <summary>
/// Makes <see cref="TwinOptions"/> of a resolved tree. The ranges here are those of hocon/reference.conf.
/// </summary>
internal sealed partial class TwinOptionsBinder(string machineName)
{
    private const int MostUrls = 16;
    private const int MostPeers = 64;
    private const int MostHosts = 64;
    private const int MostFolders = 64;
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>Binds a tree.</summary>
    /// <param name="tree">Tree whose root key is <c>twin</c>.</param>
    /// <param name="problems">Receives everything that is wrong; when it stays empty the result is valid.</param>
    public TwinOptions Bind(HoconObject tree, List<ConfigurationProblem> problems)
    {
        var root = SectionReader.Root(tree, problems);
        var twin = root.Section("twin", "");
        var options = new TwinOptions
        {
            Node = BindNode(twin.Section("node")),
            Journal = BindJournal(twin.Section("journal")),
            Ros2 = BindRos2(twin.Section("ros2")),
            Robot = RobotSectionBinder.Bind(twin.Section("robot")),
            Sync = BindSync(twin.Section("sync")),
            Recording = BindRecording(twin.Section("recording")),
            Bridge = BindBridge(twin.Section("bridge")),
            Replay = BindReplay(twin.Section("replay")),
            Telemetry = BindTelemetry(twin.Section("telemetry")),
            Api = BindApi(twin.Section("api")),
            Logging = BindLogging(twin.Section("logging")),
        };
        twin.RefuseOthers();
        root.RefuseOthers(twin);
        return options;
    }

    private NodeSection BindNode(SectionReader node)
    {
        var section = new NodeSection
        {
            Name = node.OptionalText("name") ?? machineName,
            Urls = BindUrls(node),
            DataDirectory = node.Text("data-directory"),
        };
        if (section.Name.Length > 0 && !NodeName().IsMatch(section.Name))
        {
            node.Complain(
                "name", $"is {HoconJson.Quote(section.Name)}; 1 to 63 letters, digits, '-', '_', '.' are allowed");
        }

        node.RefuseOthers();
        return section;
    }

    private static ImmutableArray<Uri> BindUrls(SectionReader node)
    {
        var urls = ImmutableArray.CreateBuilder<Uri>();
        var texts = node.Texts("urls", MostUrls);
        foreach (var text in texts)
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var url)
                || url.Scheme != Uri.UriSchemeHttp
                || url.PathAndQuery != "/")
            {
                node.Complain(
                    "urls",
                    $"has {HoconJson.Quote(text)}; an http address without a path is needed, "
                        + "like http://127.0.0.1:8050");
            }
            else if (!url.IsLoopback)
            {
                node.Complain(
                    "urls",
                    $"has {text}, which other machines can reach; only loopback is allowed, because this version has "
                        + "no authentication. Put a proxy with authentication in front, or use an SSH tunnel");
            }
            else
            {
                urls.Add(url);
            }
        }

        if (texts is { IsDefault: false, Length: 0 })
        {
            node.Complain("urls", "is empty; at least one address is needed, like http://127.0.0.1:8050");
        }

        return urls.ToImmutable();
    }

    private static JournalSection BindJournal(SectionReader journal)
    {
        var section = new JournalSection
        {
            Store = journal.Choice<JournalStore>("store"),
            File = journal.Text("file"),
            Connection = journal.OptionalText("connection"),
            AppendDeadline = journal.Duration("append-deadline", TimeSpan.FromMilliseconds(10), Minute),
            BatchEvents = journal.Integer("batch-events", 1, 10_000),
            BatchBytes = journal.Size("batch-bytes", 4 << 10, 16 << 20),
            Shards = journal.Integer("shards", 1, 4096),
            SnapshotEvery = journal.Integer("snapshot-every", 0, 1_000_000),
            Recovery = BindRecovery(journal.Section("recovery")),
        };
        CheckConnection(journal, section);
        journal.RefuseOthers();
        return section;
    }

    private static void CheckConnection(SectionReader journal, JournalSection section)
    {
        if (section.Connection is null)
        {
            if (section.Store is JournalStore.Postgres)
            {
                journal.Complain(
                    "connection",
                    "is null while store is postgres; a connection string is needed, like "
                        + "\"Host=10.0.0.7;Database=twin;Username=twin\"");
            }

            return;
        }

        var names = section.Connection.Split(';').Select(part => part.Split('=')[0].Trim().ToUpperInvariant());
        if (names.Any(name => name is "PASSWORD" or "PWD" or "PSW"))
        {
            journal.Complain(
                "connection",
                "holds a password, and configuration is shown to people; put it into a password file and name that by "
                    + "Passfile=, or into the environment variable PGPASSWORD");
        }
    }

    private static RecoverySection BindRecovery(SectionReader recovery)
    {
        var section = new RecoverySection
        {
            Concurrent = recovery.Integer("concurrent", 1, 10_000),
            PerSecond = recovery.Integer("per-second", 1, 100_000),
        };
        recovery.RefuseOthers();
        return section;
    }

    private static Ros2Section BindRos2(SectionReader ros2)
    {
        var section = new Ros2Section
        {
            Enabled = ros2.Flag("enabled"),
            DomainId = ros2.Integer("domain-id", 0, 232),
            LoopbackOnly = ros2.Flag("loopback-only"),
            Interface = ros2.OptionalText("interface"),
            Peers = ros2.Texts("peers", MostPeers),
            ToleratedStall = ros2.Duration("tolerated-stall", TimeSpan.Zero, TimeSpan.FromSeconds(10)),
            KeepAll = ros2.Flag("keep-all"),
            MessageFolders = ros2.Texts("message-folders", MostFolders),
        };
        if (section.LoopbackOnly && section.Interface is not null)
        {
            ros2.Complain(
                "interface",
                $"is {section.Interface} while loopback-only is true; set loopback-only = false or leave it null");
        }

        foreach (var peer in section.Peers)
        {
            if (Uri.CheckHostName(peer.Trim('[', ']')) == UriHostNameType.Unknown)
            {
                ros2.Complain("peers", $"has {HoconJson.Quote(peer)}; a host name or an IP address is needed");
            }
            else if (section.LoopbackOnly && !Loopback.Has(peer))
            {
                ros2.Complain(
                    "peers", $"has {peer} while loopback-only is true; set loopback-only = false to reach it");
            }
        }

        ros2.RefuseOthers();
        return section;
    }

    private static SyncSection BindSync(SectionReader sync)
    {
        var section = new SyncSection
        {
            Enabled = sync.Flag("enabled"),
            Rate = sync.Positive("rate", SyncSettings.HighestHz),
            RateCeiling = sync.Positive("rate-ceiling", SyncSettings.HighestHz),
            StateTolerance = sync.Positive("state-tolerance", 10),
            TimeTolerance = sync.Duration("time-tolerance", TimeSpan.FromMilliseconds(1), TimeSpan.FromSeconds(10)),
            MaximumHorizon = sync.Duration("maximum-horizon", TimeSpan.Zero, TimeSpan.FromSeconds(1)),
            PositionGain = sync.Positive("position-gain", 1),
            VelocityGain = sync.Positive("velocity-gain", 1),
        };
        if (section.Rate is > 0 and < SyncSettings.LowestHz)
        {
            sync.Complain("rate", FormattableString.Invariant(
                $"is {section.Rate} Hz; the lowest is {SyncSettings.LowestHz} Hz"));
        }

        sync.RefuseOthers();
        return section;
    }

    private static RecordingSection BindRecording(SectionReader recording)
    {
        var section = new RecordingSection
        {
            Folder = recording.Text("folder"),
            Automatic = recording.Flag("automatic"),
            Joints = recording.Choice<RecordedJoints>("joints"),
            FileSize = recording.Size("file-size", 1 << 20, 4L << 30),
            FileSpan = recording.Duration("file-span", TimeSpan.FromSeconds(10), TimeSpan.FromHours(24)),
            KeepFor = recording.Duration("keep-for", Minute, TimeSpan.FromDays(3650)),
            DiskBudget = recording.Size("disk-budget", 1 << 20, 1L << 50),
            FlushEvery = recording.Duration("flush-every", TimeSpan.FromMilliseconds(100), Minute),
            SyncEvery = recording.Duration("sync-every", TimeSpan.FromMilliseconds(100), Hour),
            Buffer = recording.Size("buffer", 64 << 10, 1 << 30),
        };
        recording.RefuseOthers();
        return section;
    }

    private static BridgeSection BindBridge(SectionReader bridge)
    {
        var section = new BridgeSection { LoopbackOnly = bridge.Flag("loopback-only") };
        bridge.RefuseOthers();
        return section;
    }

    private static ReplaySection BindReplay(SectionReader replay)
    {
        var section = new ReplaySection { Folder = replay.Text("folder") };
        replay.RefuseOthers();
        return section;
    }

    private static TelemetrySection BindTelemetry(SectionReader telemetry)
    {
        var section = new TelemetrySection
        {
            MaximumHz = telemetry.Positive("maximum-hz", 1_000),
            KeepAlive = telemetry.Duration("keep-alive", TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
        };
        telemetry.RefuseOthers();
        return section;
    }

    private static ApiSection BindApi(SectionReader api)
    {
        var section = new ApiSection
        {
            AskDeadline = api.Duration("ask-deadline", TimeSpan.FromMilliseconds(100), Minute),
            PageSize = api.Integer("page-size", 1, 10_000),
            MaximumBody = api.Size("maximum-body", 4 << 10, 64 << 20),
            AllowedHosts = api.Texts("allowed-hosts", MostHosts),
        };
        foreach (var host in section.AllowedHosts.Where(
            host => Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown))
        {
            api.Complain(
                "allowed-hosts", $"has {HoconJson.Quote(host)}; a host name or an IP address without port is needed");
        }

        api.RefuseOthers();
        return section;
    }

    private static LoggingSection BindLogging(SectionReader logging)
    {
        var level = logging.Section("level");
        var section = new LoggingSection
        {
            Level = level.Names.ToImmutableDictionary(name => name, level.Choice<LogLevel>, StringComparer.Ordinal),
        };
        logging.RefuseOthers();
        return section;
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex NodeName();
}
