namespace TwinActors.Cli.Simulation;

/// <summary>How fast simulated time goes; set by the control connection, read by the loops.</summary>
internal sealed class SimulationPace
{
    /// <summary>Slowest and fastest speed [simulated seconds per second].</summary>
    public const double Slowest = 0.1;

    /// <inheritdoc cref="Slowest"/>
    public const double Fastest = 100;

    private readonly Lock _gate = new();
    private State _state = new(IsPaused: false, Speed: 1, Version: 0);

    /// <summary>The pace now; its version changes with every change.</summary>
    public State Current
    {
        get
        {
            lock (_gate)
            {
                return _state;
            }
        }
    }

    /// <summary>Stops simulated time, or lets it go on.</summary>
    public void SetPaused(bool isPaused)
    {
        lock (_gate)
        {
            _state = new State(isPaused, _state.Speed, _state.Version + 1);
        }
    }

    /// <summary>Sets the speed.</summary>
    /// <param name="speed">Simulated seconds per second, <see cref="Slowest"/> to <see cref="Fastest"/>.</param>
    public void SetSpeed(double speed)
    {
        lock (_gate)
        {
            _state = new State(_state.IsPaused, Math.Clamp(speed, Slowest, Fastest), _state.Version + 1);
        }
    }

    /// <summary>A pace.</summary>
    /// <param name="IsPaused">Whether simulated time stands still.</param>
    /// <param name="Speed">Simulated seconds per second.</param>
    /// <param name="Version">Number of changes before.</param>
    internal sealed record State(bool IsPaused, double Speed, int Version);
}
