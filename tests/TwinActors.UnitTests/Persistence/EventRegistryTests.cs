using System.Text;
using System.Text.Json.Serialization;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Naming;

namespace TwinActors.UnitTests.Persistence;

public sealed partial class EventRegistryTests
{
    private static readonly EventRegistry<DoorEvent> Names = new EventRegistryBuilder<DoorEvent>()
        .Add("door.opened", DoorJson.Default.Opened)
        .Add(
            "door.painted",
            DoorJson.Default.Painted,
            static first =>
            {
                // Version 1 had "color", version 2 has "paint", version 3 adds coats.
                first["paint"] = first["color"]!.DeepClone();
                first.Remove("color");
                return first;
            },
            static second =>
            {
                second["coats"] = 1;
                return second;
            })
        .Build();

    [Fact]
    public void An_event_is_written_under_its_name_and_newest_version()
    {
        var written = Names.Write(new DoorEvent.Painted("red", 2));

        Assert.Equal(new EventName("door.painted", 3), written.Name);
        Assert.Equal("""{"paint":"red","coats":2}""", Encoding.UTF8.GetString(written.Body.Span));
        Assert.Equal(new DoorEvent.Painted("red", 2), Names.Read(Stored(written.Name, written.Body.ToArray())));
    }

    [Theory]
    [Trait("Rule", "K-25")]
    [InlineData(1, """{"color":"red"}""", 1)]
    [InlineData(2, """{"paint":"red"}""", 1)]
    [InlineData(3, """{"paint":"red","coats":3}""", 3)]
    public void Every_version_that_was_ever_written_is_read(int version, string body, int coats) =>
        Assert.Equal(
            new DoorEvent.Painted("red", coats),
            Names.Read(Stored(new EventName("door.painted", version), Encoding.UTF8.GetBytes(body))));

    [Theory]
    [Trait("Rule", "K-25")]
    [InlineData("door.burnt", 1, "{}", "no such name")]
    [InlineData("door.opened", 2, "{}", "versions up to 1")]
    [InlineData("door.opened", 1, "{", "does not fit")]
    [InlineData("door.opened", 1, "null", "is null")]
    [InlineData("door.painted", 1, "[]", "no object")]
    [InlineData("door.painted", 3, """{"coats":"many"}""", "does not fit")]
    public void What_cannot_be_read_is_named_by_stream_sequence_name_and_version(
        string name, int version, string body, string problem)
    {
        var error = Assert.Throws<UnreadableEventException>(
            () => Names.Read(Stored(new EventName(name, version), Encoding.UTF8.GetBytes(body))));

        Assert.Equal((new EntityKey(0, "door", "front"), 42L), (error.Entity, error.Sequence));
        Assert.Contains("Event 42 of door/front", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{name} v{version}", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_event_without_a_name_is_a_mistake_of_the_program()
    {
        var error = Assert.Throws<ArgumentException>(() => Names.Write(new DoorEvent.Locked()));

        Assert.Contains("Locked", error.Message, StringComparison.Ordinal);
        Assert.False(Names.TryGetName(typeof(DoorEvent.Locked), out _));
    }

    [Fact]
    public void Names_are_listed_with_their_newest_version() =>
        Assert.Equal([new EventName("door.opened", 1), new EventName("door.painted", 3)], Names.Names);

    [Fact]
    public void A_name_or_a_type_is_registered_once()
    {
        var builder = new EventRegistryBuilder<DoorEvent>().Add("door.opened", DoorJson.Default.Opened);

        Assert.Throws<ArgumentException>(() => builder.Add("door.opened", DoorJson.Default.Painted));
        Assert.Throws<ArgumentException>(() => builder.Add("door.ajar", DoorJson.Default.Opened));
        Assert.Throws<ArgumentException>(() => builder.Add("Door Painted", DoorJson.Default.Painted));
    }

    private static StoredEvent Stored(EventName name, byte[] body) => new()
    {
        Entity = new EntityKey(0, "door", "front"),
        Sequence = 42,
        Shard = new ShardId(3),
        ShardSequence = 99,
        Epoch = 1,
        Part = 0,
        Name = name,
        Command = null,
        CommandHash = null,
        AtNs = 0,
        Body = body,
    };

    internal abstract record DoorEvent
    {
        private DoorEvent()
        {
        }

        internal sealed record Opened(double Angle) : DoorEvent;

        internal sealed record Painted(string Paint, int Coats) : DoorEvent;

        internal sealed record Locked : DoorEvent;
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(DoorEvent.Opened))]
    [JsonSerializable(typeof(DoorEvent.Painted))]
    internal sealed partial class DoorJson : JsonSerializerContext;
}
