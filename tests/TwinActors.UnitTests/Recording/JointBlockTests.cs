using FsCheck;
using FsCheck.Fluent;
using TwinActors.Recording.Columns;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Recording;

public sealed class JointBlockTests
{
    private const long Second = 1_000_000_000;

    // What sensors and drivers send, and what breaks codecs: signs of zero, NaNs with payloads, the ends of the range.
    private static readonly Gen<long> AnyBits = Gen.OneOf(
        ArbMap.Default.GeneratorFor<long>(),
        ArbMap.Default.GeneratorFor<double>().Select(BitConverter.DoubleToInt64Bits),
        ArbMap.Default.GeneratorFor<float>().Select(value => BitConverter.DoubleToInt64Bits(value)),
        ArbMap.Default.GeneratorFor<short>().Select(count => BitConverter.DoubleToInt64Bits(count * 0.001)),
        ArbMap.Default.GeneratorFor<short>().Select(count => BitConverter.DoubleToInt64Bits(count / 1000.0)),
        Gen.Elements(
            0, long.MinValue, 1, -1, long.MaxValue, 0x7FF0_0000_0000_0000, unchecked((long)0xFFF0_0000_0000_0000),
            0x7FF8_0000_0000_0000, 0x7FF0_0000_0000_0001, unchecked((long)0xFFF8_0000_DEAD_BEEF),
            0x000F_FFFF_FFFF_FFFF));

    [Fact]
    public void Every_bit_of_every_value_comes_back() => Check(
        Gen.NonEmptyListOf(AnyBits).ToArbitrary(),
        bits => RoundTrips([.. bits.Take(JointBlockEncoder.RowLimit)]));

    [Fact]
    public void Every_bit_of_a_quantised_column_with_some_odd_values_comes_back() => Check(
        Gen.ListOf(Gen.Frequency(
            (20, Gen.Choose(-70_000, 70_000)
                .Select(count => BitConverter.DoubleToInt64Bits(count * (Math.Tau / 131072)))),
            (1, AnyBits)), JointBlockEncoder.RowLimit).ToArbitrary(),
        bits => RoundTrips([.. bits]));

    [Fact]
    public void Any_stamps_come_back() => Check(
        Gen.NonEmptyListOf(ArbMap.Default.GeneratorFor<long>()).ToArbitrary(),
        stamps =>
        {
            long[] chosen = [.. stamps.Take(JointBlockEncoder.RowLimit)];
            var encoder = new JointBlockEncoder(1);
            for (var row = 0; row < chosen.Length; row++)
            {
                encoder.Add(chosen[row], Second + row, [row]);
            }

            var block = new JointBlock(1);
            var received = Enumerable.Range(0, chosen.Length).Select(row => Second + row).ToArray();
            return block.TryRead(encoder.Close())
                && block.StampsNs.SequenceEqual(chosen)
                && block.ReceivedNs.SequenceEqual(received);
        });

    [Theory]
    [InlineData("encoder of 17 bits", 1.0)]
    [InlineData("decimals", 1.0)]
    [InlineData("resting robot", 0.5)]
    [InlineData("widened singles", 4.0)]
    [InlineData("raw doubles", 8.0)]
    public void A_value_takes_at_most_so_many_bytes(string kind, double limit)
    {
        var motion = new JointMotion(kind, joints: 28, rows: JointBlockEncoder.RowLimit);
        var encoder = new JointBlockEncoder(motion.Columns);
        foreach (var row in motion.Rows())
        {
            encoder.Add(row.StampNs, row.ReceivedNs, row.Values);
        }

        var values = encoder.Rows * motion.Columns;

        Assert.InRange((double)encoder.Close().Length / values, 0, limit);
    }

