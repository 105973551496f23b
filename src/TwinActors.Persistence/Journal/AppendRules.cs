namespace TwinActors.Persistence.Journal;

/// <summary>Rules that every store holds before it does any work.</summary>
internal static class AppendRules
{
    private const int MaximumPage = 10_000;

    /// <summary>Why a request is turned away; absent when it is in order.</summary>
    /// <param name="request">The request.</param>
    /// <param name="options">Limits.</param>
    /// <param name="bytes">Bytes of all event bodies.</param>
    public static AppendOutcome.Rejected? Check(AppendRequest request, JournalOptions options, out int bytes)
    {
        bytes = 0;
        if (EntityKeys.Problem(request.Entity) is { } problem)
        {
            return Invalid(problem);
        }

        if (request.Events.Count == 0)
        {
            return Invalid($"The append to {request.Entity} has no events.");
        }

        if (request.ExpectedSequence < 0)
        {
            return Invalid(
                $"The append to {request.Entity} expects sequence {request.ExpectedSequence}; 0 is the lowest.");
        }

        if (request.Events.Count > options.MaximumBatchEvents)
        {
            return Oversize(
                $"The append to {request.Entity} has {request.Events.Count} events; "
                + $"at most {options.MaximumBatchEvents} are written at once.");
        }

        var total = 0L;
        foreach (var @event in request.Events)
        {
            if (string.IsNullOrEmpty(@event.Name.Name) || @event.Name.Version < 1
                || !EntityKeys.IsStorable(@event.Name.Name))
            {
                return Invalid(
                    $"An event for {request.Entity} has no name, one with a zero or half a character, or a version "
                    + "below 1.");
            }

            total += @event.Body.Length;
        }

        if (total > options.MaximumAppendBytes)
        {
            return Oversize(
                $"The append to {request.Entity} has {total} bytes; at most {options.MaximumAppendBytes} are written "
                + "at once. Put big contents into a recording or a file and let the event refer to it.");
        }

        bytes = (int)total;
        return null;
    }

    /// <summary>Throws when a page is asked for that no store gives.</summary>
    public static void CheckLimit(Checkpoint after, int limit)
    {
        ArgumentNullException.ThrowIfNull(after);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MaximumPage);
    }

    private static AppendOutcome.Rejected Invalid(string message) => new(RejectionReason.Invalid, message);

    private static AppendOutcome.Rejected Oversize(string message) => new(RejectionReason.Oversize, message);
}
