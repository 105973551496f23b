namespace TwinActors.Simulation.VirtualRobots;

/// <summary>What ails one joint of a virtual robot. Everything 1 or 0: a healthy joint.</summary>
/// <param name="Friction">Factor on Coulomb and viscous friction [1]; not negative.</param>
/// <param name="Insulation">Factor on the thermal resistance from housing to air [1]; positive.</param>
/// <param name="Heat">Factor on the heat of the winding [1]; not negative.</param>
/// <param name="Backlash">Play between motor and joint, from end to end [rad or m]; not negative.</param>
/// <param name="EncoderOffset">What the encoder reads too much [rad or m].</param>
/// <param name="Brake">Share of the brake's effort that is left [1]; 0 to 1.</param>
public readonly record struct JointCondition(
    double Friction, double Insulation, double Heat, double Backlash, double EncoderOffset, double Brake)
{
    /// <summary>Nothing ails it.</summary>
    public static JointCondition Healthy => new(1, 1, 1, 0, 0, 1);
}