    [Fact]
    public void A_block_ends_with_its_rows_or_its_span()
    {
        var encoder = new JointBlockEncoder(1);
        Assert.True(encoder.HasRoomFor(0));
        encoder.Add(0, 10 * Second, [1]);

        Assert.True(encoder.HasRoomFor(12 * Second));
        Assert.False(encoder.HasRoomFor(12 * Second + 100));
        Assert.False(encoder.HasRoomFor(9 * Second));
        Assert.Throws<InvalidOperationException>(() => encoder.Add(0, 13 * Second, [1]));
        for (var row = 1; row < JointBlockEncoder.RowLimit; row++)
        {
            encoder.Add(0, 10 * Second + row, [1]);
        }

        Assert.False(encoder.HasRoomFor(11 * Second));
        Assert.NotEqual(0, encoder.Close().Length);
        Assert.Equal(0, encoder.Close().Length);
        Assert.True(encoder.HasRoomFor(0));
    }

    [Fact]
    public void No_damage_does_more_than_fail()
    {
        var motion = new JointMotion("encoder of 17 bits", joints: 2, rows: 20);
        var encoder = new JointBlockEncoder(motion.Columns);
        foreach (var row in motion.Rows())
        {
            encoder.Add(row.StampNs, row.ReceivedNs, row.Values);
        }

        var whole = encoder.Close().ToArray();
        var block = new JointBlock(motion.Columns);
        for (var at = 0; at < whole.Length; at++)
        {
            Assert.False(block.TryRead(whole.AsSpan(0, at)));
            for (var change = 1; change < 256; change += 31)
            {
                var damaged = (byte[])whole.Clone();
                damaged[at] ^= (byte)change;
                Assert.Equal(block.TryRead(damaged), block.Rows > 0);
            }
        }

        Assert.False(new JointBlock(motion.Columns + 1).TryRead(whole));
        Assert.True(block.TryRead(whole));
    }

    [Fact]
    public void A_block_of_the_first_version_is_read_for_ever()
    {
        var block = new JointBlock(3);

        Assert.True(block.TryRead(Convert.FromHexString(
            "010303000100D00FD00F010007E80700001903030000020234000000000000001C40010200B0B4A1C4EAFE9089"
            + "8001DDD6FE9299BCB103F386A49E84A0E148")));

        Assert.Equal([1000, 2000, 3000], block.StampsNs);
        Assert.Equal([1500, 2500, 3600], block.ReceivedNs);
        Assert.Equal([0.001, 0.002, 0.004], block.Column(0));
        Assert.Equal([7, 7, 7], block.Column(1));
        Assert.Equal([Math.PI, Math.E, 0.1f], block.Column(2));
    }

    [Fact]
    public void Adding_and_closing_allocate_nothing()
    {
        var motion = new JointMotion("encoder of 17 bits", joints: 28, rows: JointBlockEncoder.RowLimit);
        var rows = motion.Rows().ToList();
        var encoder = new JointBlockEncoder(motion.Columns);
        var block = new JointBlock(motion.Columns);

        Assert.Equal(0, Allocations.Of(() =>
        {
            foreach (var row in rows)
            {
                encoder.Add(row.StampNs, row.ReceivedNs, row.Values);
            }

            block.TryRead(encoder.Close());
        }));
    }

    private static void Check<T>(Arbitrary<T> values, Func<T, bool> holds) => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20_261_124, 7), Prop.ForAll(values, holds));

    private static bool RoundTrips(long[] bits)
    {
        var encoder = new JointBlockEncoder(2);
        for (var row = 0; row < bits.Length; row++)
        {
            var (there, back) = (bits[row], bits[^(row + 1)]);
            encoder.Add(row, row, [BitConverter.Int64BitsToDouble(there), BitConverter.Int64BitsToDouble(back)]);
        }

        var block = new JointBlock(2);
        return block.TryRead(encoder.Close())
            && BitsOf(block.Column(0)).SequenceEqual(bits)
            && BitsOf(block.Column(1)).SequenceEqual(bits.Reverse());
    }

    private static long[] BitsOf(ReadOnlySpan<double> values)
    {
        var bits = new long[values.Length];
        for (var i = 0; i < bits.Length; i++)
        {
            bits[i] = BitConverter.DoubleToInt64Bits(values[i]);
        }

        return bits;
    }
}
