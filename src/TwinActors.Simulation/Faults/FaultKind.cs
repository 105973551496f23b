namespace TwinActors.Simulation.Faults;

/// <summary>What can go wrong with a simulated robot. What severity 1 means is said of each; less is a share of
/// it.</summary>
public enum FaultKind
{
    /// <summary>A damaged bearing of a joint's motor: it knocks at the damaged part's frequency, with 40 m/s² at 50
    /// revolutions per second, and rubs, 60 % more friction.</summary>
    BearingWear,

    /// <summary>A joint's friction, Coulomb and viscous, is five times what it was.</summary>
    FrictionRise,

    /// <summary>A joint's motor loses five times the heat in its winding, as with shorted turns, and gives it to the
    /// air ten times harder, as behind dust.</summary>
    MotorOverheating,

    /// <summary>Play of 0.04 rad or 4 mm between a joint's motor and the joint.</summary>
    Backlash,

    /// <summary>A joint's encoder reads 0.05 rad or 5 mm too much; the controller believes it.</summary>
    EncoderDrift,

    /// <summary>A joint's published state stays what it was, at any severity above 0.</summary>
    SensorStuck,

    /// <summary>A joint's published state has noise of 0.02 rad and 0.4 rad/s (m and m/s) more.</summary>
    SensorNoise,

    /// <summary>Every sample of a stream, or every value of a joint, is missing; at less, each with that
    /// probability.</summary>
    Dropout,

    /// <summary>Everything that the robot says arrives half a second late.</summary>
    Latency,

    /// <summary>The robot is not heard at all; at less, for that share of every ten seconds.</summary>
    LinkLoss,

    /// <summary>A joint's brake holds nothing when the drives are without power.</summary>
    BrakeFailure,

    /// <summary>A link carries a tenth of the robot's mass more, of which the controller knows nothing.</summary>
    PayloadChange,
}
