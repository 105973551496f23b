using TwinActors.Robotics.Rings;
using TwinActors.Testing;

namespace TwinActors.UnitTests.Robotics;

public sealed class SampleRingTests
{
    [Fact]
    public void Every_reader_sees_every_frame_in_order()
    {
        var ring = RingWith(slots: 8, frames: 5);
        var frame = new SampleFrame<JointLayout>();

        foreach (var _ in Enumerable.Range(0, 2))
        {
            var cursor = new RingCursor(after: 0);
            for (var i = 1; i <= 5; i++)
            {
                Assert.True(cursor.TryNext(ring, frame));
                Assert.Equal(i, frame.Header.Sequence);
                Assert.Equal(i, frame.Layout!.Positions(frame.Bytes)[0]);
            }

            Assert.False(cursor.TryNext(ring, frame));
            Assert.Equal(0, cursor.Lost);
        }
    }

    [Fact]
    public void A_reader_that_falls_behind_counts_what_it_lost_and_goes_on_with_the_oldest_kept_frame()
    {
        var ring = RingWith(slots: 8, frames: 20);
        var frame = new SampleFrame<JointLayout>();
        var cursor = new RingCursor(after: 0);
        var read = 0;

        while (cursor.TryNext(ring, frame))
        {
            read++;
        }

        Assert.Equal(20, read + cursor.Lost);
        Assert.Equal(7, read);
        Assert.Equal(20, frame.Header.Sequence);
    }

    [Fact]
    public void Frames_that_a_reader_passes_over_count_as_read_and_those_already_overwritten_as_lost()
    {
        var ring = new SampleRing<JointLayout>(4);
        ring.AddLayout(Two);
        var cursor = new RingCursor(after: 0);
        var frame = new SampleFrame<JointLayout>();
        for (var i = 1; i <= 6; i++)
        {
            Write(ring, i);
        }

        cursor.SkipTo(ring, ring.Published - 1);
        Assert.True(cursor.TryNext(ring, frame));
        cursor.SkipTo(ring, 2);

        Assert.Equal((6, 6, 3), (frame.Header.Sequence, cursor.After, cursor.Lost));
    }

