using System.Collections.Immutable;
using System.Text.Json.Serialization;
using TwinActors.Kernel;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Naming;
using TwinActors.SimulationTests.Checking;

namespace TwinActors.SimulationTests.Lists;

/// <summary>What is asked of a list.</summary>
internal sealed record ListCommand(Verb Verb, ImmutableArray<long> Values);

/// <summary>A value was appended. Every value occurs once in a run: a log tells what it was made from.</summary>
internal sealed record ListEvent(long Value);

/// <summary>What the events add up to: their number, and a hash over their values in order.</summary>
internal sealed record ListState(long Count, ulong Hash)
{
    public static ListState Empty { get; } = new(0, 0);
}

/// <summary>What a reader sees.</summary>
internal sealed record ListReading(long Sequence, ListState State);

/// <summary>The pure half of a list, and its name in the journal.</summary>
internal static class ListEvents
{
    public static EventRegistry<ListEvent> Registry { get; } = new EventRegistryBuilder<ListEvent>()
        .Add("list.appended", ListJson.Default.ListEvent)
        .Build();

    public static EventRegistry<ListState> States { get; } = new EventRegistryBuilder<ListState>()
        .Add("list", ListJson.Default.ListState)
        .Build();

    public static Behavior<ListCommand, ListEvent, ListState, long> Behavior { get; } = new(
        ListState.Empty,
        static (_, command) => command.Verb switch
        {
            Verb.Add => new Decision<ListEvent>([.. command.Values.Select(value => new ListEvent(value))]),
            Verb.Refuse => Decision.Reject<ListEvent>("refused"),
            Verb.Nothing => Decision.Accept<ListEvent>(),
            _ => throw new PlannedFailureException("a decision"),
        },
        static (state, @event) => new ListState(state.Count + 1, HistoryChecker.Hash(state.Hash, @event.Value)),
        static (_, @event) => [@event.Value]);

    public static EntityKey KeyOf(string key) => new(0, "list", key);
}

/// <summary>A failure that belongs to the plan of the run.</summary>
internal sealed class PlannedFailureException(string where) : Exception($"The plan lets {where} fail.");

/// <summary>A message to a list.</summary>
internal abstract record ListMessage
{
    private ListMessage()
    {
    }

    /// <summary>A command of a client; numbers of one client grow.</summary>
    public sealed record Execute(
        ListCommand Command, Guid Id, int Client, long Number, ReplyTo<CommandOutcome> ReplyTo) : ListMessage;

    /// <summary>Show the state.</summary>
    public sealed record Read(ReplyTo<ListReading> ReplyTo) : ListMessage;

    /// <summary>Fail.</summary>
    public sealed record Explode : ListMessage;

    /// <summary>Put off what comes for a while.</summary>
    public sealed record Hold(TimeSpan Length) : ListMessage;

    /// <summary>The while is over.</summary>
    public sealed record Release : ListMessage;

    /// <summary>Decide something without being asked.</summary>
    public sealed record Tick : ListMessage;

    /// <summary>No message has come for a while.</summary>
    public sealed record Idle : ListMessage;
}

[JsonSerializable(typeof(ListEvent))]
[JsonSerializable(typeof(ListState))]
internal sealed partial class ListJson : JsonSerializerContext;
