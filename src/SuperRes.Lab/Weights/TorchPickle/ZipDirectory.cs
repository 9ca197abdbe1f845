using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Weights;

/// <summary>One file of a zip archive.</summary>
/// <param name="Name">Its name in the archive.</param>
/// <param name="Compressed">Whether it is deflated; otherwise it is stored as it is.</param>
/// <param name="Crc">Its checksum; 0 where the writer left it out, as torch may.</param>
/// <param name="PackedBytes">Bytes it takes in the archive.</param>
/// <param name="Bytes">Its own bytes.</param>
/// <param name="HeaderOffset">Where its local header is.</param>
internal sealed record ZipEntry(string Name, bool Compressed, uint Crc, long PackedBytes, long Bytes, long HeaderOffset);

/// <summary>
/// The directory of a zip archive, as far as torch.save uses the format, zip64 included. Nothing is believed before it is held
/// against the file's length, and nothing is unpacked to a disk.
/// </summary>
/// <remarks>Source: PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.14–4.3.16.</remarks>
internal sealed class ZipDirectory
{
    private const int EndRecordBytes = 22;
    private const int MaxCommentBytes = 65535;
    private const int CentralRecordBytes = 46;
    private const int LocalHeaderBytes = 30;

    private readonly Stream _file;
    private readonly long _length;
    private readonly Dictionary<string, ZipEntry> _entries = new(StringComparer.Ordinal);

    private ZipDirectory(Stream file, long length) => (_file, _length) = (file, length);

    public IReadOnlyDictionary<string, ZipEntry> Entries => _entries;

    /// <summary>Reads the directory.</summary>
    /// <exception cref="CheckpointFault">The archive is damaged or of a kind that torch doesn't write.</exception>
    public static ZipDirectory Read(Stream file, long length, AllocationBudget budget)
    {
        var directory = new ZipDirectory(file, length);
        (long count, long bytes, long start) = directory.FindEnd();
        if (start < 0 || bytes < 0 || start > length - bytes || count < 0 || count > bytes / CentralRecordBytes)
        {
            throw new CheckpointFault($"its zip directory claims {count} entries in {bytes} bytes at {start}, which a file of {length} bytes can't hold");
        }

        budget.Charge(bytes);
        byte[] records = new byte[bytes];
        file.Position = start;
        file.ReadExactly(records);
        directory.ParseRecords(records, count, budget);
        return directory;
    }

    /// <summary>Opens an entry's content, unpacked; a checksum is up to the caller.</summary>
    /// <exception cref="CheckpointFault">Its local header is damaged.</exception>
    public Stream Open(ZipEntry entry)
    {
        Span<byte> header = stackalloc byte[LocalHeaderBytes];
        if (entry.HeaderOffset > _length - LocalHeaderBytes)
        {
            throw Outside(entry.Name);
        }

        _file.Position = entry.HeaderOffset;
        _file.ReadExactly(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != 0x04034b50)
        {
            throw new CheckpointFault($"the zip entry '{entry.Name}' has no header where its directory says");
        }

        long start = entry.HeaderOffset + LocalHeaderBytes + BinaryPrimitives.ReadUInt16LittleEndian(header[26..]) + BinaryPrimitives.ReadUInt16LittleEndian(header[28..]);
        if (start > _length - entry.PackedBytes)
        {
            throw Outside(entry.Name);
        }

        var slice = new SliceStream(_file, start, entry.PackedBytes);
        return entry.Compressed ? new DeflateStream(slice, CompressionMode.Decompress) : slice;
    }

