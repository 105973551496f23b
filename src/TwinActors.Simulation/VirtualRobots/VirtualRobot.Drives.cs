namespace TwinActors.Simulation.VirtualRobots;

/// <content>What the drives give, and what it costs them.</content>
public sealed partial class VirtualRobot
{
    // What a drive gives of the wanted effort, and what that does to its motor.
    private void Give(int joint, double dt)
    {
        ref readonly var drive = ref _drives[joint];
        var motor = drive.Motor;
        var winding = Column(Winding);
        var housing = Column(Housing);
        var velocity = Column(Velocity)[joint];
        var wanted = Math.Clamp(_wanted[joint], -motor.EffortLimit, motor.EffortLimit);

        // A motor that drives pays the gear's losses, one that is driven is spared them; about standstill both meet.
        var direction = Math.Clamp(velocity * Math.Sign(wanted) / drive.Onset, -1, 1);
        var (more, less) = (1 / motor.GearEfficiency, motor.GearEfficiency);
        var perCurrent = motor.GearRatio * motor.TorqueConstant / ((more + less + (direction * (more - less))) / 2);

        var resistance = motor.Resistance
            * (1 + (MotorModel.CopperCoefficient * (winding[joint] - MotorModel.ReferenceCelsius)));
        var induced = motor.TorqueConstant * motor.GearRatio * velocity;
        var limit = motor.CurrentLimit * Derating(winding[joint]);
        // What a current adds to the speed within the step takes voltage too, so that the limit does not overshoot.
        var impedance = resistance
            + (motor.TorqueConstant * motor.GearRatio * perCurrent * dt / Column(Felt)[joint]);
        var current = Math.Min(wanted / perCurrent, (motor.SupplyVoltage - induced) / impedance);
        current = Math.Max(current, (-motor.SupplyVoltage - induced) / impedance);
        current = Math.Clamp(current, -limit, limit);
        var effort = current * perCurrent;
        Column(Effort)[joint] = effort;
        Column(Current)[joint] = current;
        Column(Voltage)[joint] = (resistance * current) + induced;


        var copper = resistance * current * current * _conditions[joint].Heat;
        var gear = Math.Abs(effort * velocity) * (more - 1);
        var outwards = (winding[joint] - housing[joint]) / motor.WindingResistance;
        var away = (housing[joint] - _options.AmbientCelsius)
            / (motor.HousingResistance * _conditions[joint].Insulation);
        winding[joint] += dt * (copper - outwards) / motor.WindingCapacity;
        housing[joint] += dt * (outwards + gear - away) / motor.HousingCapacity;
    }

    // Where the light motor is that runs ahead of its joint through the play of the gear: at the setpoint, or at the
    // end of the play.
    private void Cross(int joint, double setpoint)
    {
        ref readonly var condition = ref _conditions[joint];
        var half = condition.Backlash / 2;
        var ahead = setpoint - condition.EncoderOffset - Column(Position)[joint];
        Column(Gap)[joint] = Math.Clamp(ahead, -half, half);
    }

    // Teeth push and cannot pull, and push nothing before they touch.
    private bool IsTouching(int joint, double effort)
    {
        var half = _conditions[joint].Backlash / 2;
        var gap = Column(Gap)[joint];
        return half <= 0 || (Math.Abs(gap) >= half && gap * effort > 0);
    }

    private static double Derating(double celsius) => Math.Clamp(
        (MotorModel.HighestCelsius - celsius) / (MotorModel.HighestCelsius - MotorModel.DeratingCelsius), 0, 1);
}
