using System.Buffers.Binary;
using System.IO.Compression;

namespace SuperRes.Lab.Imaging;

/// <summary>Writes a PNG row by row, so that neither the picture nor the file is in memory as a whole.</summary>
internal sealed class PngWriter : IDisposable
{
    private readonly Stream _file;
    private readonly PngChunkStream _chunks;
    private readonly ZLibStream _packed;
    private readonly int _step;
    private readonly byte[][] _filtered;
    private byte[] _above;

    /// <param name="file">Receives the file.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="channels">1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</param>
    /// <param name="bits">8 or 16 per channel.</param>
    /// <param name="metadata">What stands beside the pixels.</param>
    public PngWriter(Stream file, int width, int height, int channels, int bits, ImageMetadata metadata)
    {
        (_file, _step) = (file, channels * bits / 8);
        int rowBytes = checked(width * _step);
        _above = new byte[rowBytes];
        _filtered = [.. Enumerable.Range(1, 4).Select(filter => new byte[rowBytes + 1])];
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        header[8] = (byte)bits;
        header[9] = channels switch { 1 => 0, 2 => 4, 3 => 2, _ => 6 };
        MetadataWriter.PngChunk(file, "IHDR"u8, header);
        MetadataWriter.PngChunks(file, metadata.Sized(width, height));
        _chunks = new PngChunkStream(file);
        _packed = new ZLibStream(_chunks, CompressionLevel.Optimal, leaveOpen: true);
    }

    /// <summary>Adds the next row: its channels' bytes, 16-bit values high byte first.</summary>
    public void Write(ReadOnlySpan<byte> row)
    {
        int best = 0;
        long least = long.MaxValue;
        for (int i = 0; i < _filtered.Length; i++)
        {
            // The usual guess at which filter packs best: the one that leaves the smallest differences.
            long sum = Filter(i + 1, row, _filtered[i]);
            (best, least) = sum < least ? (i, sum) : (best, least);
        }

        _packed.Write(_filtered[best]);
        row.CopyTo(_above);
    }

    /// <summary>Ends the file; the stream stays open.</summary>
    public void Dispose()
    {
        _packed.Dispose();
        _chunks.Dispose();
        MetadataWriter.PngChunk(_file, "IEND"u8, []);
    }

    private long Filter(int filter, ReadOnlySpan<byte> row, byte[] result)
    {
        long sum = 0;
        result[0] = (byte)filter;
        Span<byte> to = result.AsSpan(1, row.Length);
        ReadOnlySpan<byte> above = _above.AsSpan(0, row.Length);
        for (int i = 0; i < to.Length; i++)
        {
            int left = i >= _step ? row[i - _step] : 0;
            byte guess = filter switch
            {
                1 => (byte)left,
                2 => above[i],
                3 => (byte)((left + above[i]) / 2),
                _ => PngReader.Paeth(left, above[i], i >= _step ? above[i - _step] : 0),
            };
            to[i] = (byte)(row[i] - guess);
            sum += Math.Abs((int)(sbyte)to[i]);
        }

        return sum;
    }

    /// <summary>Cuts what is written to it into IDAT chunks.</summary>
    private sealed class PngChunkStream(Stream file) : Stream
    {
        private readonly byte[] _buffer = new byte[1 << 16];
        private int _used;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            while (buffer.Length > 0)
            {
                int count = Math.Min(buffer.Length, _buffer.Length - _used);
                buffer[..count].CopyTo(_buffer.AsSpan(_used));
                _used += count;
                buffer = buffer[count..];
                if (_used == _buffer.Length)
                {
                    Emit();
                }
            }
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing && _used > 0)
            {
                Emit();
            }

            base.Dispose(disposing);
        }

        private void Emit()
        {
            MetadataWriter.PngChunk(file, "IDAT"u8, _buffer.AsSpan(0, _used));
            _used = 0;
        }
    }
}
