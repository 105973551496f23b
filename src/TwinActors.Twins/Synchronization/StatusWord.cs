// Hot path: once per tick. Allocates nothing after construction.
namespace TwinActors.Twins.Synchronization;

/// <summary>Turns errors into a status word that does not flicker.</summary>
internal sealed class StatusWord(SyncOptions options)
{
    private readonly double[] _errors = new double[options.StatusWindow];
    private int _count;
    private SyncStatus _candidate;
    private int _held;
    private int _inTolerance;

    /// <summary>The word shown.</summary>
    public SyncStatus Shown { get; private set; }

    /// <summary>Whether the twin has been in tolerance for the ticks of the hysteresis.</summary>
    public bool IsSynchronized => _inTolerance >= options.HysteresisTicks;

    /// <summary>Takes in the error of one compared sample.</summary>
    public void Observe(double error)
    {
        _errors[_count % _errors.Length] = error;
        _count++;
    }

    /// <summary>Ends a tick.</summary>
    /// <param name="isFresh">Whether the newest sample is fresh.</param>
    /// <param name="isTimely">Whether it is within the time tolerance too.</param>
    public void Tick(bool isFresh, bool isTimely)
    {
        var word = isFresh ? Word() : SyncStatus.Disconnected;
        if (!isTimely && word > SyncStatus.Warning)
        {
            word = SyncStatus.Warning;
        }

        _inTolerance = word >= SyncStatus.Good ? Math.Min(_inTolerance + 1, options.HysteresisTicks) : 0;
        _held = word == _candidate ? _held + 1 : 1;
        _candidate = word;
        // Silence is not an opinion to be held for a while: a twin that hears nothing is not shown as in step.
        if (word != Shown && (!isFresh || _held >= options.HysteresisTicks))
        {
            Shown = word;
        }
    }

    private SyncStatus Word()
    {
        if (_count == 0)
        {
            return SyncStatus.Disconnected;
        }

        var known = Math.Min(_count, _errors.Length);
        var sum = 0.0;
        for (var i = 0; i < known; i++)
        {
            sum += _errors[i];
        }

        var share = sum / known / options.StateTolerance;
        return share < 0.2 ? SyncStatus.Excellent
            : share < 1 ? SyncStatus.Good
            : share < 2 ? SyncStatus.Warning
            : SyncStatus.Poor;
    }
}
