using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace TwinActors.Robotics.Rings;

/// <summary>Shape of a joint frame: which joints, in which order.</summary>
/// <param name="Names">Joint names, unique, in frame order.</param>
/// <remarks>
/// A joint frame is 3n float64 values in the machine's byte order: n positions [rad or m], n velocities [rad/s or m/s],
/// n efforts [N·m or N]; NaN stands for an absent value inside a frame and nowhere else.
/// </remarks>
public sealed record JointLayout(ImmutableArray<string> Names)
{
    /// <summary>Size of a frame [bytes].</summary>
    public int FrameLength => Names.Length * 3 * sizeof(double);

    /// <summary>Positions of a frame [rad or m]; shape (joints).</summary>
    public ReadOnlySpan<double> Positions(ReadOnlySpan<byte> frame) => Column(frame, 0);

    /// <summary>Velocities of a frame [rad/s or m/s]; shape (joints).</summary>
    public ReadOnlySpan<double> Velocities(ReadOnlySpan<byte> frame) => Column(frame, 1);

    /// <summary>Efforts of a frame [N·m or N]; shape (joints).</summary>
    public ReadOnlySpan<double> Efforts(ReadOnlySpan<byte> frame) => Column(frame, 2);

    /// <summary>All columns of a frame for writing: positions, velocities, efforts; shape (3, joints).</summary>
    public Span<double> Columns(Span<byte> frame) => MemoryMarshal.Cast<byte, double>(frame)[..(3 * Names.Length)];

    private ReadOnlySpan<double> Column(ReadOnlySpan<byte> frame, int column) =>
        MemoryMarshal.Cast<byte, double>(frame).Slice(column * Names.Length, Names.Length);
}
