using System.Buffers.Binary;

namespace SuperRes.Lab.Imaging;

/// <summary>The one tag of an EXIF block that concerns pixels: how the picture is to be turned.</summary>
internal static class Exif
{
    private const int OrientationTag = 0x0112;
    private const int ShortType = 3;

    /// <summary>The orientation of an EXIF block, 1 (upright) where it has none or is broken.</summary>
    public static int Orientation(ReadOnlySpan<byte> exif)
    {
        int at = FindOrientation(exif, out bool big);
        int value = at < 0 ? 1 : Read16(exif[at..], big);
        return value is >= 1 and <= 8 ? value : 1;
    }

    /// <summary>A copy that says upright.</summary>
    public static byte[] Upright(ReadOnlySpan<byte> exif)
    {
        byte[] copy = exif.ToArray();
        int at = FindOrientation(copy, out bool big);
        if (at >= 0)
        {
            (copy[at], copy[at + 1]) = big ? ((byte)0, (byte)1) : ((byte)1, (byte)0);
        }

        return copy;
    }

    private static int FindOrientation(ReadOnlySpan<byte> exif, out bool big)
    {
        big = exif.StartsWith("MM\0*"u8);
        if (exif.Length < 10 || !(big || exif.StartsWith("II*\0"u8)))
        {
            return -1;
        }

        uint directory = big ? BinaryPrimitives.ReadUInt32BigEndian(exif[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]);
        if (directory > exif.Length - 2)
        {
            return -1;
        }

        int entries = Read16(exif[(int)directory..], big);
        for (long at = directory + 2; entries > 0 && at + 12 <= exif.Length; at += 12, entries--)
        {
            if (Read16(exif[(int)at..], big) == OrientationTag && Read16(exif[((int)at + 2)..], big) == ShortType)
            {
                return (int)at + 8;
            }
        }

        return -1;
    }

    private static int Read16(ReadOnlySpan<byte> bytes, bool big) =>
        big ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);
}
