using Microsoft.Win32.SafeHandles;

namespace TwinActors.Recording.Mcap;

/// <summary>A stretch of an open file as a stream of its own; reading never moves another reader.</summary>
internal sealed class FileSlice(SafeFileHandle handle, string path, long offset, long length) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get; set; }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var wanted = (int)Math.Min(buffer.Length, Math.Max(0, length - Position));
        var read = wanted > 0 ? RandomAccess.Read(handle, buffer[..wanted], offset + Position) : 0;
        if (read == 0 && wanted > 0)
        {
            throw new EndOfStreamException($"{path}: the file no longer holds the bytes at {offset + Position}.");
        }

        Position += read;
        return read;
    }

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => length,
    };

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
