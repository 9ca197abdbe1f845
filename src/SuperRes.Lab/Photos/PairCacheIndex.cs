using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SuperRes.Lab.Photos;

/// <summary>One picture of a pair cache.</summary>
internal sealed record PairCacheEntry(string Name, int Width, int Height, long Offset, uint Checksum)
{
    [JsonIgnore]
    public long Length => (long)Width * Height * 3;
}

/// <summary>
/// The index of a pair cache. The file begins with a header of 64 bytes (magic, version, place, length and checksum of the index, checksum
/// of the header), then come the pictures as rows of RGB bytes, then the index as JSON. All numbers are little-endian; checksums are
/// CRC-32C.
/// </summary>
internal sealed record PairCacheIndex(
    string Fingerprint, string Root, PairCacheOptions Options, IReadOnlyList<BrokenImage> Broken, IReadOnlyList<PairCacheEntry> Entries)
{
    public const int HeaderLength = 64;
    private const int Version = 1;
    private const int LongestIndex = 1 << 30;

    private static ReadOnlySpan<byte> Magic => "SRPAIRS\n"u8;

    /// <summary>What the content of a cache follows from.</summary>
    public static string FingerprintOf(ImageFolder folder, PairCacheOptions options) =>
        Convert.ToHexStringLower(
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new { Version, Photos = folder.Fingerprint(), Options = options })));

    public static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, rest);
        }

        return ~crc;
    }

    /// <summary>Writes the index at the end of the stream and the header that points to it at the beginning.</summary>
    public void Write(Stream stream)
    {
        byte[] index = JsonSerializer.SerializeToUtf8Bytes(this);
        Span<byte> header = stackalloc byte[HeaderLength];
        header.Clear();
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteInt64LittleEndian(header[16..], stream.Position);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], index.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[32..], Checksum(index));
        BinaryPrimitives.WriteUInt32LittleEndian(header[60..], Checksum(header[..60]));
        stream.Write(index);
        stream.Position = 0;
        stream.Write(header);
    }

    /// <summary>Reads the index and checks everything but the pictures themselves.</summary>
    /// <exception cref="InputException">The file is no pair cache, is cut short or damaged, or has another version.</exception>
    public static PairCacheIndex Read(FileStream stream, string path)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength || !header.StartsWith(Magic))
        {
            throw new InputException($"{path} is not a pair cache; prepare the experiment's data again.");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(header[8..]);
        if (version != Version)
        {
            throw new InputException($"{path} is a pair cache of version {version}; this program reads version {Version}: prepare the "
                + $"experiment's data again.");
        }

        long offset = BinaryPrimitives.ReadInt64LittleEndian(header[16..]), length = BinaryPrimitives.ReadInt64LittleEndian(header[24..]);
        bool sound = BinaryPrimitives.ReadUInt32LittleEndian(header[60..]) == Checksum(header[..60])
            && offset >= HeaderLength && length is > 0 and <= LongestIndex && offset + length == stream.Length;
        if (!sound)
        {
            throw Damaged(path);
        }

        var bytes = new byte[length];
        stream.Position = offset;
        stream.ReadExactly(bytes);
        return Checksum(bytes) == BinaryPrimitives.ReadUInt32LittleEndian(header[32..]) ? Parse(bytes, offset, path) : throw Damaged(path);
    }

    private static PairCacheIndex Parse(byte[] bytes, long end, string path)
    {
        try
        {
            PairCacheIndex? index = JsonSerializer.Deserialize<PairCacheIndex>(bytes);
            bool sound = index is { Fingerprint: not null, Options: not null, Broken: not null, Entries.Count: > 0 } && index.Entries.All(
                e => e is { Name: not null, Width: > 0, Height: > 0, Offset: >= HeaderLength } && e.Length <= int.MaxValue && e.Offset
                    + e.Length <= end);
            return sound ? index! : throw Damaged(path);
        }
        catch (JsonException e)
        {
            throw Damaged(path, e);
        }
    }

    private static InputException Damaged(string path, Exception? inner = null) =>
        new($"{path} is cut short or damaged; delete it and prepare the experiment's data again.", inner);
}
