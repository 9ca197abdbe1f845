using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Datasets;

/// <summary>
/// Reads a gzip file and holds its content against the checksum and the length at the file's end: an archive that was cut short at any
/// byte is noticed, also where the tar within happens to end between two files.
/// </summary>
internal sealed class CheckedGzip : ForwardStream
{
    private const int Trailer = 8;
    private readonly GZipStream _content;
    private readonly uint _checksum, _length;
    private readonly Action<long> _onRead;
    private readonly Crc32 _crc = new();
    private long _read;

    /// <param name="file">The file, which can seek.</param>
    /// <param name="onRead">Receives content as it is unpacked, before it is used.</param>
    public CheckedGzip(FileStream file, Action<long> onRead)
    {
        Span<byte> trailer = stackalloc byte[Trailer];
        if (file.Length <= Trailer)
        {
            throw new InvalidDataException("it is cut short");
        }

        file.Seek(-Trailer, SeekOrigin.End);
        file.ReadExactly(trailer);
        file.Position = 0;
        _checksum = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        _length = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        _content = new GZipStream(file, CompressionMode.Decompress, leaveOpen: true);
        _onRead = onRead;
    }

    /// <summary>Reads what is left and checks the whole.</summary>
    /// <exception cref="InvalidDataException">Checksum or length are others than the file's end says.</exception>
    public void Finish()
    {
        byte[] buffer = new byte[1 << 16];
        while (Read(buffer) > 0)
        {
            // What lies behind the tar's end is read for the checksum alone.
        }

        if (_crc.GetCurrentHashAsUInt32() != _checksum || (uint)_read != _length)
        {
            throw new InvalidDataException("it is cut short or damaged");
        }
    }

    public override int Read(Span<byte> buffer)
    {
        int read = _content.Read(buffer);
        _crc.Append(buffer[..read]);
        _read += read;
        _onRead(read);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _content.Dispose();
        }

        base.Dispose(disposing);
    }
}
