using System.Buffers.Binary;

namespace SuperRes.Lab.Imaging;

/// <summary>The packed pixels of a PNG: what its IDAT chunks hold, one after the other.</summary>
/// <param name="file">The file, at the head of the first of them.</param>
internal sealed class PngDataStream(Stream file) : Stream
{
    private long _left;
    private bool _begun;
    private bool _ended;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        while (_left == 0 && !_ended)
        {
            NextChunk();
        }

        int read = _ended ? 0 : file.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
        _left -= read;
        return read;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void NextChunk()
    {
        // The checksum of the chunk before, then length and type; zlib has a checksum of its own.
        Span<byte> head = stackalloc byte[12];
        head = _begun ? head : head[4..];
        _begun = true;
        _ended = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) < head.Length || !head[^4..].SequenceEqual("IDAT"u8);
        _left = _ended ? 0 : BinaryPrimitives.ReadUInt32BigEndian(head[^8..]);
    }
}
