using Microsoft.Data.Sqlite;
using TwinActors.Recording.Bags;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Recording;

public sealed class SqliteBagTests : IDisposable
{
    private const string Messages = """
        create table messages(id integer primary key, topic_id integer not null, timestamp integer not null,
          data blob not null);
        """;

    private const string Insert = "insert into messages(topic_id, timestamp, data) values ";

    private const string TwoMessages = Insert + "(1, 2000, x'00010000AA'), (1, 1000, x'00010000BB');";

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_file_of_2018_has_neither_qos_nor_hash_nor_definition()
    {
        var path = Write("""
            create table topics(id integer primary key, name text not null, type text not null,
              serialization_format text not null);
            insert into topics values (1, '/imu', 'sensor_msgs/msg/Imu', 'cdr');
            """ + Messages + TwoMessages);

        using var bag = BagReader.Open(path);

        var topic = Assert.Single(bag.Topics);
        Assert.Equal(("/imu", "sensor_msgs/msg/Imu", "cdr"), (topic.Name, topic.Type, topic.Serialization));
        Assert.Equal((2L, 10L), (topic.MessageCount, topic.Bytes));
        Assert.Equal((null, null, null), (topic.OfferedQos, topic.TypeHash, topic.Definition));
        Assert.Equal(
            [(1000L, 0xBB), (2000L, 0xAA)],
            bag.Read().Select(message => (message.LogTimeNs, (int)message.Data.Span[4])));
        Assert.All(bag.Read(), message => Assert.Null(message.PublishTimeNs));
    }

    [Fact]
    public void A_file_of_2023_carries_qos_hash_and_definition()
    {
        var path = Write("""
            create table schema(schema_version integer primary key, ros_distro text not null);
            create table topics(id integer primary key, name text not null, type text not null,
              serialization_format text not null,
              offered_qos_profiles text not null, type_description_hash text not null);
            create table message_definitions(id integer primary key, topic_type text not null, encoding text not null,
              encoded_message_definition text not null, type_description_hash text not null);
            insert into topics values (1, '/tf_static', 'my_msgs/msg/Thing', 'cdr', '- history: 1
              depth: 1
              reliability: 1
              durability: 1', '');
            insert into message_definitions values (1, 'my_msgs/msg/Thing', 'ros2msg', 'uint8 level', 'RIHS01_ab');
            """ + Messages);

        using var bag = BagReader.Open(path);

        var topic = Assert.Single(bag.Topics);
        Assert.True(topic.IsTransientLocal);
        Assert.Equal("RIHS01_ab", topic.TypeHash);
        Assert.Equal(new BagDefinition("ros2msg", "uint8 level"), topic.Definition);
        Assert.Empty(bag.Read());
    }

