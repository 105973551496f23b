using TwinActors.Contracts.Telemetry;

namespace TwinActors.UnitTests.Contracts;

public sealed class TelemetryFrameTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(57)]
    public void A_frame_gives_back_what_was_written(int columns)
    {
        var frame = new byte[TelemetryFrame.Length(samples: 3, columns)];
        TelemetryFrame.WriteHeader(frame, new TelemetryFrameHeader(7, 42, 3, (ushort)columns));
        for (var i = 0; i < 3; i++)
        {
            TelemetryFrame.Sample(frame.AsSpan(), i, columns, milliseconds: 10.5 * i).Fill(i);
        }

        Assert.True(TelemetryFrame.TryReadHeader(frame, out var header));
        Assert.Equal(new TelemetryFrameHeader(7, 42, 3, (ushort)columns), header);
        for (var i = 0; i < 3; i++)
        {
            var values = TelemetryFrame.Sample((ReadOnlySpan<byte>)frame, i, columns, out var milliseconds);
            Assert.Equal(10.5 * i, milliseconds);
            Assert.Equal(Enumerable.Repeat((float)i, columns), values.ToArray());
        }
    }

    [Fact]
    public void Every_time_stamp_lies_on_a_multiple_of_eight_bytes() =>
        Assert.All(Enumerable.Range(1, 200), columns => Assert.Equal(0, TelemetryFrame.Length(1, columns) % 8));

    [Fact]
    public void A_frame_of_another_length_than_its_head_says_is_refused()
    {
        var frame = new byte[TelemetryFrame.Length(2, 3)];
        TelemetryFrame.WriteHeader(frame, new TelemetryFrameHeader(1, 1, 2, 3));

        Assert.True(TelemetryFrame.TryReadHeader(frame, out _));
        Assert.False(TelemetryFrame.TryReadHeader(frame.AsSpan(0, frame.Length - 1), out _));
    }
}
