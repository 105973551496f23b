using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Snapshots;
using TwinActors.Twins.RobotTwin;

namespace TwinActors.Actors.Journal;

/// <summary>
/// Reads what the journal has of a robot, beside its twin: to look back, and to check that all is there.
/// </summary>
/// <param name="journal">The journal.</param>
public sealed class RobotHistory(IJournal journal)
{
    private readonly JournalSnapshots<RobotTwinState> _snapshots = new(journal, RobotTwinStates.Registry);

    /// <summary>Snapshots of a robot, the newest first, damaged ones too.</summary>
    public async Task<ImmutableArray<StoredSnapshot>> SnapshotsAsync(EntityKey robot, CancellationToken stopping)
    {
        var found = ImmutableArray.CreateBuilder<StoredSnapshot>();
        var atMost = long.MaxValue;
        while (await journal.ReadSnapshotAsync(robot, atMost, stopping).ConfigureAwait(false) is { } stored)
        {
            found.Add(stored);
            atMost = stored.Sequence - 1;
        }

        return found.DrainToImmutable();
    }

    /// <summary>Rebuilds the state of a robot from its events.</summary>
    /// <param name="robot">The robot.</param>
    /// <param name="to">Sequence of the last event in it; a stream that ends before gives its last state.</param>
    /// <param name="stopping">Ends the reading.</param>
    /// <exception cref="UnreadableEventException">An event is missing or cannot be understood.</exception>
    public Task<RebuiltState> ReplayAsync(EntityKey robot, long to, CancellationToken stopping) =>
        ReplayAsync(robot, to, [], static (_, _) => { }, stopping);

    /// <summary>
    /// Checks the stream of a robot: no gap, every event understood, checksums of snapshots, two replays and each
    /// snapshot the same to the byte.
    /// </summary>
    /// <param name="robot">The robot.</param>
    /// <param name="stopping">Ends the reading.</param>
    public async Task<StreamVerification> VerifyAsync(EntityKey robot, CancellationToken stopping)
    {
        var problems = ImmutableArray.CreateBuilder<string>();
        var stored = await SnapshotsAsync(robot, stopping).ConfigureAwait(false);
        var snapshots = Usable(stored, problems);
        var end = await journal.ReadHeadAsync(robot, stopping).ConfigureAwait(false);
        try
        {
            var first = await ReplayAsync(robot, end.Sequence, snapshots, Compare, stopping).ConfigureAwait(false);
            var second = await ReplayAsync(robot, end.Sequence, snapshots, static (_, _) => { }, stopping)
                .ConfigureAwait(false);
            if (first.Sequence != end.Sequence)
            {
                problems.Add($"The stream ends at event {first.Sequence}; its head says {end.Sequence}.");
            }

            if (first.Hash != second.Hash)
            {
                problems.Add($"Two replays give different states: {first.Hash} and {second.Hash}.");
            }

            return new StreamVerification(robot, first.Sequence, stored.Length, first.Hash, problems.ToImmutable());
        }
        catch (UnreadableEventException unreadable)
        {
            problems.Add(unreadable.Message);
            return new StreamVerification(robot, end.Sequence, stored.Length, Hash: null, problems.ToImmutable());
        }

        void Compare(long sequence, RobotTwinState state)
        {
            if (snapshots.Find(snapshot => snapshot.Sequence == sequence) is { } snapshot
                && Hash(snapshot.State) != Hash(state))
            {
                problems.Add($"The snapshot at event {sequence} is not what the events up to it add up to.");
            }
        }
    }

    private List<EntitySnapshot<RobotTwinState>> Usable(
        ImmutableArray<StoredSnapshot> stored, ImmutableArray<string>.Builder problems)
    {
        var usable = new List<EntitySnapshot<RobotTwinState>>();
        foreach (var snapshot in stored)
        {
            try
            {
                usable.Add(_snapshots.Read(snapshot));
            }
            catch (UnusableSnapshotException unusable)
            {
                problems.Add(unusable.Message);
            }
        }

        return usable;
    }

    private async Task<RebuiltState> ReplayAsync(
        EntityKey robot,
        long to,
        List<EntitySnapshot<RobotTwinState>> snapshots,
        Action<long, RobotTwinState> seen,
        CancellationToken stopping)
    {
        var (state, sequence) = (RobotTwin.Initial, 0L);
        await foreach (var stored in journal.ReadStreamAsync(robot, 0, stopping).ConfigureAwait(false))
        {
            if (stored.Sequence > to)
            {
                break;
            }

            if (stored.Sequence != sequence + 1)
            {
                // The first events may have been deleted: behind snapshots only.
                var behind = sequence > 0
                    ? null
                    : await BehindAsync(robot, stored.Sequence - 1, to, snapshots, stopping).ConfigureAwait(false);
                (state, sequence) = behind is null
                    ? throw new UnreadableEventException(
                        robot, sequence + 1, $"it is not there; the next one is number {stored.Sequence}.")
                    : (behind.State, behind.Sequence);
            }

            if (stored.Sequence > sequence)
            {
                state = RobotTwin.Evolve(state, RobotTwinEvents.Registry.Read(stored));
                sequence = stored.Sequence;
                seen(sequence, state);
            }
        }

        return new RebuiltState(sequence, RobotTwinStates.Registry.Write(state), Hash(state));
    }

    // The oldest snapshot that contains the deleted events: the more events are replayed, the more is checked.
    private async Task<EntitySnapshot<RobotTwinState>?> BehindAsync(
        EntityKey robot,
        long least,
        long most,
        List<EntitySnapshot<RobotTwinState>> snapshots,
        CancellationToken stopping)
    {
        if (snapshots.Count == 0)
        {
            snapshots = Usable(
                await SnapshotsAsync(robot, stopping).ConfigureAwait(false), ImmutableArray.CreateBuilder<string>());
        }

        return snapshots.FindLast(snapshot => snapshot.Sequence >= least && snapshot.Sequence <= most);
    }

    private static string Hash(RobotTwinState state)
    {
        var written = RobotTwinStates.Registry.Write(state);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(written.Name.ToString()));
        hash.AppendData(written.Body.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>A state that was rebuilt from events.</summary>
/// <param name="Sequence">Number of the last event in it; 0 when there is none.</param>
/// <param name="State">Its name and JSON, as a snapshot holds them.</param>
/// <param name="Hash">SHA-256 of both, in hexadecimal digits.</param>
public sealed record RebuiltState(long Sequence, NewEvent State, string Hash);

/// <summary>What a check of a robot's stream found.</summary>
/// <param name="Robot">The robot.</param>
/// <param name="LastSequence">Number of its last event.</param>
/// <param name="Snapshots">Number of its snapshots.</param>
/// <param name="Hash">Hash of its state; <see langword="null"/> when it cannot be rebuilt.</param>
/// <param name="Problems">What is wrong, for people; empty when all is well.</param>
public sealed record StreamVerification(
    EntityKey Robot, long LastSequence, int Snapshots, string? Hash, ImmutableArray<string> Problems);
