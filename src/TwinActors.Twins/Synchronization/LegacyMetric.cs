namespace TwinActors.Twins.Synchronization;

/// <summary>The error as it was once defined, for comparison alone.</summary>
/// <remarks>It compares a sample of the past with the virtual robot of now, adds radians to radians per second, and
/// does not wrap: a perfect twin that moves has one.</remarks>
internal static class LegacyMetric
{
    /// <summary>√((Σ Δposition² + Σ Δvelocity²) / joints).</summary>
    /// <param name="sample">The newest sample; absent joints are left out.</param>
    /// <param name="positions">Of the virtual robot [rad or m].</param>
    /// <param name="velocities">Of the virtual robot [rad/s or m/s].</param>
    /// <returns>NaN without a sample, or when it names no joint.</returns>
    public static double Rms(JointSample sample, ReadOnlySpan<double> positions, ReadOnlySpan<double> velocities)
    {
        if (sample.StampNs == 0)
        {
            return double.NaN;
        }

        double sum = 0;
        var count = 0;
        for (var i = 0; i < sample.Positions.Length; i++)
        {
            var position = sample.Positions[i] - positions[i];
            if (double.IsNaN(position))
            {
                continue;
            }

            var velocity = sample.Velocities.IsEmpty ? 0 : sample.Velocities[i] - velocities[i];
            sum += (position * position) + (double.IsNaN(velocity) ? 0 : velocity * velocity);
            count++;
        }

        return count == 0 ? double.NaN : Math.Sqrt(sum / count);
    }
}
