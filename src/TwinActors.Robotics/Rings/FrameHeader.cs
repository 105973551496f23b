namespace TwinActors.Robotics.Rings;

/// <summary>What every frame of a sample ring carries beside its bytes.</summary>
/// <param name="Sequence">Number of the frame in its ring: 1 for the first, without gaps.</param>
/// <param name="StampNs">When the sample was measured, on the robot's clock [ns since the UNIX epoch].</param>
/// <param name="ReceivedAtNs">When the sample arrived, on the node's clock [ns since the UNIX epoch].</param>
/// <param name="LayoutId">Which layout of the ring describes the bytes.</param>
public readonly record struct FrameHeader(long Sequence, long StampNs, long ReceivedAtNs, int LayoutId);
