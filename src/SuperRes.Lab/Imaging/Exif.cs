using System.Buffers.Binary;

namespace SuperRes.Lab.Imaging;

/// <summary>The tags of an EXIF block that concern pixels: how the picture is to be turned, and how large it is.</summary>
internal static class Exif
{
    private const int OrientationTag = 0x0112, WidthTag = 0x0100, HeightTag = 0x0101, PhotoTag = 0x8769, PhotoWidthTag = 0xA002,
        PhotoHeightTag = 0xA003;
    private const int ShortType = 3, LongType = 4, HeaderLength = 8, EntryLength = 12;

    /// <summary>The orientation of an EXIF block, 1 (upright) where it has none or is broken.</summary>
    public static int Orientation(ReadOnlySpan<byte> exif)
    {
        int at = Find(exif, First(exif, out bool big), OrientationTag, big);
        int value = at >= 0 && Read16(exif[(at + 2)..], big) == ShortType ? Read16(exif[(at + 8)..], big) : 1;
        return value is >= 1 and <= 8 ? value : 1;
    }

    /// <summary>A copy that says upright; where it did not, without the thumbnail, which would lie on its side.</summary>
    public static byte[] Upright(ReadOnlySpan<byte> exif)
    {
        byte[] copy = exif.ToArray();
        long first = First(copy, out bool big);
        int at = Find(copy, first, OrientationTag, big);
        if (at < 0 || Read16(copy.AsSpan(at + 2), big) != ShortType)
        {
            return copy;
        }

        (copy[at + 8], copy[at + 9]) = big ? ((byte)0, (byte)1) : ((byte)1, (byte)0);
        long next = first + 2 + ((long)Read16(copy.AsSpan((int)first), big) * EntryLength);
        if (Orientation(exif) != 1 && next + 4 <= copy.Length)
        {
            copy.AsSpan((int)next, 4).Clear(); // leads to the directory of the thumbnail
        }

        return copy;
    }

    /// <summary>A copy that says this size wherever the block says one.</summary>
    public static byte[] Sized(ReadOnlySpan<byte> exif, int width, int height)
    {
        byte[] copy = exif.ToArray();
        long first = First(copy, out bool big);
        Set(copy, first, WidthTag, width, big);
        Set(copy, first, HeightTag, height, big);
        int pointer = Find(copy, first, PhotoTag, big);
        if (pointer >= 0)
        {
            long photo = Read32(copy.AsSpan(pointer + 8), big);
            Set(copy, photo, PhotoWidthTag, width, big);
            Set(copy, photo, PhotoHeightTag, height, big);
        }

        return copy;
    }

    private static void Set(Span<byte> exif, long directory, int tag, int value, bool big)
    {
        int at = Find(exif, directory, tag, big);
        if (at < 0 || Read16(exif[(at + 2)..], big) is not (ShortType or LongType))
        {
            return;
        }

        // One value of four bytes stands in the entry itself, whatever type it had before.
        if (big)
        {
            BinaryPrimitives.WriteUInt16BigEndian(exif[(at + 2)..], LongType);
            BinaryPrimitives.WriteUInt32BigEndian(exif[(at + 4)..], 1);
            BinaryPrimitives.WriteInt32BigEndian(exif[(at + 8)..], value);
        }
        else
        {
            BinaryPrimitives.WriteUInt16LittleEndian(exif[(at + 2)..], LongType);
            BinaryPrimitives.WriteUInt32LittleEndian(exif[(at + 4)..], 1);
            BinaryPrimitives.WriteInt32LittleEndian(exif[(at + 8)..], value);
        }
    }

    /// <summary>Where the first directory is; negative where this is no EXIF block.</summary>
    private static long First(ReadOnlySpan<byte> exif, out bool big)
    {
        big = exif.StartsWith("MM\0*"u8);
        return exif.Length < HeaderLength + 2 || !(big || exif.StartsWith("II*\0"u8)) ? -1 : Read32(exif[4..], big);
    }

    /// <summary>Where a directory's entry of a tag begins (tag, type, count, value); negative where it has none, or lies outside the
    /// block.</summary>
    private static int Find(ReadOnlySpan<byte> exif, long directory, int tag, bool big)
    {
        if (directory < 0 || directory > exif.Length - 2)
        {
            return -1;
        }

        int entries = Read16(exif[(int)directory..], big);
        for (long at = directory + 2; entries > 0 && at + EntryLength <= exif.Length; at += EntryLength, entries--)
        {
            if (Read16(exif[(int)at..], big) == tag)
            {
                return (int)at;
            }
        }

        return -1;
    }

    private static int Read16(ReadOnlySpan<byte> bytes, bool big) =>
        big ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static uint Read32(ReadOnlySpan<byte> bytes, bool big) =>
        big ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);
}