    private (long Count, long Bytes, long Start) FindEnd()
    {
        int tailBytes = (int)Math.Min(_length, EndRecordBytes + MaxCommentBytes);
        byte[] tail = new byte[tailBytes];
        _file.Position = _length - tailBytes;
        _file.ReadExactly(tail);
        for (int i = tailBytes - EndRecordBytes; i >= 0; i--)
        {
            ReadOnlySpan<byte> record = tail.AsSpan(i);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record) == 0x06054b50 && BinaryPrimitives.ReadUInt16LittleEndian(record[20..]) == record.Length - EndRecordBytes)
            {
                ushort count = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
                uint bytes = BinaryPrimitives.ReadUInt32LittleEndian(record[12..]), start = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
                return count == ushort.MaxValue || bytes == uint.MaxValue || start == uint.MaxValue
                    ? FindZip64End(_length - tailBytes + i) ?? (count, bytes, start)
                    : (count, bytes, start);
            }
        }

        throw new CheckpointFault("it is a zip archive without a directory at its end, so it is cut short or damaged; fetch or copy it again");
    }

    private (long Count, long Bytes, long Start)? FindZip64End(long endRecord)
    {
        const int LocatorBytes = 20, RecordBytes = 56;
        Span<byte> buffer = stackalloc byte[RecordBytes];
        if (endRecord < LocatorBytes)
        {
            return null;
        }

        _file.Position = endRecord - LocatorBytes;
        _file.ReadExactly(buffer[..LocatorBytes]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(buffer) != 0x07064b50)
        {
            return null;
        }

        long at = BinaryPrimitives.ReadInt64LittleEndian(buffer[8..]);
        if (at < 0 || at > _length - RecordBytes)
        {
            throw new CheckpointFault("its zip64 directory lies outside the file");
        }

        _file.Position = at;
        _file.ReadExactly(buffer);
        return BinaryPrimitives.ReadUInt32LittleEndian(buffer) == 0x06064b50
            ? (BinaryPrimitives.ReadInt64LittleEndian(buffer[32..]), BinaryPrimitives.ReadInt64LittleEndian(buffer[40..]), BinaryPrimitives.ReadInt64LittleEndian(buffer[48..]))
            : throw new CheckpointFault("its zip64 directory is damaged");
    }

    private void ParseRecords(ReadOnlySpan<byte> records, long count, AllocationBudget budget)
    {
        for (long i = 0; i < count; i++)
        {
            if (records.Length < CentralRecordBytes || BinaryPrimitives.ReadUInt32LittleEndian(records) != 0x02014b50)
            {
                throw new CheckpointFault($"entry {i} of its zip directory is damaged");
            }

            int nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(records[28..]);
            int extraBytes = BinaryPrimitives.ReadUInt16LittleEndian(records[30..]);
            int total = CentralRecordBytes + nameBytes + extraBytes + BinaryPrimitives.ReadUInt16LittleEndian(records[32..]);
            if (total > records.Length)
            {
                throw new CheckpointFault($"entry {i} of its zip directory is damaged");
            }

            budget.Charge(200 + (2 * nameBytes));
            ZipEntry entry = ParseRecord(records[..total], Encoding.UTF8.GetString(records.Slice(CentralRecordBytes, nameBytes)), records.Slice(CentralRecordBytes + nameBytes, extraBytes));
            if (!_entries.TryAdd(entry.Name, entry))
            {
                throw new CheckpointFault($"its zip directory names '{entry.Name}' twice");
            }

            records = records[total..];
        }
    }

    private ZipEntry ParseRecord(ReadOnlySpan<byte> record, string name, ReadOnlySpan<byte> extra)
    {
        int method = BinaryPrimitives.ReadUInt16LittleEndian(record[10..]);
        if ((record[8] & 1) != 0 || method is not (0 or 8))
        {
            throw new CheckpointFault($"the zip entry '{name}' is encrypted or packed in a way that torch.save doesn't use");
        }

        long packed = BinaryPrimitives.ReadUInt32LittleEndian(record[20..]);
        long bytes = BinaryPrimitives.ReadUInt32LittleEndian(record[24..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(record[42..]);
        ApplyZip64(extra, ref bytes, ref packed, ref offset);
        if (packed < 0 || bytes < 0 || offset < 0 || packed > _length || offset > _length - packed)
        {
            throw Outside(name);
        }

        return method == 0 && packed != bytes
            ? throw new CheckpointFault($"the zip entry '{name}' is stored as it is, yet claims {bytes} bytes in {packed}")
            : new ZipEntry(name, method == 8, BinaryPrimitives.ReadUInt32LittleEndian(record[16..]), packed, bytes, offset);
    }

    /// <summary>Where a 32-bit field is full, its true value stands in the extra field 0x0001, in this order.</summary>
    private static void ApplyZip64(ReadOnlySpan<byte> extra, ref long bytes, ref long packed, ref long offset)
    {
        while (extra.Length >= 4)
        {
            int size = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]), extra.Length - 4);
            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                ReadOnlySpan<byte> values = extra.Slice(4, size);
                bytes = TakeWide(ref values, bytes);
                packed = TakeWide(ref values, packed);
                offset = TakeWide(ref values, offset);
                return;
            }

            extra = extra[(4 + size)..];
        }
    }

    private static long TakeWide(ref ReadOnlySpan<byte> values, long narrow)
    {
        if (narrow != uint.MaxValue || values.Length < 8)
        {
            return narrow;
        }

        long wide = BinaryPrimitives.ReadInt64LittleEndian(values);
        values = values[8..];
        return wide;
    }

    private static CheckpointFault Outside(string name) => new($"the zip entry '{name}' reaches outside the file, so the file is cut short or damaged");
}
