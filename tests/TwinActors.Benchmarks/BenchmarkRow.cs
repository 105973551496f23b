using System.Text.Json.Serialization;

namespace TwinActors.Benchmarks;

/// <summary>One measured figure.</summary>
/// <param name="Area">Area: <c>ros2</c>, <c>api</c>, …</param>
/// <param name="Name">What was measured.</param>
/// <param name="Unit">Unit of figure, target and peer.</param>
/// <param name="Figure">What came out.</param>
/// <param name="Target">What is wanted; null for a figure that only informs.</param>
/// <param name="Peer">What was measured beside it in the same run; null when nothing was.</param>
/// <param name="PeerFigure">The peer's figure.</param>
/// <param name="Ratio">Figure divided by the peer's.</param>
/// <param name="Ok">Whether the target is met; null without one.</param>
internal sealed record BenchmarkRow(
    string Area,
    string Name,
    string Unit,
    double Figure,
    double? Target,
    string? Peer,
    double? PeerFigure,
    double? Ratio,
    bool? Ok);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(IReadOnlyList<BenchmarkRow>))]
internal sealed partial class BenchmarkJson : JsonSerializerContext;
