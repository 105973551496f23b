namespace TwinActors.Simulation;

/// <summary>Which samples of a simulated robot are new after a step.</summary>
[Flags]
public enum SimulatedOutputs
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Joint positions, velocities and efforts.</summary>
    Joints = 1,

    /// <summary>The inertial measurement unit.</summary>
    Imu = 2,

    /// <summary>The laser scanner.</summary>
    Laser = 4,

    /// <summary>Odometry from the wheels.</summary>
    Odometry = 8,

    /// <summary>Temperatures of the motors' windings.</summary>
    MotorTemperature = 16,

    /// <summary>Currents of the motors.</summary>
    MotorCurrent = 32,

    /// <summary>Voltages at the motors' windings.</summary>
    MotorVoltage = 64,

    /// <summary>Vibrations of the motors' housings.</summary>
    MotorVibration = 128,

    /// <summary>All that is measured at the motors.</summary>
    Motors = MotorTemperature | MotorCurrent | MotorVoltage | MotorVibration,
}
