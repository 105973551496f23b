using TwinActors.Ros2.Native;

namespace TwinActors.Ros2.Dds;

/// <summary>The participants of one domain: a further one is opened when the others are full.</summary>
internal sealed class DdsParticipants(uint domain, int endpointsPerParticipant) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Participant> _participants = [];

    /// <summary>One participant and how many endpoints it holds.</summary>
    internal sealed class Participant(DdsEntity entity, Guid guid)
    {
        public DdsEntity Entity => entity;

        /// <summary>First 16 bytes of what peers see as the sender's identity.</summary>
        public Guid Guid => guid;

        public int Endpoints { get; set; }
    }

    /// <summary>Room for one endpoint.</summary>
    /// <exception cref="DdsException">Another participant was needed and could not be opened.</exception>
    public Participant Reserve()
    {
        lock (_lock)
        {
            var free = _participants.Find(participant => participant.Endpoints < endpointsPerParticipant) ?? Open();
            free.Endpoints++;
            return free;
        }
    }

    /// <summary>Gives back what <see cref="Reserve"/> gave.</summary>
    public void Release(Participant participant)
    {
        lock (_lock)
        {
            participant.Endpoints--;
        }
    }

    /// <summary>Whether a participant is one of ours.</summary>
    public bool Has(Guid participant)
    {
        lock (_lock)
        {
            return _participants.Exists(ours => ours.Guid == participant);
        }
    }

    /// <summary>How many are open.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _participants.Count;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_lock)
        {
            _participants.ForEach(participant => participant.Entity.Dispose());
        }
    }

    private unsafe Participant Open()
    {
        using var qos = DdsQos.Participant();
        var entity = DdsEntity.Created(
            CycloneDds.dds_create_participant(domain, qos.Pointer, 0), $"Joining DDS domain {domain}");
        var guid = default(Guid);
        DdsException.ThrowIfFailed(CycloneDds.dds_get_guid(entity.Number, (byte*)&guid), "Reading a participant's id");
        var opened = new Participant(entity, guid);
        _participants.Add(opened);
        return opened;
    }
}
