using System.Buffers.Binary;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Imaging;

/// <summary>The packed pixels of a PNG: what its IDAT chunks hold, one after the other.</summary>
/// <param name="file">The file, at the head of the first of them.</param>
internal sealed class PngDataStream(Stream file) : ForwardStream
{
    private long _left;
    private bool _begun;
    private bool _ended;

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
