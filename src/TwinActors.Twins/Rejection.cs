using System.Collections.Immutable;

namespace TwinActors.Twins;

/// <summary>Why a command is refused, in a word that programs can act on.</summary>
public enum RejectionKind
{
    /// <summary>The command is not possible in the twin's state.</summary>
    Conflict,

    /// <summary>The twin does not exist.</summary>
    Unknown,

    /// <summary>The twin was removed; only its history is left.</summary>
    Removed,

    /// <summary>A value of the command is not allowed.</summary>
    Invalid,

    /// <summary>The journal did not take the events: nothing was written or changed.</summary>
    NotWritten,

    /// <summary>The events may have been written or not: ask again with the same command id.</summary>
    OutcomeUnknown,

    /// <summary>The twin does not answer in time: it is recovering, or cannot.</summary>
    Unavailable,
}

/// <summary>A command that was refused; nothing was written.</summary>
/// <param name="Kind">Why, for programs.</param>
/// <param name="Message">What, where, and the way out, for people.</param>
public sealed record Rejection(RejectionKind Kind, string Message);

/// <summary>What a command leads to: events, or a refusal.</summary>
/// <typeparam name="TEvent">Family of events of the twin.</typeparam>
/// <param name="Events">Facts to be journaled, in order; empty when nothing changes or the command is refused.</param>
/// <param name="Rejection">Why the command is refused; <see langword="null"/> when it is not.</param>
public readonly record struct Decision<TEvent>(
    ImmutableArray<TEvent> Events, Rejection? Rejection)
{
    /// <summary>The command is accepted and leads to one event.</summary>
    public static implicit operator Decision<TEvent>(TEvent @event) => new([@event], null);

    /// <summary>The command is refused.</summary>
    public static implicit operator Decision<TEvent>(Rejection rejection) => new([], rejection);
}
