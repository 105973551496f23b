// Hot path: runs for every sample on Cyclone's receive threads. It allocates nothing, never blocks and never throws.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TwinActors.Ros2.Native;

namespace TwinActors.Ros2.Dds;

/// <summary>What DDS says about a sample.</summary>
/// <param name="SourceNs">When it was written, on the writer's clock [ns since the UNIX epoch].</param>
/// <param name="Publication">Which writer wrote it; the same number for the same writer.</param>
public readonly record struct RosSampleOrigin(long SourceNs, ulong Publication);

/// <summary>Takes in one sample.</summary>
/// <param name="payload">CDR with encapsulation header, in this machine's byte order; valid during the call
/// only.</param>
/// <param name="origin">What DDS says about it.</param>
/// <remarks>
/// Called on a DDS receive thread, one call at a time per reader. It must not block, and must not make or dispose
/// readers and writers: while it runs, no sample of any robot is received.
/// </remarks>
public delegate void RosSampleHandler(ReadOnlySpan<byte> payload, in RosSampleOrigin origin);

/// <summary>Reads one topic and hands every sample to a handler.</summary>
public sealed unsafe class RosTopicReader : IDisposable
{
    /// <summary>Samples taken with one call: amortizes the call, and its arrays fit on the stack, where they are in
    /// the cache; arrays of its own would have left it since the reader's sample before.</summary>
    private const int Batch = 16;

    private readonly DdsParticipants _participants;
    private readonly DdsParticipants.Participant _participant;
    private readonly RosSampleHandler _handler;
    private readonly Action? _onStatus;
    private readonly DdsEntity _topic;
    private readonly DdsEntity _reader;
    private GCHandle<RosTopicReader> _self;
    private int _number;
    private int _requests;
    private long _received;
    private long _endings;
    private long _handlerFailures;
    private string? _newestFailure;
    private int _publishers;
    private long _lost;
    private uint _refusedPolicy;
    private int _isDisposed;

    internal RosTopicReader(
        DdsParticipants participants,
        string ddsTopic,
        DdsTopicType type,
        RosQos qos,
        RosSampleHandler handler,
        Action? onStatus)
    {
        _participants = participants;
        _handler = handler;
        _onStatus = onStatus;
        DdsTopic = ddsTopic;
        Qos = qos;
        _participant = participants.Reserve();
        _self = new GCHandle<RosTopicReader>(this);
        try
        {
            _topic = type.CreateTopic(_participant.Entity, ddsTopic);
            _reader = Create(type);
        }
        catch
        {
            _topic?.Dispose();
            Free();
            throw;
        }

        // Samples may have come before the handle was known, and their callback found no number to take from.
        Volatile.Write(ref _number, _reader.Number);
        Drain();
    }

    /// <summary>DDS topic name.</summary>
    public string DdsTopic { get; }

    /// <summary>Quality of service asked for.</summary>
    public RosQos Qos { get; }

    /// <summary>Samples handed to the handler.</summary>
    public long Received => Volatile.Read(ref _received);

    /// <summary>Times that DDS said the last writer of the topic is gone.</summary>
    public long Endings => Volatile.Read(ref _endings);

    /// <summary>Samples whose handler threw; it should never.</summary>
    public long HandlerFailures => Volatile.Read(ref _handlerFailures);

    /// <summary>What the handler threw last, or null.</summary>
    public string? NewestFailure => Volatile.Read(ref _newestFailure);

    /// <summary>Writers matched now.</summary>
    public int Publishers => Volatile.Read(ref _publishers);

    /// <summary>Samples that DDS knows were sent and did not come.</summary>
    public long Lost => Volatile.Read(ref _lost);

    /// <summary>Policy by which the newest unmatched writer was refused, or null when none ever was.</summary>
    public string? RefusedPolicy => DdsPolicies.Name(Volatile.Read(ref _refusedPolicy));

