// Hot path: asked once per sample on the receive thread.
using TwinActors.Robotics.Links;

namespace TwinActors.Ros2.Links;

/// <summary>Notices stamps that run backwards, stand still or jump; none of that costs the sample.</summary>
internal struct StampWatch
{
    /// <summary>How far a stamp may run ahead of or behind the arrival clock between two samples.</summary>
    private const long JumpNs = 1_000_000_000;

    private long _stampNs;
    private long _receivedAtNs;

    /// <summary>Takes in the stamp of one sample.</summary>
    /// <param name="stampNs">When it was measured, on the sender's clock [ns].</param>
    /// <param name="receivedAtNs">When it arrived, on our clock [ns].</param>
    /// <param name="counters">Where oddities are noted.</param>
    public void Observe(long stampNs, long receivedAtNs, StreamCounters counters)
    {
        if (_receivedAtNs != 0)
        {
            var step = stampNs - _stampNs;
            if (step < 0)
            {
                counters.Note("stamp_backwards");
            }
            else if (step == 0)
            {
                counters.Note("stamp_repeated");
            }
            else if (Math.Abs(step - (receivedAtNs - _receivedAtNs)) > JumpNs)
            {
                counters.Note("stamp_jump");
            }
        }

        _stampNs = stampNs;
        _receivedAtNs = receivedAtNs;
    }
}
