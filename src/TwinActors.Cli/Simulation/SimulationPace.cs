namespace TwinActors.Cli.Simulation;

/// <summary>How fast simulated time goes; set by the control connection, read by the loops.</summary>
internal sealed class SimulationPace
{
    /// <summary>Slowest and fastest speed [simulated seconds per second].</summary>
    public const double Slowest = 0.1;

    /// <inheritdoc cref="Slowest"/>
    public const double Fastest = 100;

    private readonly Lock _gate = new();
    private State _state = new(IsPaused: false, Speed: 1, StepsAsked: 0, Version: 0);

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
            _state = _state with { IsPaused = isPaused, Version = _state.Version + 1 };
        }
    }

    /// <summary>Sets the speed.</summary>
    /// <param name="speed">Simulated seconds per second, <see cref="Slowest"/> to <see cref="Fastest"/>.</param>
    public void SetSpeed(double speed)
    {
        lock (_gate)
        {
            _state = _state with { Speed = Math.Clamp(speed, Slowest, Fastest), Version = _state.Version + 1 };
        }
    }

    /// <summary>Asks for one step of every robot while simulated time stands still.</summary>
    /// <returns>Whether it does.</returns>
    public bool TryStep()
    {
        lock (_gate)
        {
            _state = _state.IsPaused ? _state with { StepsAsked = _state.StepsAsked + 1 } : _state;
            return _state.IsPaused;
        }
    }

    /// <summary>A pace.</summary>
    /// <param name="IsPaused">Whether simulated time stands still.</param>
    /// <param name="Speed">Simulated seconds per second.</param>
    /// <param name="StepsAsked">Single steps asked for so far.</param>
    /// <param name="Version">Number of changes before.</param>
    internal sealed record State(bool IsPaused, double Speed, long StepsAsked, int Version);
}
