using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace SuperRes.Lab.Tests.Weights;

/// <summary>Assembles pickles instruction by instruction, well-formed and otherwise.</summary>
internal sealed class PickleBuilder
{
    private readonly MemoryStream _bytes = new();

    public byte[] Bytes => _bytes.ToArray();

    public static PickleBuilder Start(byte protocol = 2) => new PickleBuilder().Raw(0x80, protocol);

    public PickleBuilder Raw(params byte[] bytes)
    {
        _bytes.Write(bytes);
        return this;
    }

    public PickleBuilder Op(string codes) => Raw(Encoding.Latin1.GetBytes(codes));

    public PickleBuilder Text(string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        return Op("X").Int32(utf8.Length).Raw(utf8);
    }

    public PickleBuilder Python2Text(string text) => Op("U").Raw((byte)text.Length).Raw(Encoding.ASCII.GetBytes(text));

    public PickleBuilder Int(int value) => Op("J").Int32(value);

    public PickleBuilder Global(string module, string name) => Op("c").Raw(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));

    public PickleBuilder Long(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return Raw(0x8a, 8).Raw(bytes);
    }

    /// <summary>('storage', type, key, 'cpu', count) and BINPERSID; with view data the legacy form of six.</summary>
    public PickleBuilder Storage(string type, string key, long count, Action<PickleBuilder>? view = null)
    {
        Op("(").Text("storage").Global("torch", type + "Storage").Text(key).Text("cpu").Long(count);
        view?.Invoke(this);
        return Op("tQ");
    }

    public PickleBuilder Longs(params long[] values)
    {
        Op("(");
        foreach (long value in values)
        {
            Long(value);
        }

        return Op("t");
    }

    public PickleBuilder Tensor(
        string type, string key, long count, long offset, long[] shape, long[] strides, Action<PickleBuilder>? view = null) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op("(").Storage(type, key, count, view).Long(offset).Longs(shape).Longs(strides)
            .Raw(0x89).Global("collections", "OrderedDict").Op(")RtR");

    public byte[] Stop() => Op(".").Bytes;

    private PickleBuilder Int32(int value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return Raw(bytes);
    }
}

/// <summary>Assembles .pth files in both formats.</summary>
internal static class PthBuilder
{
    public static byte[] Legacy(byte[] pickle, bool littleEndian = true, params (string Key, int ElementSize, byte[] Data)[] storages)
    {
        using var file = new MemoryStream();
        file.Write([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, (byte)'.']);
        file.Write([0x80, 2, (byte)'M', 0xe9, 3, (byte)'.']);
        file.Write(PickleBuilder.Start().Op("}").Text("little_endian").Raw(littleEndian ? (byte)0x88 : (byte)0x89).Op("s").Stop());
        file.Write(pickle);
        PickleBuilder keys = PickleBuilder.Start().Op("](");
        foreach ((string key, _, _) in storages)
        {
            keys.Text(key);
        }

        file.Write(keys.Op("e").Stop());
        foreach ((_, int elementSize, byte[] data) in storages)
        {
            file.Write(BitConverter.GetBytes((long)(data.Length / elementSize)));
            file.Write(data);
        }

        return file.ToArray();
    }

    public static byte[] Zip(byte[] pickle, params (string Key, byte[] Data)[] storages)
    {
        var zip = new ZipBuilder().Add("archive/data.pkl", pickle);
        foreach ((string key, byte[] data) in storages)
        {
            zip.Add($"archive/data/{key}", data);
        }

        return zip.Add("archive/version", "3\n"u8.ToArray()).Bytes();
    }
}

/// <summary>Writes zip archives whose every field can lie.</summary>
internal sealed class ZipBuilder
{
    private readonly MemoryStream _file = new();
    private readonly MemoryStream _directory = new();
    private int _count;

    public ZipBuilder Add(string name, byte[] content, bool deflate = false, bool encrypted = false, uint? crc = null,
        long? declaredBytes = null, long? declaredOffset = null, bool zip64 = false, ushort? method = null)
    {
        byte[] packed = deflate ? Deflate(content) : content;
        byte[] utf8 = Encoding.UTF8.GetBytes(name);
        long offset = declaredOffset ?? _file.Length, bytes = declaredBytes ?? content.Length, packedBytes = deflate ? packed.Length
            : bytes;
        uint sum = crc ?? Crc(content);
        ushort kind = method ?? (ushort)(deflate ? 8 : 0), flags = (ushort)(encrypted ? 1 : 0);
        Write(_file, 0x04034b50u, (ushort)20, flags, kind, 0u, sum, (uint)packed.Length, (uint)content.Length, (ushort)utf8.Length,
            (ushort)0);
        _file.Write(utf8);
        _file.Write(packed);
        byte[] extra = [];
        if (zip64)
        {
            using var wide = new MemoryStream();
            Write(wide, (ushort)1, (ushort)24, (ulong)bytes, (ulong)packedBytes, (ulong)offset);
            extra = wide.ToArray();
        }

        Write(_directory, 0x02014b50u, (ushort)20, (ushort)20, flags, kind, 0u, sum);
        Write(_directory, zip64 ? uint.MaxValue : (uint)packedBytes, zip64 ? uint.MaxValue : (uint)bytes);
        Write(_directory, (ushort)utf8.Length, (ushort)extra.Length, (ushort)0, (ushort)0, (ushort)0, 0u,
            zip64 ? uint.MaxValue : (uint)offset);
        _directory.Write(utf8);
        _directory.Write(extra);
        _count++;
        return this;
    }

    public byte[] Bytes(bool zip64 = false, long? declaredCount = null, string comment = "")
    {
        using var file = new MemoryStream();
        file.Write(_file.ToArray());
        long start = file.Length;
        file.Write(_directory.ToArray());
        if (zip64)
        {
            long record = file.Length;
            Write(file, 0x06064b50u, 44ul, (ushort)45, (ushort)45, 0u, 0u, (ulong)_count, (ulong)(declaredCount ?? _count),
                (ulong)_directory.Length, (ulong)start);
            Write(file, 0x07064b50u, 0u, (ulong)record, 1u);
        }

        ushort count = zip64 ? ushort.MaxValue : (ushort)(declaredCount ?? _count);
        Write(file, 0x06054b50u, (ushort)0, (ushort)0, count, count, zip64 ? uint.MaxValue : (uint)_directory.Length,
            zip64 ? uint.MaxValue : (uint)start, (ushort)comment.Length);
        file.Write(Encoding.ASCII.GetBytes(comment));
        return file.ToArray();
    }

    private static byte[] Deflate(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            deflate.Write(content);
        }

        return packed.ToArray();
    }

    // Bit by bit on purpose: another way than the library's.
    private static uint Crc(byte[] content)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in content)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }
        }

        return ~crc;
    }

    private static void Write(MemoryStream stream, params object[] fields)
    {
        foreach (object field in fields)
        {
            stream.Write(field switch
            {
                ushort number => BitConverter.GetBytes(number),
                uint number => BitConverter.GetBytes(number),
                ulong number => BitConverter.GetBytes(number),
                _ => throw new ArgumentException($"{field.GetType()} is no field of a zip.", nameof(fields)),
            });
        }
    }
}
