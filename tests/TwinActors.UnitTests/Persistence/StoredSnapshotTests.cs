using System.Buffers.Binary;
using System.Text;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;

namespace TwinActors.UnitTests.Persistence;

public sealed class StoredSnapshotTests
{
    private static readonly StoredSnapshot Written = new()
    {
        Entity = new EntityKey(0, "robot", "arm1"),
        Sequence = 42,
        Position = new JournalPosition(3, 99),
        Epoch = 7,
        Name = new EventName("robot.state", 2),
        Codec = SnapshotCodec.Json,
        AtNs = 0,
        Checksum = Castagnoli("robot.state", """{"state":{"link":"lost"}}"""),
        Body = Encoding.UTF8.GetBytes("""{"state":{"link":"lost"}}"""),
    };

    [Fact]
    public void The_checksum_is_the_one_of_every_other_program() => Assert.True(Written.IsIntact);

    [Fact]
    public void The_checksum_covers_body_name_version_codec_and_sequence()
    {
        Assert.False((Written with { Body = Encoding.UTF8.GetBytes("""{"state":{"link":"Lost"}}""") }).IsIntact);
        Assert.False((Written with { Body = Written.Body[1..] }).IsIntact);
        Assert.False((Written with { Name = new EventName("robot.State", 2) }).IsIntact);
        Assert.False((Written with { Name = new EventName("robot.state", 3) }).IsIntact);
        Assert.False((Written with { Codec = 2 }).IsIntact);
        Assert.False((Written with { Sequence = 43 }).IsIntact);
    }

    // Bit by bit, from the definition: reflected polynomial 0x1EDC6F41.
    private static uint Castagnoli(string name, string body)
    {
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, 42);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[8..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[12..], 2);
        var crc = ~0u;
        foreach (var one in (byte[])[.. numbers, .. Encoding.UTF8.GetBytes(name + body)])
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
            }
        }

        return ~crc;
    }
}
