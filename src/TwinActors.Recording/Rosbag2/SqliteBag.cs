using System.Buffers.Binary;
using Microsoft.Data.Sqlite;
using TwinActors.Recording.Bags;

namespace TwinActors.Recording.Rosbag2;

/// <summary>An SQLite bag of rosbag2 (<c>.db3</c>), of any age.</summary>
/// <remarks>
/// <para>
/// Columns and tables that a file lacks are absent values. Ages: 2018-2020 topics(id, name, type,
/// serialization_format); from 2020 with offered_qos_profiles; from 2022 tables schema and metadata; from 2023
/// message_definitions and topics.type_description_hash (ros2/rosbag2, rosbag2_storage_sqlite3/sqlite_storage.cpp).
/// The table messages(id, topic_id, timestamp, data) has always been the same.
/// </para>
/// <para>
/// The file is opened read-only and immutable: SQLite then makes no -wal and -shm files and takes no locks, and ignores
/// a -wal that is there; one with content is named in <see cref="Problems"/>.
/// </para>
/// </remarks>
internal sealed class SqliteBag : IBagFile
{
    private readonly SqliteConnection _connection;
    private readonly Dictionary<long, BagTopic> _topicsById;
    private readonly List<string> _problems = [];

    private SqliteBag(string path, SqliteConnection connection)
    {
        Path = path;
        _connection = connection;
        _topicsById = ReadTopics();
        Topics = [.. _topicsById.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal)];
        NameLeftovers();
    }

    private static ReadOnlySpan<byte> Magic => "SQLite format 3\0"u8;

    public string Path { get; }

    public IReadOnlyList<BagTopic> Topics { get; }

    public long? FirstLogTimeNs =>
        Topics.Select(topic => topic.FirstLogTimeNs).Aggregate((long?)null, BagTopic.Smaller);

    public long? LastLogTimeNs => Topics.Select(topic => topic.LastLogTimeNs).Aggregate((long?)null, BagTopic.Larger);

    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Whether bytes begin with SQLite's signature.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> start) => start.StartsWith(Magic);

    /// <summary>Opens a file and counts its messages.</summary>
    public static SqliteBag Open(string path)
    {
        CheckLength(path);
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = new Uri(System.IO.Path.GetFullPath(path)).AbsoluteUri + "?immutable=1",
            Mode = SqliteOpenMode.ReadOnly,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            return new SqliteBag(path, connection);
        }
        catch (SqliteException broken)
        {
            connection.Dispose();
            throw Damaged(path, broken);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public IEnumerable<BagMessage> Read(IReadOnlySet<BagTopic> wanted, BagWindow window)
    {
        var ids = _topicsById.Where(entry => wanted.Contains(entry.Value)).Select(entry => entry.Key).Order();
        using var command = _connection.CreateCommand();
        command.CommandText = $"""
            select topic_id, timestamp, data from messages
            where topic_id in ({string.Join(',', ids)}) and timestamp >= $from and timestamp < $until
            order by timestamp, id
            """;
        command.Parameters.AddWithValue("$from", window.FromNs ?? long.MinValue);
        command.Parameters.AddWithValue("$until", window.UntilNs ?? long.MaxValue);
        using var rows = Guarded(command.ExecuteReader);
        while (Guarded(rows.Read))
        {
            var data = Guarded(() => rows.GetFieldValue<byte[]>(2));
            yield return new BagMessage(_topicsById[rows.GetInt64(0)], rows.GetInt64(1), PublishTimeNs: null, data);
        }
    }

    public void Dispose() => _connection.Dispose();

    private Dictionary<long, BagTopic> ReadTopics()
    {
        var columns = ColumnsOf("topics");
        if (!columns.Contains("name") || !ColumnsOf("messages").Contains("data"))
        {
            throw new BagFormatException(
                Path, null, "this SQLite database has no tables topics and messages: it is no bag.");
        }

        var definitions = ReadDefinitions();
        var totals = ReadTotals();
        var topics = new Dictionary<long, BagTopic>();
        using var command = _connection.CreateCommand();
        command.CommandText = $"""
            select id, name, type,
              {(columns.Contains("serialization_format") ? "serialization_format" : "'cdr'")},
              {(columns.Contains("offered_qos_profiles") ? "offered_qos_profiles" : "''")},
              {(columns.Contains("type_description_hash") ? "type_description_hash" : "''")}
            from topics
            """;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var (definition, hash) = definitions.GetValueOrDefault(rows.GetString(2));
            var (count, bytes, first, last) = totals.GetValueOrDefault(rows.GetInt64(0));
            topics[rows.GetInt64(0)] = new BagTopic
            {
                Name = rows.GetString(1),
                Type = rows.GetString(2),
                Serialization = rows.GetString(3),
                OfferedQos = NotEmpty(rows.GetString(4)),
                TypeHash = NotEmpty(rows.GetString(5)) ?? hash,
                Definition = definition,
                MessageCount = count,
                Bytes = bytes,
                FirstLogTimeNs = first,
                LastLogTimeNs = last,
            };
        }

        var nameless = totals.Where(entry => !topics.ContainsKey(entry.Key)).Sum(entry => entry.Value.Count);
        if (nameless > 0)
        {
            _problems.Add($"{Path}: {nameless} messages belong to no topic of the table topics; they are left out.");
        }

        return topics;
    }

    private Dictionary<string, (BagDefinition? Definition, string? Hash)> ReadDefinitions()
    {
        var definitions = new Dictionary<string, (BagDefinition?, string?)>(StringComparer.Ordinal);
        if (!ColumnsOf("message_definitions").Contains("encoded_message_definition"))
        {
            return definitions;
        }

        using var command = _connection.CreateCommand();
        command.CommandText =
            "select topic_type, encoding, encoded_message_definition, type_description_hash from message_definitions";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            var text = rows.GetString(2);
            definitions[rows.GetString(0)] =
                (text.Length > 0 ? new BagDefinition(rows.GetString(1), text) : null, NotEmpty(rows.GetString(3)));
        }

        return definitions;
    }

    private Dictionary<long, (long Count, long Bytes, long? First, long? Last)> ReadTotals()
    {
        var totals = new Dictionary<long, (long, long, long?, long?)>();
        using var command = _connection.CreateCommand();
        command.CommandText = """
            select topic_id, count(*), sum(length(data)), min(timestamp), max(timestamp) from messages group by topic_id
            """;
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            totals[rows.GetInt64(0)] = (rows.GetInt64(1), rows.GetInt64(2), rows.GetInt64(3), rows.GetInt64(4));
        }

        return totals;
    }

    private HashSet<string> ColumnsOf(string table)
    {
        using var command = _connection.CreateCommand();
        command.CommandText = "select name from pragma_table_info($table)";
        command.Parameters.AddWithValue("$table", table);
        using var rows = command.ExecuteReader();
        var columns = new HashSet<string>(StringComparer.Ordinal);
        while (rows.Read())
        {
            columns.Add(rows.GetString(0));
        }

        return columns;
    }

    private void NameLeftovers()
    {
        foreach (var suffix in (string[])["-wal", "-journal"])
        {
            if (new FileInfo(Path + suffix) is { Exists: true, Length: > 0 } left)
            {
                _problems.Add($"{Path}: {left.Length} bytes in {left.Name} were never merged into the bag (it was not "
                    + "closed); they are left out. Copy both files and open the copy with sqlite3 to merge them.");
            }
        }
    }

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (SqliteException broken)
        {
            throw Damaged(Path, broken);
        }
    }

    /// <summary>Compares the declared length with the file's: SQLite does not tell where a file broke.</summary>
    private static void CheckLength(string path)
    {
        Span<byte> header = stackalloc byte[100];
        using var handle = File.OpenHandle(path);
        var length = RandomAccess.GetLength(handle);
        if (RandomAccess.Read(handle, header, 0) < header.Length)
        {
            throw new BagFormatException(path, length, "the file ends inside the SQLite header of 100 bytes.");
        }

        // SQLite file format, 1.3: a page size of 65536 is written as 1, and the page count holds only when the writer
        // kept "version-valid-for" equal to the change counter.
        var pageSize = BinaryPrimitives.ReadUInt16BigEndian(header[16..]) is var size && size == 1 ? 65536L : size;
        var counts = header[24..28].SequenceEqual(header[92..96]);
        var declared = counts ? pageSize * BinaryPrimitives.ReadUInt32BigEndian(header[28..]) : 0;
        if (declared > length)
        {
            throw new BagFormatException(path, length, $"the file ends here; its header declares {declared} bytes.");
        }
    }

    private static BagFormatException Damaged(string path, SqliteException broken) =>
        new(path, null, $"SQLite cannot read it: {broken.Message}", broken);

    private static string? NotEmpty(string text) => text.Length > 0 ? text : null;
}
