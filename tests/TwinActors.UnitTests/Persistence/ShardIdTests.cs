using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;

namespace TwinActors.UnitTests.Persistence;

public sealed class ShardIdTests
{
    /// <summary>Golden values: a journal is unreadable where they differ. Made by an FNV-1a in Python.</summary>
    [Theory]
    [InlineData(0, "robot", "arm1", 102)]
    [InlineData(0, "robot", "rover", 77)]
    [InlineData(7, "robot", "arm1", 41)]
    [InlineData(-1, "maintenance", "run-1", 249)]
    [InlineData(70000, "robot", "größe", 54)]
    public void An_entity_has_the_same_shard_for_ever(int tenant, string type, string key, int shard) =>
        Assert.Equal(new ShardId(shard), ShardId.Of(new EntityKey(tenant, type, key), ShardId.DefaultCount));

    [Fact]
    public void The_spelling_of_a_key_does_not_change_its_shard() =>
        Assert.Equal(
            ShardId.Of(new EntityKey(0, "robot", "arm1"), 256), ShardId.Of(new EntityKey(0, "Robot", "ARM1"), 256));

    [Fact]
    public void The_border_between_type_and_key_counts() =>
        Assert.NotEqual(
            ShardId.Of(new EntityKey(0, "ab", "c"), 65_536), ShardId.Of(new EntityKey(0, "a", "bc"), 65_536));

    [Fact]
    public void A_thousand_robots_use_nearly_all_shards_evenly()
    {
        var robots = Enumerable.Range(0, 1_000).Select(n => ShardId.Of(new EntityKey(0, "robot", $"arm{n}"), 256));
        var sizes = robots.GroupBy(shard => shard).Select(group => group.Count()).ToArray();

        // 1,000 balls into 256 bins: 251 bins are hit on average, the fullest has about 11.
        Assert.InRange(sizes.Length, 235, 256);
        Assert.InRange(sizes.Max(), 4, 15);
    }
}
