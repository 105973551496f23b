using System.Collections.Immutable;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Links;
using TwinActors.Testing;
using Xunit;

namespace TwinActors.UnitTests.Ros2.Links;

public class JointStateDecoderTests
{
    private readonly RobotStream _stream = JointStates.Stream();

    [Fact]
    public void Values_go_to_their_columns_with_the_senders_stamp()
    {
        var decoder = Decoder();

        Assert.Null(decoder.Decode(JointStates.Payload(["a", "b"], [1, 2], [3, 4], [5, 6], stampNs: 7), 99));

        var frame = Newest();
        Assert.Equal(["a", "b"], frame.Layout!.Names);
        Assert.Equal((7, 99), (frame.Header.StampNs, frame.Header.ReceivedAtNs));
        Assert.Equal([1.0, 2], frame.Layout.Positions(frame.Bytes));
        Assert.Equal([3.0, 4], frame.Layout.Velocities(frame.Bytes));
        Assert.Equal([5.0, 6], frame.Layout.Efforts(frame.Bytes));
    }

    [Fact]
    public void Another_order_of_the_same_names_keeps_the_layout()
    {
        var decoder = Decoder();
        decoder.Decode(JointStates.Payload(["a", "b", "c"], [1, 2, 3]), 1);

        decoder.Decode(JointStates.Payload(["c", "a", "b"], [3.5, 1.5, 2.5]), 2);

        Assert.Single(_stream.Joints!.Layouts);
        Assert.Equal([1.5, 2.5, 3.5], Newest().Layout!.Positions(Newest().Bytes));
    }

    [Fact]
    public void New_names_add_a_layout_and_two_senders_may_take_turns()
    {
        var decoder = Decoder();
        for (var i = 0; i < 3; i++)
        {
            Assert.Null(decoder.Decode(JointStates.Payload(["a", "b"], [1, 2]), 2 * i));
            Assert.Null(decoder.Decode(JointStates.Payload(["gripper"], [9], frame: "longer frame"), (2 * i) + 1));
        }

        Assert.Equal(2, _stream.Joints!.Layouts.Length);
        Assert.Equal(["gripper"], Newest().Layout!.Names);
        Assert.Equal(6, _stream.Published);
    }

    [Fact]
    public void A_stream_that_is_opened_again_keeps_its_layouts()
    {
        Decoder().Decode(JointStates.Payload(["a", "b"], [1, 2]), 1);
        Decoder().Decode(JointStates.Payload(["b", "a"], [2, 1]), 2);

        Assert.Single(_stream.Joints!.Layouts);
        Assert.Equal([1.0, 2], Newest().Layout!.Positions(Newest().Bytes));
    }

    [Fact]
    public void Garbage_between_the_names_is_not_a_new_set_of_names()
    {
        var decoder = Decoder();
        var payload = JointStates.Payload(["a", "b"], [1, 2]);
        decoder.Decode(payload, 1);

        // Header 4, stamp 8, "base" 4 + 5 + 3, count 4, "a" 4 + 2: then two bytes of padding.
        payload[4 + 8 + 12 + 4 + 6] = 0xcd;
        payload[4 + 8 + 12 + 4 + 7] = 0xcd;
        Assert.Null(decoder.Decode(payload, 2));

        Assert.Single(_stream.Joints!.Layouts);
        Assert.Equal([1.0, 2], Newest().Layout!.Positions(Newest().Bytes));
    }

    [Fact]
    public void Without_names_the_configured_order_is_taken_when_it_fits()
    {
        var decoder = Decoder("x", "y");

        Assert.Null(decoder.Decode(JointStates.Payload([], [1, 2]), 1));
        Assert.Equal("unnamed", decoder.Decode(JointStates.Payload([], [1, 2, 3]), 2));
        Assert.Equal("unnamed", decoder.Decode(JointStates.Payload([], []), 3));
        Assert.Equal("unnamed", Decoder().Decode(JointStates.Payload([], [1, 2]), 4));

        Assert.Equal(["x", "y"], Newest().Layout!.Names);
    }

    [Fact]
    public void Absent_arrays_are_absent_values_and_wrong_lengths_are_refused()
    {
        var decoder = Decoder();

        Assert.Null(decoder.Decode(JointStates.Payload(["a", "b"], [], [3, 4]), 1));
        Assert.Equal([double.NaN, double.NaN], Newest().Layout!.Positions(Newest().Bytes));
        Assert.Equal([3.0, 4], Newest().Layout!.Velocities(Newest().Bytes));

        Assert.Equal("length", decoder.Decode(JointStates.Payload(["a", "b"], [1]), 2));
        Assert.Equal("length", decoder.Decode(JointStates.Payload(["a", "b"], [1, 2], [1, 2, 3]), 3));
    }

