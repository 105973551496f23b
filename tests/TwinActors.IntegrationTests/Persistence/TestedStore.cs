using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Postgres;
using TwinActors.Persistence.Sqlite;

namespace TwinActors.IntegrationTests.Persistence;

/// <summary>A durable store that a second process can open too: it is told by a text.</summary>
internal abstract record TestedStore
{
    /// <summary>Reads the text of a store.</summary>
    public static TestedStore Parse(string text) => text.Split(' ', 2) switch
    {
        ["sqlite", var path] => new Sqlite(path),
        ["postgres", var connection] => new Postgres(connection),
        _ => throw new ArgumentException($"'{text}' is no store.", nameof(text)),
    };

    /// <summary>Opens the journal; what was written before is there.</summary>
    public abstract IJournal Open(JournalOptions options);

    /// <summary>A file of SQLite.</summary>
    public sealed record Sqlite(string Path) : TestedStore
    {
        public override IJournal Open(JournalOptions options) => SqliteJournal.Open(Path, options);

        public override string ToString() => $"sqlite {Path}";
    }

    /// <summary>A database of PostgreSQL.</summary>
    public sealed record Postgres(string Connection) : TestedStore
    {
        public override IJournal Open(JournalOptions options) => PostgresJournal.Open(Connection, options);

        public override string ToString() => $"postgres {Connection}";
    }
}