    [Fact]
    public void Writing_and_reading_allocate_nothing_once_the_slots_have_grown()
    {
        var ring = RingWith(slots: 4, frames: 8);
        var frame = new SampleFrame<JointLayout>();
        var cursor = new RingCursor(after: 0);
        while (cursor.TryNext(ring, frame))
        {
        }

        Assert.Equal(0, Allocations.Of(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                Write(ring, i);
                cursor.TryNext(ring, frame);
            }
        }));
    }

    [Fact]
    public void An_elastic_ring_grows_while_its_reader_is_behind_and_loses_nothing_up_to_its_most_slots()
    {
        var ring = new SampleRing<JointLayout>(4, mostSlots: 16);
        ring.AddLayout(Two);
        var cursor = new RingCursor(after: 0);
        var frame = new SampleFrame<JointLayout>();
        var written = 0;
        foreach (var burst in (int[])[2, 3, 5, 9, 15])
        {
            for (var i = 0; i < burst; i++)
            {
                Write(ring, ++written);
            }

            for (var i = 0; i < burst; i++)
            {
                Assert.True(cursor.TryNext(ring, frame));
                Assert.Equal(frame.Header.Sequence, frame.Layout!.Positions(frame.Bytes)[0]);
            }

            ring.MarkRead(cursor.After);
        }

        Assert.Equal((written, 0, 16), (cursor.After, cursor.Lost, ring.Capacity));
    }

    [Fact]
    public void An_elastic_ring_whose_reader_keeps_up_keeps_its_size()
    {
        var ring = new SampleRing<JointLayout>(4, mostSlots: 16);
        ring.AddLayout(Two);
        for (var i = 1; i <= 100; i++)
        {
            Write(ring, i);
            ring.MarkRead(Math.Max(0, i - 2));
        }

        Assert.Equal(4, ring.Capacity);
    }

    [Fact]
    public void An_elastic_ring_at_its_most_slots_overwrites_and_the_reader_counts_it()
    {
        var ring = new SampleRing<JointLayout>(4, mostSlots: 16);
        ring.AddLayout(Two);
        for (var i = 1; i <= 40; i++)
        {
            Write(ring, i);
        }

        var cursor = new RingCursor(after: 0);
        var frame = new SampleFrame<JointLayout>();
        Assert.True(cursor.TryNext(ring, frame));
        Assert.Equal((26, 25), (frame.Header.Sequence, cursor.Lost));
    }

    [Fact]
    public async Task A_reader_of_a_ring_that_grows_beside_it_sees_whole_frames_in_order()
    {
        var ring = new SampleRing<JointLayout>(4, mostSlots: 1 << 18);
        ring.AddLayout(Two);
        const int Frames = 200_000;
        var writer = WriteBesideAsync(ring, Frames);

        var frame = new SampleFrame<JointLayout>();
        var cursor = new RingCursor(after: 0);
        long read = 0;
        while (cursor.After < Frames)
        {
            if (cursor.TryNext(ring, frame))
            {
                Assert.Equal(++read, frame.Header.Sequence);
                Assert.Equal(read, frame.Layout!.Positions(frame.Bytes)[1]);
            }
        }

        await writer;
        Assert.Equal((Frames, 0), (read, cursor.Lost));
    }

    [Fact]
    public async Task A_reader_never_sees_a_torn_frame_while_the_writer_laps_it()
    {
        var ring = new SampleRing<JointLayout>(4);
        ring.AddLayout(Two);
        const int Frames = 200_000;
        var writer = WriteBesideAsync(ring, Frames);

        var frame = new SampleFrame<JointLayout>();
        var cursor = new RingCursor(after: 0);
        long read = 0;
        while (cursor.After < Frames)
        {
            if (cursor.TryNext(ring, frame))
            {
                read++;
                var positions = frame.Layout!.Positions(frame.Bytes);
                Assert.Equal(frame.Header.Sequence, positions[0]);
                Assert.Equal(frame.Header.Sequence, positions[1]);
            }
        }

        await writer;
        Assert.Equal(Frames, read + cursor.Lost);
    }

    [Fact]
    public void A_sample_record_gives_back_what_was_written()
    {
        var layout = new SampleLayout("test/msg/All",
        [
            ("number", FieldKind.Number), ("text", FieldKind.Text), ("ranges", FieldKind.Floats),
            ("covariance", FieldKind.Numbers), ("count", FieldKind.Integer), ("data", FieldKind.Bytes),
        ]);
        var buffer = new byte[256];
        var writer = new SampleWriter(layout, buffer);
        writer.Number(0, 1.5);
        writer.Utf8(1, "laser"u8);
        new[] { 1f, float.PositiveInfinity, 3f }.CopyTo(writer.Floats(2, 3));
        new[] { 0.1, 0.2 }.CopyTo(writer.Numbers(3, 2));
        writer.Integer(4, -7);
        writer.Bytes(5, 921_600);

        var reader = new SampleReader(layout, buffer.AsSpan(0, writer.Length));

        Assert.Equal(1.5, reader.Number(0));
        Assert.Equal("laser", reader.Text(1));
        Assert.Equal([1f, float.PositiveInfinity, 3f], reader.Floats(2).ToArray());
        Assert.Equal([0.1, 0.2], reader.Numbers(3).ToArray());
        Assert.Equal(-7, reader.Integer(4));
        Assert.Equal(921_600, reader.Count(5));
        Assert.Equal(2, layout.IndexOf("ranges"));
        Assert.Equal(-1, layout.IndexOf("none"));
    }

    private static readonly JointLayout Two = new(["a", "b"]);

    private static SampleRing<JointLayout> RingWith(int slots, int frames)
    {
        var ring = new SampleRing<JointLayout>(slots);
        ring.AddLayout(Two);
        for (var i = 1; i <= frames; i++)
        {
            Write(ring, i);
        }

        return ring;
    }

    private static Task WriteBesideAsync(SampleRing<JointLayout> ring, int frames) => Task.Run(() =>
    {
        for (var i = 1; i <= frames; i++)
        {
            Write(ring, i);
        }
    }, TestContext.Current.CancellationToken);

    private static void Write(SampleRing<JointLayout> ring, double value)
    {
        Two.Columns(ring.BeginWrite(Two.FrameLength)).Fill(value);
        ring.EndWrite(stampNs: 0, receivedAtNs: 0, layoutId: 0);
    }
}
