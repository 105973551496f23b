using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using TwinActors.Kernel.EventSourcing;
using TwinActors.Persistence.Journal;
using TwinActors.Persistence.Naming;

namespace TwinActors.Persistence.Snapshots;

/// <summary>
/// The journal's snapshots as event-sourced actors see them: one family of states, by name and version.
/// </summary>
/// <typeparam name="TState">The family.</typeparam>
/// <param name="journal">Where the snapshots are; stays open.</param>
/// <param name="names">Names of the states, with upcasters as events have them.</param>
public sealed class JournalSnapshots<TState>(IJournal journal, EventRegistry<TState> names) : ISnapshotLog<TState>
    where TState : class
{
    /// <inheritdoc/>
    public async ValueTask<EntitySnapshot<TState>?> ReadAsync(
        EntityKey entity, long atMost, CancellationToken cancellationToken) =>
        await journal.ReadSnapshotAsync(entity, atMost, cancellationToken).ConfigureAwait(false) is { } stored
            ? Read(stored) with { Entity = entity }
            : null;

    /// <inheritdoc/>
    public ValueTask SaveAsync(EntitySnapshot<TState> snapshot, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        var state = names.Write(snapshot.State);
        return journal.SaveSnapshotAsync(
            new NewSnapshot
            {
                Entity = snapshot.Entity,
                Epoch = snapshot.Epoch,
                Sequence = snapshot.Sequence,
                Name = state.Name,
                Codec = SnapshotCodec.Json,
                AtNs = (snapshot.At - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick,
                Body = Body(state.Body.Span, snapshot.Commands),
            },
            cancellationToken);
    }

    /// <summary>Understands a snapshot of the journal.</summary>
    /// <param name="stored">The snapshot as the journal holds it.</param>
    /// <exception cref="UnusableSnapshotException">It is damaged, of a newer program or of an unknown kind.</exception>
    public EntitySnapshot<TState> Read(StoredSnapshot stored)
    {
        ArgumentNullException.ThrowIfNull(stored);
        if (!stored.IsIntact)
        {
            throw Unusable(stored, "its checksum does not fit; it is damaged.");
        }

        if (stored.Codec != SnapshotCodec.Json)
        {
            throw Unusable(stored, $"its codec is {stored.Codec}, this program knows {SnapshotCodec.Json}.");
        }

        try
        {
            var body = JsonSerializer.Deserialize(stored.Body.Span, SnapshotJson.Default.SnapshotBody)
                ?? throw new JsonException("The body is null.");
            return new EntitySnapshot<TState>(
                stored.Entity,
                stored.Sequence,
                stored.Epoch,
                DateTimeOffset.UnixEpoch + TimeSpan.FromTicks(stored.AtNs / TimeSpan.NanosecondsPerTick),
                names.Read(stored.Name, JsonMarshal.GetRawUtf8Value(body.State)),
                body.Commands);
        }
        catch (Exception error) when (error is JsonException or FormatException)
        {
            throw Unusable(stored, $"it is a {stored.Name}, {error.Message}", error);
        }
    }

    private static byte[] Body(ReadOnlySpan<byte> state, ImmutableArray<RememberedCommand> commands)
    {
        var buffer = new ArrayBufferWriter<byte>(state.Length + (commands.Length * 100) + 32);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WritePropertyName("state");
            json.WriteRawValue(state, skipInputValidation: true);
            json.WritePropertyName("commands");
            JsonSerializer.Serialize(json, commands, SnapshotJson.Default.ImmutableArrayRememberedCommand);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static UnusableSnapshotException Unusable(
        StoredSnapshot stored, string problem, Exception? cause = null) =>
        new(stored.Entity, stored.Sequence, problem, cause);
}

/// <summary>Body of a snapshot in codec <see cref="SnapshotCodec.Json"/>.</summary>
/// <param name="State">The state, in the JSON of its name and version.</param>
/// <param name="Commands">The commands that the entity remembers, the oldest first.</param>
internal sealed record SnapshotBody(JsonElement State, ImmutableArray<RememberedCommand> Commands);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SnapshotBody))]
[JsonSerializable(typeof(ImmutableArray<RememberedCommand>))]
internal sealed partial class SnapshotJson : JsonSerializerContext;
