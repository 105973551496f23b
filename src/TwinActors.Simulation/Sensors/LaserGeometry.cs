namespace TwinActors.Simulation.Sensors;

/// <summary>Constant fields of a scan, as <c>sensor_msgs/LaserScan</c> has them.</summary>
/// <param name="AngleMinimum">Angle of the first beam [rad].</param>
/// <param name="AngleMaximum">Angle of the last beam [rad].</param>
/// <param name="AngleIncrement">Angle between two beams [rad].</param>
/// <param name="ScanSeconds">Time between two scans [s].</param>
/// <param name="RangeMinimum">Shortest distance that is measured [m].</param>
/// <param name="RangeMaximum">Longest distance that is measured [m].</param>
public readonly record struct LaserGeometry(
    float AngleMinimum,
    float AngleMaximum,
    float AngleIncrement,
    float ScanSeconds,
    float RangeMinimum,
    float RangeMaximum);
