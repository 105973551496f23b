using System.Globalization;

namespace TwinActors.Benchmarks.Ros2;

/// <summary>Robots whose joint states are published by a few processes. Their motion is generated.</summary>
internal sealed class PublishedFleet : IAsyncDisposable
{
    private readonly List<Started> _processes = [];

    /// <summary>Starts the processes, one for each prefix.</summary>
    /// <param name="domain">ROS domain.</param>
    /// <param name="robots">Robots in all.</param>
    /// <param name="joints">Joints of each.</param>
    /// <param name="hz">Joint states a second of each [Hz].</param>
    /// <param name="prefixes">What the robots' names begin with; each gets an equal share of them.</param>
    public PublishedFleet(int domain, int robots, int joints, double hz, params IReadOnlyList<string> prefixes)
    {
        foreach (var prefix in prefixes)
        {
            _processes.Add(Started.Run(
                "TwinActors.Cli", "twin", new Dictionary<string, string>(),
                "sim", "run", "--robots", (robots / prefixes.Count).ToString(CultureInfo.InvariantCulture),
                "--prefix", prefix,
                "--joints", joints.ToString(CultureInfo.InvariantCulture),
                "--rate", hz.ToString(CultureInfo.InvariantCulture),
                "--domain", domain.ToString(CultureInfo.InvariantCulture)));
        }
    }

    /// <summary>Names of the robots.</summary>
    public static IReadOnlyList<string> Ids(int robots, params IReadOnlyList<string> prefixes) =>
        [.. prefixes.SelectMany(prefix =>
            Enumerable.Range(1, robots / prefixes.Count).Select(i => $"{prefix}{i}"))];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            await process.DisposeAsync();
        }
    }
}