    /// <summary>Stops reading. When it returns, the handler is not running and will not run again.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return;
        }

        // Deleting waits for running callbacks; only then may what they use go.
        _reader.Dispose();
        _topic.Dispose();
        Free();
    }

    private DdsEntity Create(DdsTopicType type)
    {
        using var qos = DdsQos.Endpoint(Qos, type.UserData);
        // The listener must be there from the start: one set later is not called for samples that came before.
        var listener = CycloneDds.dds_create_listener(GCHandle<RosTopicReader>.ToIntPtr(_self));
        try
        {
            CycloneDds.dds_lset_data_available(listener, &OnData);
            CycloneDds.dds_lset_subscription_matched(listener, &OnMatched);
            CycloneDds.dds_lset_requested_incompatible_qos(listener, &OnIncompatible);
            CycloneDds.dds_lset_sample_lost(listener, &OnLost);
            return DdsEntity.Created(
                CycloneDds.dds_create_reader(_participant.Entity.Number, _topic.Number, qos.Pointer, listener),
                $"Reading {DdsTopic}");
        }
        finally
        {
            CycloneDds.dds_delete_listener(listener);
        }
    }

    private void Free()
    {
        _participants.Release(_participant);
        _self.Dispose();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnData(int reader, nint self) => Of(self).Drain();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMatched(int reader, MatchedStatus status, nint self)
    {
        var ours = Of(self);
        Volatile.Write(ref ours._publishers, (int)status.Current);
        ours.SignalStatus();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnIncompatible(int reader, IncompatibleQosStatus status, nint self)
    {
        var ours = Of(self);
        Volatile.Write(ref ours._refusedPolicy, status.LastPolicy);
        ours.SignalStatus();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLost(int reader, SampleLostStatus status, nint self)
    {
        var ours = Of(self);
        Volatile.Write(ref ours._lost, status.Total);
        ours.SignalStatus();
    }

    // The handle outlives the reader entity, and so every callback.
    private static RosTopicReader Of(nint self) => GCHandle<RosTopicReader>.FromIntPtr(self).Target;

    private void SignalStatus()
    {
        try
        {
            _onStatus?.Invoke();
        }
        catch (Exception failure)
        {
            Note(failure);
        }
    }

    // Callbacks come one at a time, but the first drain runs on the thread that made the reader. Whoever finds another
    // one draining leaves a request behind instead of waiting: the handler is never entered twice, nothing is
    // forgotten.
    private void Drain()
    {
        var reader = Volatile.Read(ref _number);
        if (reader == 0 || Interlocked.Increment(ref _requests) != 1)
        {
            return;
        }

        int served;
        do
        {
            served = Volatile.Read(ref _requests);
            while (Take(reader) == Batch)
            {
            }
        }
        while (Interlocked.Add(ref _requests, -served) != 0);
    }

    [SkipLocalsInit]
    private int Take(int reader)
    {
        var samples = stackalloc nint[Batch];
        var infos = stackalloc SampleInfoStruct[Batch];
        var taken = CycloneDds.dds_takecdr(reader, samples, Batch, infos, CycloneDds.AnyState);
        for (var i = 0; i < taken; i++)
        {
            if (infos[i].ValidData != 0)
            {
                Deliver(samples[i], in infos[i]);
            }
            else
            {
                Interlocked.Increment(ref _endings);
            }

            CycloneDds.ddsi_serdata_unref(samples[i]);
        }

        return taken;
    }

    private void Deliver(nint sample, ref readonly SampleInfoStruct info)
    {
        IoVector bytes;
        CycloneDds.ddsi_serdata_to_ser_ref(sample, 0, CycloneDds.ddsi_serdata_size(sample), &bytes);
        try
        {
            var origin = new RosSampleOrigin(info.SourceTimestamp, info.PublicationHandle);
            _handler(new ReadOnlySpan<byte>(bytes.Start, (int)bytes.Length), in origin);
            Volatile.Write(ref _received, _received + 1);
        }
        catch (Exception failure)
        {
            Note(failure);
        }
        finally
        {
            CycloneDds.ddsi_serdata_to_ser_unref(sample, &bytes);
        }
    }

    // An exception that leaves a native callback ends the process.
    private void Note(Exception failure)
    {
        Interlocked.Increment(ref _handlerFailures);
        Volatile.Write(ref _newestFailure, failure.Message);
    }
}