    [Fact]
    public void Values_that_are_no_numbers_are_left_out_one_by_one_and_counted()
    {
        var decoder = Decoder();

        Assert.Null(decoder.Decode(
            JointStates.Payload(["a", "b"], [1, double.NaN], [double.NaN, 4], [double.NegativeInfinity, 6]), 1));

        Assert.Equal([1.0, double.NaN], Newest().Layout!.Positions(Newest().Bytes));
        Assert.Equal([double.NaN, 6.0], Newest().Layout!.Efforts(Newest().Bytes));
        Assert.Equal((2, 1), (_stream.Counters.Reasons["nan"], _stream.Counters.Reasons["infinite"]));
    }

    [Theory]
    [InlineData("duplicate", "a", "a")]
    [InlineData("unnamed", "a", "")]
    public void Names_that_do_not_tell_joints_apart_are_refused(string reason, string first, string second) =>
        Assert.Equal(
            reason, Decoder().Decode(JointStates.Payload([first, second], [1, 2]), 1));

    [Fact]
    public void A_sender_that_invents_names_or_joints_without_end_is_turned_away()
    {
        var decoder = Decoder();
        var results = Enumerable.Range(0, 100)
            .Select(i => decoder.Decode(JointStates.Payload([$"joint{i}"], [i]), i)).ToList();
        var many = Enumerable.Range(0, 1100).Select(i => $"j{i}").ToArray();

        Assert.Equal(64, results.Count(result => result is null));
        Assert.All(results.Skip(64), result => Assert.Equal("too_many_layouts", result));
        Assert.Equal("too_many", decoder.Decode(JointStates.Payload(many, []), 1));
    }

    [Fact]
    public void Every_truncation_is_refused()
    {
        var payload = JointStates.Payload(["a", "bc"], [1, 2], [3, 4], [5, 6]);
        var known = Decoder();
        known.Decode(payload, 1);

        for (var length = 0; length < payload.Length; length++)
        {
            Assert.NotNull(known.Decode(payload.AsSpan(0, length), 1));
            Assert.NotNull(Decoder("x", "y").Decode(payload.AsSpan(0, length), 1));
        }

        Assert.Equal(1, _stream.Published);
    }

    [Fact]
    public void A_stamp_that_was_never_set_is_the_arrival()
    {
        Decoder().Decode(JointStates.Payload(["a"], [1], stampNs: 0), 42);

        Assert.Equal(42, Newest().Header.StampNs);
    }

    [Fact]
    public void Odd_stamps_are_noted_and_cost_nothing()
    {
        const long Second = 1_000_000_000;
        var decoder = Decoder();
        long[] stamps = [Second, Second, Second - 1, 2 * Second, 10 * Second];
        for (var i = 0; i < stamps.Length; i++)
        {
            Assert.Null(decoder.Decode(JointStates.Payload(["a"], [1], stampNs: stamps[i]), (i + 1) * Second));
        }

        var reasons = _stream.Counters.Reasons;
        Assert.Equal((1, 1, 1), (reasons["stamp_repeated"], reasons["stamp_backwards"], reasons["stamp_jump"]));
        Assert.Equal((5, 0), (_stream.Published, _stream.Counters.Rejected));
    }

    [Fact]
    public void Decoding_allocates_nothing_once_the_names_are_known()
    {
        var decoder = Decoder();
        var values = new double[28];
        var names = values.Select((_, i) => $"joint_{i:00}_link").ToArray();
        var payload = JointStates.Payload(names, values, values, values);
        payload[^1] = 0xff;
        payload[^2] = 0xff;

        Assert.Equal(0, Allocations.Of(Repeat));

        void Repeat()
        {
            for (var i = 0; i < 100; i++)
            {
                decoder.Decode(payload, i);
                _stream.Joints!.MarkRead(_stream.Published);
            }
        }
    }

    private SampleFrame<JointLayout> Newest()
    {
        var frame = new SampleFrame<JointLayout>();
        Assert.True(_stream.Joints!.TryRead(_stream.Published, frame));
        return frame;
    }

    private JointStateDecoder Decoder(params ImmutableArray<string> jointOrder) =>
        new(_stream, jointOrder, new JointNamePool());
}
