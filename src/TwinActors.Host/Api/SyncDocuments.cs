using TwinActors.Actors.Synchronization;
using TwinActors.Contracts.Robots;
using TwinActors.Robotics.State;
using TwinActors.Twins.Synchronization;

namespace TwinActors.Host.Api;

/// <summary>Readings of synchronizers as the documents that go over HTTP.</summary>
internal static class SyncDocuments
{
    public static SyncDocument Sync(SyncReading sync)
    {
        var last = sync.Word is null ? (SyncResult?)null : sync.Last;
        return new SyncDocument
        {
            Mode = Word(sync.Mode),
            Status = sync.Word is { } known ? Word(known.Status) : null,
            Reason = sync.IsOn ? Word(sync.Word?.Reason ?? SyncReason.NoData) : "off",
            Failure = sync.Failure?.ToString().ToLowerInvariant(),
            IsSynchronized = last?.IsSynchronized ?? false,
            PositionError = Finite(last?.PositionError),
            VelocityError = Finite(last?.VelocityError),
            NormalizedError = Finite(last?.NormalizedError),
            LegacyRms = Finite(last?.LegacyRms),
            Stamp = last is { } sampled ? new Stamp(sampled.StampNs).ToString() : null,
            HorizonMs = last?.HorizonNs * 1e-6,
            LatencyMs = Rounded(sync.LatencyMs),
            ClockOffsetMs = Rounded(sync.ClockOffsetMs),
            Errors = sync.Errors is { } errors ? Quantiles(errors) : null,
            Pace = sync.Pace is { } pace
                ? new SyncPaceDocument(
                    pace.AskedHz, pace.BaseHz, Rounded(pace.AchievedHz), Quantiles(pace.JitterMs),
                    Quantiles(pace.TickUs), pace.Ticks, pace.Late, pace.Missed)
                : null,
            Joints =
            [
                .. sync.Joints.Select(joint => new SyncJointDocument(
                    joint.Name, Finite(joint.Position), Finite(joint.Velocity), Finite(joint.Compensated),
                    Finite(joint.Residual), Finite(joint.VelocityResidual), Finite(joint.Normalized),
                    Finite(joint.Advice))),
            ],
        };
    }

    public static string Word(SyncMode mode) => mode.ToString().ToLowerInvariant();

    public static string Word(SyncStatus status) => status.ToString().ToLowerInvariant();

    public static string? Word(SyncReason reason) => reason switch
    {
        SyncReason.None => null,
        SyncReason.NoData => "no_data",
        _ => reason.ToString().ToLowerInvariant(),
    };

    private static SyncQuantilesDocument Quantiles(SyncQuantiles of) =>
        new(Rounded(of.P50)!.Value, Rounded(of.P95)!.Value, Rounded(of.P99)!.Value, Rounded(of.Largest)!.Value);

    private static double? Rounded(double? value) => Finite(value) is { } known ? Math.Round(known, 6) : null;

    private static double? Finite(double? value) => value is { } known && double.IsFinite(known) ? known : null;
}
