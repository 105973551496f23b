namespace TwinActors.Simulation.Vibration;

/// <summary>How a motor's housing shakes.</summary>
internal static class MotorVibration
{
    /// <summary>What a motor at rest measures: its neighbours and the sensor's own noise [m/s²].</summary>
    private const double Floor = 0.05;

    /// <summary>Growth of the running noise with the shaft's speed [m/s² per Hz].</summary>
    private const double RunningNoise = 0.006;

    /// <summary>Root mean square of the acceleration of a motor in good order [m/s²].</summary>
    /// <param name="shaftHz">Revolutions of the shaft per second [Hz]; not negative.</param>
    public static double Rms(double shaftHz) => Math.Sqrt((Floor * Floor) + Square(RunningNoise * shaftHz));

    private static double Square(double value) => value * value;
}
