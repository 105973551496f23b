using TwinActors.Persistence.Journal;

namespace TwinActors.Benchmarks.Journal;

/// <summary>A kind of store that the rows of the area are measured on.</summary>
internal abstract class MeasuredStore : IAsyncDisposable
{
    /// <summary>Begins the names of its rows, as <c>sqlite</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether it can put many events into a row.</summary>
    public virtual bool Packs => false;

    /// <summary>Events per second that 1,000 event-sourced actors are to reach on it.</summary>
    public virtual double ActorsPerSecond => 70_000;

    /// <summary>Opens the journal; what was written before is there.</summary>
    public abstract IJournal Open(JournalOptions options);

    /// <summary>Drops all events; the journal is not open.</summary>
    public abstract Task ClearAsync();

    /// <summary>
    /// Writes rows like those of the load, into the journal's own tables and indexes, with statements alone: no actor,
    /// no journal, nobody who waits. What the store gives here is the most that our code could reach.
    /// </summary>
    /// <param name="batch">Rows of one commit.</param>
    /// <param name="time">How long.</param>
    /// <returns>Rows per second.</returns>
    public abstract Task<double> RawRateAsync(int batch, TimeSpan time);

    /// <summary>Processor time that the store has used outside of this process so far [s].</summary>
    public virtual double ServerCpuSeconds => 0;

    public abstract ValueTask DisposeAsync();
}
