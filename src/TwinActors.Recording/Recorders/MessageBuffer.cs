// Hot path: a robot link appends every message that is recorded. Append allocates nothing once the buffer has grown;
// RobotRecorderTests hold it.
using System.Buffers.Binary;

namespace TwinActors.Recording.Recorders;

/// <summary>Messages on their way from a robot link to the recorder, in the order of their arrival.</summary>
/// <remarks>Any threads append, one takes. The lock is held for a copy, and for a swap of two arrays.</remarks>
/// <param name="limit">Most bytes that wait; messages beyond it are dropped and counted.</param>
internal sealed class MessageBuffer(int limit)
{
    private const int HeadLength = sizeof(int) + sizeof(int) + sizeof(long);

    // An array that one burst has grown is given back, not kept for ever.
    private const int KeptLength = 1 << 20;

    private readonly Lock _gate = new();
    private byte[] _open = [];
    private byte[] _taken = [];
    private int _length;
    private int _takenLength;
    private long _dropped;

    /// <summary>Bytes that wait.</summary>
    public int Length => Volatile.Read(ref _length);

    /// <summary>Messages that found no room.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Adds a message, or drops and counts it.</summary>
    /// <param name="stream">Number of its stream.</param>
    /// <param name="receivedAtNs">When it was received [ns since 1970].</param>
    /// <param name="message">Its bytes.</param>
    public void Append(int stream, long receivedAtNs, ReadOnlySpan<byte> message)
    {
        lock (_gate)
        {
            var end = _length + HeadLength + (long)message.Length;
            if (end > limit)
            {
                Interlocked.Increment(ref _dropped);
                return;
            }

            if (end > _open.Length)
            {
                Array.Resize(ref _open, (int)Math.Min(limit, Math.Max(end, 2L * _open.Length)));
            }

            var place = _open.AsSpan(_length);
            BinaryPrimitives.WriteInt32LittleEndian(place, stream);
            BinaryPrimitives.WriteInt32LittleEndian(place[sizeof(int)..], message.Length);
            BinaryPrimitives.WriteInt64LittleEndian(place[(2 * sizeof(int))..], receivedAtNs);
            message.CopyTo(place[HeadLength..]);
            Volatile.Write(ref _length, (int)end);
        }
    }

    /// <summary>Takes everything that waits; read it before the next call.</summary>
    public Batch Take()
    {
        lock (_gate)
        {
            if (_taken.Length > KeptLength && _takenLength < _taken.Length / 8)
            {
                _taken = [];
            }

            (_open, _taken) = (_taken, _open);
            _takenLength = _length;
            Volatile.Write(ref _length, 0);
        }

        return new Batch(_taken.AsSpan(0, _takenLength));
    }

    /// <summary>Messages that were taken, one after another.</summary>
    public ref struct Batch(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        /// <summary>Number of the message's stream.</summary>
        public int Stream { get; private set; }

        /// <summary>When the message was received [ns since 1970].</summary>
        public long ReceivedAtNs { get; private set; }

        /// <summary>The message.</summary>
        public ReadOnlySpan<byte> Message { get; private set; }

        /// <summary>Goes on to the next message; false when there is none.</summary>
        public bool TryNext()
        {
            if (_rest.IsEmpty)
            {
                return false;
            }

            Stream = BinaryPrimitives.ReadInt32LittleEndian(_rest);
            var length = BinaryPrimitives.ReadInt32LittleEndian(_rest[sizeof(int)..]);
            ReceivedAtNs = BinaryPrimitives.ReadInt64LittleEndian(_rest[(2 * sizeof(int))..]);
            Message = _rest.Slice(HeadLength, length);
            _rest = _rest[(HeadLength + length)..];
            return true;
        }
    }
}
