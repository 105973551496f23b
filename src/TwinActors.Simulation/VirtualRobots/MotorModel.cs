namespace TwinActors.Simulation.VirtualRobots;

/// <summary>Constants of one joint's drive: a permanent-magnet motor behind a gear, with its losses and its
/// warmth.</summary>
/// <remarks>
/// <para>The motor: torque = k·i and U = R·i + k·ω. The gear divides the speed by <see cref="GearRatio"/>; what it
/// loses goes into the housing. Of a prismatic joint the ratio is the motor's angle per length [rad/m].</para>
/// <para>Heat flows from the winding to the housing and from there to the air: two capacities and two resistances, as
/// motor data sheets give them.</para>
/// </remarks>
/// <param name="EffortLimit">Highest effort at the joint [N·m or N]; positive.</param>
/// <param name="GearRatio">Motor speed over joint speed [1 or rad/m]; positive.</param>
/// <param name="GearEfficiency">Share of the power that comes through the gear, either way [1]; above 0, at most
/// 1.</param>
/// <param name="RotorInertia">Inertia of the rotor about its own axis [kg·m²]; positive.</param>
/// <param name="TorqueConstant">Motor torque per current, which is also voltage per speed [N·m/A = V·s/rad];
/// positive.</param>
/// <param name="Resistance">Resistance of the winding at 25 °C [Ω]; positive.</param>
/// <param name="SupplyVoltage">Highest voltage at the winding [V]; positive.</param>
/// <param name="WindingCapacity">Heat capacity of the winding [J/K]; positive.</param>
/// <param name="HousingCapacity">Heat capacity of the housing [J/K]; positive.</param>
/// <param name="WindingResistance">Thermal resistance from winding to housing [K/W]; positive.</param>
/// <param name="HousingResistance">Thermal resistance from housing to air [K/W]; positive.</param>
public sealed record MotorModel(
    double EffortLimit,
    double GearRatio,
    double GearEfficiency,
    double RotorInertia,
    double TorqueConstant,
    double Resistance,
    double SupplyVoltage,
    double WindingCapacity,
    double HousingCapacity,
    double WindingResistance,
    double HousingResistance)
{
    /// <summary>Change of the winding's resistance with its temperature: copper [1/K].</summary>
    public const double CopperCoefficient = 0.00393;

    /// <summary>Temperature at which resistances are given [°C].</summary>
    public const double ReferenceCelsius = 25;

    /// <summary>Winding temperature at which the drive begins to lower its current [°C].</summary>
    public const double DeratingCelsius = 120;

    /// <summary>Winding temperature at which the drive gives no current any more [°C]: insulation of class F.</summary>
    public const double HighestCelsius = 155;

    private const double Volts = 48;

    /// <summary>Share of the highest effort that such a drive keeps up for ever [1].</summary>
    private const double ContinuousShare = 0.4;

    /// <summary>Inertia of the rotor seen through the gear [kg·m² or kg].</summary>
    public double Armature => RotorInertia * GearRatio * GearRatio;

    /// <summary>Current at the highest effort [A].</summary>
    public double CurrentLimit => EffortLimit / (GearRatio * GearEfficiency * TorqueConstant);

    /// <summary>Constants of a drive as one would choose it for a joint of these limits.</summary>
    /// <remarks>
    /// 48 V; the gear brings the joint's highest speed to 3,000 revolutions per minute of the motor, whose no-load
    /// speed is 1.3 times that; a fifth of the voltage is lost in the winding at the highest effort. The heat of 40 %
    /// of the highest effort, kept up, warms the winding by about 85 K: the winding within a minute, the housing within
    /// half an hour. The rotor's inertia grows with the motor's torque as in servo motors of 50 to 500 W.
    /// </remarks>
    /// <param name="effortLimit">Highest effort at the joint [N·m or N]; positive.</param>
    /// <param name="velocityLimit">Highest speed of the joint [rad/s or m/s]; positive.</param>
    public static MotorModel Typical(double effortLimit, double velocityLimit)
    {
        const double MotorSpeed = 3000 * Math.Tau / 60;
        const double Efficiency = 0.8;
        const double InertiaPerTorque = 1e-5;
        const double WindingSeconds = 40;
        const double HousingSeconds = 1200;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(effortLimit);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(velocityLimit);
        var ratio = MotorSpeed / velocityLimit;
        var torque = effortLimit / (ratio * Efficiency);
        var constant = Volts / (1.3 * MotorSpeed);
        var current = torque / constant;
        var resistance = 0.2 * Volts / current;
        var heat = ContinuousShare * ContinuousShare * current * current * resistance;
        // 40 K across the winding, 45 K across the housing.
        var (winding, housing) = (40 / heat, 45 / heat);
        return new MotorModel(
            effortLimit, ratio, Efficiency, InertiaPerTorque * torque, constant, resistance, Volts,
            WindingSeconds / winding, HousingSeconds / housing, winding, housing);
    }
}
