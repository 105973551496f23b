using TwinActors.Ros2.Cdr;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Cdr;

public class CdrAllocationTests
{
    [Fact]
    public void Writing_and_reading_allocate_nothing()
    {
        var buffer = new byte[512];
        var positions = new double[] { 1, 2, 3 };
        var read = new double[3];

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                Round(buffer, positions, read);
            }
        }));
        Assert.Equal(positions, read);
    }

    [Fact]
    public void A_buffer_that_is_too_small_measures_the_message()
    {
        var small = new CdrWriter(new byte[10]);
        small.WriteText("hello");
        small.WriteFloat64(1);

        Assert.False(small.IsComplete);
        Assert.Equal(4 + 4 + 6 + 6 + 8, small.Length);
    }

    [Fact]
    public void Times_before_the_epoch_have_a_positive_fraction()
    {
        var writer = new CdrWriter(new byte[12]);
        writer.WriteTime(-1);
        var reader = new CdrReader(writer.Written);

        Assert.Equal((-1, 999_999_999u), (reader.ReadInt32(), reader.ReadUInt32()));
    }

    private static void Round(byte[] buffer, double[] positions, double[] read)
    {
        var writer = new CdrWriter(buffer);
        writer.WriteTime(1_700_000_000_123_456_789);
        writer.WriteText("base_link");
        writer.WriteFloat64Sequence(positions);

        var reader = new CdrReader(writer.Written);
        reader.ReadInt32();
        reader.ReadUInt32();
        reader.ReadText();
        reader.ReadFloat64s(read.AsSpan(0, reader.ReadCount(sizeof(double))));
        Assert.True(reader.IsValid);
    }
}
