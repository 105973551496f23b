using System.Collections.Immutable;
using TwinActors.Recording.Bags;
using TwinActors.Robotics;
using TwinActors.Robotics.Links;
using TwinActors.Robotics.Rings;
using TwinActors.Ros2.Schemas;

namespace TwinActors.Recording.Recorders;

/// <summary>Records all streams of one robot, into one file after another.</summary>
/// <remarks>
/// Messages come as the link received them: before rate caps, bad ones too. A link that has no messages is read by its
/// frames. What cannot be written is counted and dropped, and writing is tried again: a full disk costs the recording
/// alone. One thread at a time; links append from theirs.
/// </remarks>
public sealed class RobotRecorder : IDisposable
{
    /// <summary>Waiting bytes from which the recorder wants to be called before its next tick.</summary>
    public const int WakeLength = 1 << 20;

    private const long NanosecondsPerTick = 100;

    // A disk that is full stays so for a while.
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(10);

    private readonly RecordingOptions _options;
    private readonly ImmutableArray<RobotStream> _streams;
    private readonly ImmutableArray<BagTopic> _topics;
    private readonly RingCursor[] _cursors;
    private readonly FrameMessage?[] _encoders;
    private readonly MessageBuffer _buffer;
    private readonly Action _wake;
    private readonly SampleFrame<JointLayout> _jointFrame = new();
    private readonly SampleFrame<SampleLayout> _sampleFrame = new();
    private readonly List<RecordedFile> _finished = [];
    private RecordingWriter? _file;
    private string? _torn;
    private long _flushedNs;
    private long _syncedNs;
    private long _retryNs;
    private long _unwritten;

