namespace TwinActors.Simulation.Vibration;

/// <summary>Geometry of a ball bearing whose inner ring turns: how often a damage of each part knocks.</summary>
/// <remarks>T. Harris, "Rolling Bearing Analysis", 4th ed., Wiley 2001, section 25: pure rolling, rigid rings. Real
/// balls slip by one or two percent.</remarks>
/// <param name="Balls">Number of balls; at least 3.</param>
/// <param name="BallDiameter">Diameter of a ball [m]; positive.</param>
/// <param name="PitchDiameter">Diameter of the circle of the balls' centres [m]; above the ball's.</param>
/// <param name="ContactAngle">Angle between the load and the plane of the balls [rad]; 0 to below π/2.</param>
public sealed record BearingModel(int Balls, double BallDiameter, double PitchDiameter, double ContactAngle)
{
    /// <summary>A deep groove bearing of 8 mm bore (608), as motors of 100 W have: seven balls of 3.969 mm on
    /// 15 mm.</summary>
    public static BearingModel Motor { get; } = new(7, 3.969e-3, 15e-3, 0);

    private double Ratio => BallDiameter / PitchDiameter * Math.Cos(ContactAngle);

    /// <summary>How often a part that is damaged knocks [Hz].</summary>
    /// <param name="part">The damaged part.</param>
    /// <param name="shaftHz">Revolutions of the shaft per second [Hz]; not negative.</param>
    /// <returns>The ball pass frequency of the outer ring (BPFO) or the inner ring (BPFI), twice the ball spin
    /// frequency (2·BSF: a damaged ball knocks on both rings), or the fundamental train frequency of the cage
    /// (FTF).</returns>
    public double DefectHz(BearingPart part, double shaftHz) => part switch
    {
        BearingPart.OuterRing => Balls / 2.0 * shaftHz * (1 - Ratio),
        BearingPart.InnerRing => Balls / 2.0 * shaftHz * (1 + Ratio),
        BearingPart.Ball => PitchDiameter / BallDiameter * shaftHz * (1 - (Ratio * Ratio)),
        _ => shaftHz / 2 * (1 - Ratio),
    };

    /// <summary>How often the damaged part passes through the loaded zone, which makes its knocks louder and softer
    /// [Hz]; 0 for a part that stands still in it.</summary>
    /// <param name="part">The damaged part.</param>
    /// <param name="shaftHz">Revolutions of the shaft per second [Hz]; not negative.</param>
    public double LoadHz(BearingPart part, double shaftHz) => part switch
    {
        BearingPart.InnerRing => shaftHz,
        BearingPart.Ball => DefectHz(BearingPart.Cage, shaftHz),
        _ => 0,
    };
}

/// <summary>Parts of a rolling bearing.</summary>
public enum BearingPart
{
    /// <summary>The ring that stands still.</summary>
    OuterRing,

    /// <summary>The ring that turns with the shaft.</summary>
    InnerRing,

    /// <summary>One of the balls.</summary>
    Ball,

    /// <summary>What keeps the balls apart.</summary>
    Cage,
}
