using System.Collections.Immutable;
using TwinActors.Robotics.Rings;
using TwinActors.Twins.Links;
using TwinActors.Twins.Signals;

namespace TwinActors.Actors.Sensors;

/// <summary>A mapped signal at the moment of asking.</summary>
/// <param name="Signal">Its name, as <c>joint/left_knee/temperature</c>.</param>
/// <param name="Mapping">Where it comes from.</param>
/// <param name="Value">The value; <see langword="null"/> when absent.</param>
/// <param name="Sample">The sample it stands in; <see langword="null"/> when no stream takes the topic.</param>
/// <param name="Problem">Why there is no value, for people; <see langword="null"/> when there is nothing to
/// say.</param>
public sealed record SignalReading(
    string Signal, SignalMapping Mapping, double? Value, SensorReading? Sample, string? Problem)
{
    /// <summary>How far the value may be trusted.</summary>
    public Quality Quality => Value is null || Sample is null ? Quality.Missing : Sample.Quality;

    /// <summary>Most signals of one robot.</summary>
    private const int Most = 4096;

    /// <summary>The signals of a robot in its newest samples.</summary>
    /// <param name="mappings">What is declared.</param>
    /// <param name="sensors">The newest sample of every sensor.</param>
    public static ImmutableArray<SignalReading> Of(
        ImmutableArray<SignalMapping> mappings, ImmutableArray<SensorReading> sensors) =>
        [.. mappings.SelectMany(mapping => Of(mapping, sensors)).Take(Most)];

    private static IEnumerable<SignalReading> Of(SignalMapping mapping, ImmutableArray<SensorReading> sensors)
    {
        var sample = sensors.FirstOrDefault(sensor => sensor.Stream.Topic == mapping.Topic);
        if (sample?.Layout is null)
        {
            var missing = sample is null ? $"no stream takes {mapping.Topic}" : null;
            return [new(mapping.Signal, mapping, null, sample, missing)];
        }

        if (!FieldPath.TryParse(mapping.Field, out var path, out var wrong))
        {
            return [new(mapping.Signal, mapping, null, sample, wrong)];
        }

        var found = path.Read(new SampleReader(sample.Layout, sample.Frame.Span), out var problem);
        return found.IsEmpty
            ? [new(mapping.Signal, mapping, null, sample, problem)]
            : found.Select(value => new SignalReading(
                mapping.NameFor(value.Key), mapping, value.Value, sample,
                value.Value is null ? "the value is absent or no number" : null));
    }
}