    /// <summary>Prepares a recorder; nothing is recorded yet.</summary>
    /// <param name="options">How it records.</param>
    /// <param name="robot">The robot.</param>
    /// <param name="streams">Its streams; a stream has one recorder.</param>
    /// <param name="wake">Called on a link's thread when <see cref="WakeLength"/> bytes wait: must not block.</param>
    public RobotRecorder(RecordingOptions options, RobotId robot, ImmutableArray<RobotStream> streams, Action wake)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _streams = streams;
        _topics = [.. streams.Select(stream => TopicOf(stream.Options, options.Schemas))];
        _cursors = new RingCursor[streams.Length];
        _encoders = new FrameMessage?[streams.Length];
        _buffer = new MessageBuffer(options.BufferLength);
        _wake = wake;
        Folder = RecordingFolder.Of(options.Root, robot);
    }

    /// <summary>Where the files are.</summary>
    public RecordingFolder Folder { get; }

    /// <summary>Whether the robot is being recorded.</summary>
    public bool IsOn { get; private set; }

    /// <summary>Why nothing can be written now, for people; null when all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Name of the file that is being written; null when none is.</summary>
    public string? File => _file?.Name;

    /// <summary>Its size [byte]; 0 without one.</summary>
    public long FileLength => _file?.Length ?? 0;

    /// <summary>Messages in it, each joint state by itself; 0 without one.</summary>
    public long FileMessages => _file?.Messages ?? 0;

    /// <summary>Messages and frames that were not recorded while the recorder was on.</summary>
    public long Lost => _unwritten + _buffer.Dropped + _cursors.Sum(cursor => cursor.Lost);

    /// <summary>Begins to record: what comes from now on.</summary>
    public void Begin()
    {
        for (var i = 0; i < _streams.Length; i++)
        {
            var number = i;
            _cursors[i] = new RingCursor(_streams[i].Published);
            _streams[i].OnMessages((message, receivedAtNs) => Take(number, receivedAtNs, message));
        }

        IsOn = true;
    }

    /// <summary>Writes what has come, and finishes the file when it is time.</summary>
    /// <param name="nowNs">Now, on the clock of receive times [ns since 1970].</param>
    /// <returns>Files that are finished since the last call.</returns>
    public ImmutableArray<RecordedFile> Tick(long nowNs)
    {
        if (Problem is not null && nowNs < _retryNs)
        {
            Discard(_buffer.Take());
            DiscardFrames();
            return [];
        }

        try
        {
            Drain(nowNs);
            Keep(nowNs);
            Problem = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Abandon(failure, nowNs);
        }

        return TakeFinished();
    }

    /// <summary>Ends recording: writes what has come and finishes the file.</summary>
    /// <param name="nowNs">Now [ns since 1970].</param>
    /// <returns>Files that are finished since the last <see cref="Tick"/>.</returns>
    public ImmutableArray<RecordedFile> End(long nowNs)
    {
        foreach (var stream in _streams)
        {
            stream.OnMessages(null);
        }

        IsOn = false;
        try
        {
            Drain(nowNs);
            Finish();
            Problem = null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Abandon(failure, nowNs);
        }

        return TakeFinished();
    }

    /// <summary>Ends recording when it is on.</summary>
    public void Dispose()
    {
        if (IsOn)
        {
            End(_flushedNs);
        }
    }

    private static BagTopic TopicOf(StreamOptions stream, RosSchemaSet schemas)
    {
        var schema = schemas.Find(stream.Type);
        return new BagTopic
        {
            Name = stream.Topic,
            Type = stream.Type,
            Serialization = "cdr",
            TypeHash = schema?.TypeHash,
            Definition = schema is null ? null : new BagDefinition("ros2msg", RosDefinitionText.Of(schema)),
        };
    }

    // On the link's thread.
    private void Take(int stream, long receivedAtNs, ReadOnlySpan<byte> message)
    {
        var before = _buffer.Length;
        _buffer.Append(stream, receivedAtNs, message);
        if (before < WakeLength && _buffer.Length >= WakeLength)
        {
            _wake();
        }
    }

    private void Drain(long nowNs)
    {
        var batch = _buffer.Take();
        try
        {
            while (batch.TryNext())
            {
                Open(batch.ReceivedAtNs, nowNs).Write(batch.Stream, batch.ReceivedAtNs, batch.Message);
            }

            for (var stream = 0; stream < _streams.Length; stream++)
            {
                if (!_streams[stream].HandsOnMessages)
                {
                    DrainFrames(stream, nowNs);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _unwritten++;
            Discard(batch);
            throw;
        }
    }

    private void DrainFrames(int stream, long nowNs)
    {
        ref var cursor = ref _cursors[stream];
        if (_streams[stream].Joints is { } joints)
        {
            while (cursor.TryNext(joints, _jointFrame))
            {
                Open(_jointFrame.Header.ReceivedAtNs, nowNs)
                    .Write(stream, _jointFrame.Header, _jointFrame.Layout!, _jointFrame.Bytes);
            }
        }
        else if (_streams[stream].Samples is { } samples
            && _options.Schemas.Find(_streams[stream].Options.Type) is { } schema)
        {
            while (cursor.TryNext(samples, _sampleFrame))
            {
                var encoder = _encoders[stream];
                if (encoder?.Layout != _sampleFrame.Layout)
                {
                    _encoders[stream] = encoder = new FrameMessage(_sampleFrame.Layout!, schema);
                }

                Open(_sampleFrame.Header.ReceivedAtNs, nowNs)
                    .Write(stream, _sampleFrame.Header.ReceivedAtNs, encoder!.Write(_sampleFrame.Bytes));
            }
        }
    }

    private RecordingWriter Open(long firstNs, long nowNs)
    {
        if (_file is null)
        {
            Directory.CreateDirectory(Folder.Path);
            Mend();
            _file = new RecordingWriter(
                Folder.PathOf(Folder.NewName(firstNs)), _topics, _options.Joints, firstNs);
            (_flushedNs, _syncedNs) = (nowNs, nowNs);
        }

        return _file;
    }

    private void Keep(long nowNs)
    {
        if (_file is null)
        {
            return;
        }

        if (_file.Length >= _options.FileLength || nowNs - _file.BeganNs >= Nanoseconds(_options.FileSpan))
        {
            Finish();
        }
        else if (nowNs - _syncedNs >= Nanoseconds(_options.SyncEvery))
        {
            _file.Sync();
            (_flushedNs, _syncedNs) = (nowNs, nowNs);
        }
        else if (nowNs - _flushedNs >= Nanoseconds(_options.FlushEvery))
        {
            _file.Flush();
            _flushedNs = nowNs;
        }
    }

    private void Finish()
    {
        if (_file is null)
        {
            return;
        }

        _file.Complete();
        _finished.Add(Folder.Describe(_file.Name));
        _file = null;
    }

    // The file is good up to its last chunk, and made whole when there is room again, or at the next start.
    private void Abandon(Exception failure, long nowNs)
    {
        Problem = failure.Message;
        _retryNs = nowNs + Nanoseconds(RetryAfter);
        _file?.Dispose();
        _torn = _file?.Name ?? _torn;
        _file = null;
    }

    private void Mend()
    {
        if (_torn is { } name)
        {
            Folder.Recover();
            _torn = null;
            if (Folder.Names.Contains(name))
            {
                _finished.Add(Folder.Describe(name));
            }
        }
    }

    private void Discard(MessageBuffer.Batch batch)
    {
        while (batch.TryNext())
        {
            _unwritten++;
        }
    }

    private void DiscardFrames()
    {
        for (var stream = 0; stream < _streams.Length; stream++)
        {
            if (!_streams[stream].HandsOnMessages)
            {
                _unwritten += _cursors[stream].Lost + _streams[stream].Published - _cursors[stream].After;
                _cursors[stream] = new RingCursor(_streams[stream].Published);
            }
        }
    }

    private ImmutableArray<RecordedFile> TakeFinished()
    {
        if (_finished.Count == 0)
        {
            return [];
        }

        ImmutableArray<RecordedFile> finished = [.. _finished];
        _finished.Clear();
        return finished;
    }

    private static long Nanoseconds(TimeSpan span) => span.Ticks * NanosecondsPerTick;
}