    [Fact]
    public void Reading_leaves_the_folder_as_it_was()
    {
        var path = Write("pragma journal_mode = wal;" + OneTopic() + TwoMessages);
        var before = File.ReadAllBytes(path);

        using (var bag = BagReader.Open(path))
        {
            Assert.Equal(2, bag.Read().Count());
            Assert.Equal([path], Directory.GetFiles(_folder.Path));
        }

        Assert.Equal([path], Directory.GetFiles(_folder.Path));
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_log_that_was_never_merged_is_named()
    {
        var path = Write(OneTopic());
        _folder.Write("bag.db3-wal", [1, 2, 3]);

        using var bag = BagReader.Open(path);

        Assert.Contains("bag.db3-wal", Assert.Single(bag.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Messages_of_no_topic_are_counted_and_left_out()
    {
        var path = Write(OneTopic() + TwoMessages + Insert + "(7, 5, x'00');");

        using var bag = BagReader.Open(path);

        Assert.Equal(2, bag.Read().Count());
        Assert.Contains("1 messages", Assert.Single(bag.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_cut_database_is_refused_with_the_place_where_it_ends()
    {
        var path = Write(OneTopic() + TwoMessages);
        var bytes = File.ReadAllBytes(path);
        File.WriteAllBytes(path, bytes[..^100]);

        var problem = Assert.Throws<BagFormatException>(() => BagReader.Open(path));

        Assert.Equal((path, bytes.Length - 100L), (problem.File, problem.Offset));
    }

    [Fact]
    public void A_damaged_page_is_refused()
    {
        var path = Write(OneTopic() + TwoMessages);
        var bytes = File.ReadAllBytes(path);
        bytes.AsSpan(4096, 64).Fill(0xEE);
        File.WriteAllBytes(path, bytes);

        Assert.Throws<BagFormatException>(() => BagReader.Open(path));
    }

    [Fact]
    public void A_database_without_the_tables_of_a_bag_is_refused()
    {
        var path = Write("create table other(x);");

        var problem = Assert.Throws<BagFormatException>(() => BagReader.Open(path));

        Assert.Contains("no bag", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_with_signs_that_mean_something_in_addresses_is_opened()
    {
        var path = Write(OneTopic() + TwoMessages, "50% of a #bag?.db3");

        using var bag = BagReader.Open(path);

        Assert.Equal(2, bag.MessageCount);
    }

    [Fact]
    public void A_file_of_another_kind_is_refused()
    {
        Assert.Throws<BagFormatException>(() => BagReader.Open(_folder.Write("a.db3", "not a bag at all")));
        Assert.Throws<BagFormatException>(() => BagReader.Open(_folder.Write("b.db3", "")));
        Assert.Throws<FileNotFoundException>(() => BagReader.Open(_folder.File("absent.db3")));
    }

    [Fact]
    public void The_files_of_a_split_bag_are_read_as_one()
    {
        Write(OneTopic() + Insert + "(1, 30, x'03'), (1, 10, x'01');", "bag_0.db3");
        Write(OneTopic(id: 4) + Insert + "(4, 40, x'04'), (4, 20, x'02');", "bag_1.db3");
        _folder.Write("metadata.yaml", """
            rosbag2_bagfile_information:
              version: 5
              storage_identifier: sqlite3
              relative_file_paths:
                - "old_folder/bag_0.db3"
                - bag_1.db3
                - bag_2.db3
              compression_format: ""
              compression_mode: ""
            """);

        using var bag = BagReader.Open(_folder.Path);

        Assert.Equal([1, 2, 3, 4], bag.Read().Select(message => message.Data.Span[0]));
        var topic = Assert.Single(bag.Topics);
        Assert.Equal((4L, 10L, 40L), (topic.MessageCount, topic.FirstLogTimeNs, topic.LastLogTimeNs));
        Assert.Contains("bag_2.db3", Assert.Single(bag.Problems), StringComparison.Ordinal);
        Assert.Equal(2, bag.Files.Count);
    }

    [Fact]
    public void A_folder_without_metadata_is_read_by_its_listing()
    {
        Write(OneTopic() + TwoMessages, "a.db3");
        _folder.Write("notes.txt", "other");

        using var bag = BagReader.Open(_folder.Path);

        Assert.Equal(2, bag.MessageCount);
    }

    [Fact]
    public void Messages_compressed_one_by_one_are_unpacked()
    {
        Write(OneTopic() + Insert + "(1, 1, x'28B52FFD2003190000414243');", "bag_0.db3");
        _folder.Write("metadata.yaml", """
            rosbag2_bagfile_information:
              relative_file_paths:
                - bag_0.db3
              compression_format: zstd
              compression_mode: MESSAGE
            """);

        using var bag = BagReader.Open(_folder.Path);

        Assert.Equal("ABC"u8.ToArray(), Assert.Single(bag.Read()).Data.ToArray());
    }

    public void Dispose() => _folder.Dispose();

    private static string OneTopic(int id = 1) => $"""
        create table topics(id integer primary key, name text not null, type text not null,
          serialization_format text not null,
          offered_qos_profiles text not null);
        insert into topics values ({id}, '/a', 'std_msgs/msg/Float64', 'cdr', '');
        """ + Messages;

    private string Write(string sql, string name = "bag.db3")
    {
        var path = _folder.File(name);
        var source = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false };
        using var connection = new SqliteConnection(source.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
        return path;
    }
}
