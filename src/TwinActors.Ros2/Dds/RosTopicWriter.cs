using TwinActors.Ros2.Native;

namespace TwinActors.Ros2.Dds;

/// <summary>What became of a write.</summary>
public enum RosWriteResult
{
    /// <summary>Handed to DDS; reliable readers will get it.</summary>
    Written,

    /// <summary>Reliable readers are too far behind and 100 ms did not help: not written. Try again later or drop
    /// it.</summary>
    Busy,

    /// <summary>The bytes do not fit the topic's type: not written.</summary>
    Malformed,
}

/// <summary>Writes one topic.</summary>
public sealed unsafe class RosTopicWriter : IDisposable
{
    private readonly DdsParticipants _participants;
    private readonly DdsParticipants.Participant _participant;
    private readonly DdsEntity _topic;
    private readonly DdsEntity _writer;
    private readonly nint _sertype;
    private int _isDisposed;

    internal RosTopicWriter(DdsParticipants participants, string ddsTopic, DdsTopicType type, RosQos qos)
    {
        _participants = participants;
        DdsTopic = ddsTopic;
        Qos = qos;
        _participant = participants.Reserve();
        try
        {
            _sertype = type.Sertype(_participant.Entity);
            _topic = type.CreateTopic(_participant.Entity, ddsTopic);
            using var native = DdsQos.Endpoint(qos, type.UserData);
            _writer = DdsEntity.Created(
                CycloneDds.dds_create_writer(_participant.Entity.Number, _topic.Number, native.Pointer, 0),
                $"Writing {ddsTopic}");
        }
        catch
        {
            _topic?.Dispose();
            participants.Release(_participant);
            throw;
        }
    }

    /// <summary>DDS topic name.</summary>
    public string DdsTopic { get; }

    /// <summary>Quality of service offered.</summary>
    public RosQos Qos { get; }

    /// <summary>Readers matched now, in this process or elsewhere.</summary>
    public int Subscribers
    {
        get
        {
            MatchedStatus status;
            DdsException.ThrowIfFailed(
                CycloneDds.dds_get_publication_matched_status(_writer.Number, &status),
                $"Asking for readers of {DdsTopic}");
            return (int)status.Current;
        }
    }

    /// <summary>Policy by which the newest unmatched reader refused us, or null when none ever did.</summary>
    public string? RefusedPolicy
    {
        get
        {
            IncompatibleQosStatus status;
            DdsException.ThrowIfFailed(
                CycloneDds.dds_get_offered_incompatible_qos_status(_writer.Number, &status),
                $"Asking for readers of {DdsTopic}");
            return DdsPolicies.Name(status.LastPolicy);
        }
    }

    /// <summary>Writes one sample.</summary>
    /// <param name="payload">CDR with encapsulation header; checked against the topic's type and copied.</param>
    /// <remarks>
    /// Safe from any thread. May wait up to 100 ms for slow reliable readers: write from a thread or actor that can
    /// wait.
    /// </remarks>
    /// <exception cref="DdsException">DDS refused for another reason than the bytes or slow readers.</exception>
    /// <exception cref="ObjectDisposedException">The writer is disposed.</exception>
    public RosWriteResult Write(ReadOnlySpan<byte> payload)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        nint sample;
        fixed (byte* start = payload)
        {
            var bytes = new IoVector { Start = start, Length = (nuint)payload.Length };
            // Cyclone reads the header before it checks that there is one.
            sample = payload.Length < Cdr.CdrReader.HeaderSize
                ? 0
                : CycloneDds.ddsi_serdata_from_ser_iov(_sertype, CycloneDds.DataKind, 1, &bytes, bytes.Length);
        }

        if (sample == 0)
        {
            return RosWriteResult.Malformed;
        }

        // The reference to the sample goes with the call, whatever comes of it.
        var result = CycloneDds.dds_writecdr(_writer.Number, sample);
        if (result == CycloneDds.Timeout)
        {
            return RosWriteResult.Busy;
        }

        DdsException.ThrowIfFailed(result, $"Writing {DdsTopic}");
        return RosWriteResult.Written;
    }

    /// <summary>Waits until every matched reliable reader has all that was written.</summary>
    /// <param name="patience">How long to wait at most; blocks the calling thread.</param>
    /// <returns>False when some had not by then.</returns>
    public bool WaitForAcknowledgments(TimeSpan patience)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        var result = CycloneDds.dds_wait_for_acks(_writer.Number, patience.Ticks * TimeSpan.NanosecondsPerTick);
        if (result == CycloneDds.Timeout)
        {
            return false;
        }

        DdsException.ThrowIfFailed(result, $"Waiting for readers of {DdsTopic}");
        return true;
    }

    /// <summary>Stops writing; history kept for late readers is gone with it.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        _writer.Dispose();
        _topic.Dispose();
        _participants.Release(_participant);
    }
}
