using System.Collections.Immutable;
using TwinActors.Kernel.EventSourcing;

namespace TwinActors.SimulationTests.Checking;

/// <summary>What was seen of one run, for the checker. Written down by whoever saw it, never interpreted.</summary>
internal sealed class History
{
    /// <summary>The commands of all clients.</summary>
    public List<Operation> Operations { get; } = [];

    /// <summary>What entities told of commands, in the order in which they did.</summary>
    public List<Told> Told { get; } = [];

    /// <summary>Every event in the store, in the order of their commits.</summary>
    public List<Committed> Log { get; } = [];

    /// <summary>Every beginning of an epoch.</summary>
    public List<EpochBegan> Epochs { get; } = [];

    /// <summary>Events as entities announced them.</summary>
    public List<Announced> Announced { get; } = [];

    /// <summary>Effects that were performed.</summary>
    public List<Performed> Performed { get; } = [];

    /// <summary>States that entities showed to readers.</summary>
    public List<Shown> Shown { get; } = [];

    /// <summary>Commands as they came to entities.</summary>
    public List<Arrived> Arrived { get; } = [];

    /// <summary>Entities in memory beside their log, at instants when they have nothing under way.</summary>
    public List<Remembered> Remembered { get; } = [];

    /// <summary>What each node that lived to the end did with its messages.</summary>
    public List<MessageBalance> Balances { get; } = [];

    /// <summary>Head of each shard at the end, as the store says.</summary>
    public SortedDictionary<int, long> Heads { get; } = [];

    /// <summary>What must never happen, and did: unexpected failures of actors.</summary>
    public List<string> Accidents { get; } = [];

    /// <summary>Whether entities remember every command id; one that does not may refuse a resend for now.</summary>
    public bool RemembersAll { get; set; } = true;

    /// <summary>Whether nothing could go wrong, so that every command must have succeeded at once.</summary>
    public bool IsQuiet { get; set; }
}

/// <summary>What a client wants of an entity.</summary>
internal enum Verb
{
    /// <summary>Events that are written.</summary>
    Add,

    /// <summary>Something that the entity refuses.</summary>
    Refuse,

    /// <summary>Something that changes nothing.</summary>
    Nothing,

    /// <summary>Something that breaks the entity's decision.</summary>
    Explode,
}

/// <summary>What a client knows about its command at the end.</summary>
internal enum Knowledge
{
    /// <summary>Under way, or nobody can tell.</summary>
    Unknown,

    /// <summary>It was accepted.</summary>
    Accepted,

    /// <summary>Whoever was asked said that it was not carried out.</summary>
    Failed,
}

/// <summary>One command of a client, with all its resends.</summary>
internal sealed record Operation(Guid Id, int Client, string Entity, Verb Verb, ImmutableArray<long> Values)
{
    /// <summary>What the client knows.</summary>
    public Knowledge Knowledge { get; set; }

    /// <summary>Whether the client stopped asking while it did not know.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>The client's answer.</summary>
    public CommandOutcome.Accepted? Answer { get; set; }

    /// <summary>When the client got it.</summary>
    public TimeSpan AnsweredAt { get; set; }
}

/// <summary>What an entity told of a command.</summary>
/// <param name="Step">When.</param>
/// <param name="Id">The command.</param>
/// <param name="Entity">The entity.</param>
/// <param name="Outcome">What it told.</param>
/// <param name="ByOwner">Whether its node owned the shard just then.</param>
internal sealed record Told(long Step, Guid Id, string Entity, CommandOutcome Outcome, bool ByOwner);

/// <summary>One event in the store.</summary>
/// <param name="Step">When it was committed.</param>
/// <param name="Writer">Incarnation whose statement wrote it.</param>
/// <param name="Entity">Key of its entity.</param>
/// <param name="Sequence">Its number in the entity.</param>
/// <param name="Position">Its place.</param>
/// <param name="Epoch">Epoch that it was written under.</param>
/// <param name="Command">Its command.</param>
/// <param name="Value">What it says.</param>
internal sealed record Committed(
    long Step, long Writer, string Entity, long Sequence, JournalPosition Position, long Epoch, Guid? Command,
    long Value);

/// <summary>A shard got a new epoch.</summary>
internal sealed record EpochBegan(int Shard, long Epoch, long Owner);

/// <summary>An event as its entity announced it.</summary>
internal sealed record Announced(
    long Step, string Entity, long Sequence, JournalPosition Position, long Epoch, Guid? Command, long Value);

/// <summary>An effect of the event that says <paramref name="Value"/>.</summary>
internal sealed record Performed(long Step, string Entity, long Value);

/// <summary>What a reader got to see: number of events, and a hash over their values.</summary>
internal sealed record Shown(long Step, string Entity, long Sequence, ulong Hash);

/// <summary>A command came to an entity; numbers of one sender grow.</summary>
internal sealed record Arrived(int Node, int Client, string Entity, long Number);

/// <summary>An entity with nothing under way, in memory and in the store.</summary>
internal sealed record Remembered(
    long Step, string Entity, long Sequence, ulong Hash, long Stored, string Occasion);

/// <summary>Messages and asks of one node.</summary>
/// <param name="Node">The node.</param>
/// <param name="Sent">Messages for entities.</param>
/// <param name="Handled">Those that an entity began to handle.</param>
/// <param name="Refused">Those that were turned away.</param>
/// <param name="Dead">Those that were counted as dead letters.</param>
/// <param name="Waiting">Those that wait still, for an entity that cannot recover.</param>
/// <param name="MayDie">Whether lists may have been ended with messages before them.</param>
/// <param name="Asked">Questions asked.</param>
/// <param name="Answered">Questions that were answered or passed their deadline.</param>
internal sealed record MessageBalance(
    string Node, long Sent, long Handled, long Refused, long Dead, long Waiting, bool MayDie, long Asked,
    long Answered);
