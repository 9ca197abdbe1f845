using System.Buffers.Binary;

namespace SuperRes.Lab.Imaging;

/// <summary>The one tag of an EXIF block that says how its picture is to be turned.</summary>
internal static class ExifOrientation
{
    private const int Tag = 0x0112, EntryLength = 12, FirstAt = 4, ValueAt = 8;

    /// <summary>A copy that says upright, and whether the block said so before.</summary>
    public static (byte[] Exif, bool Was) Upright(byte[] exif)
    {
        byte[] copy = (byte[])exif.Clone();
        bool big = exif.AsSpan().StartsWith("MM"u8);
        uint first = exif.Length < 8 ? uint.MaxValue : big ? BinaryPrimitives.ReadUInt32BigEndian(exif.AsSpan(FirstAt))
            : BinaryPrimitives.ReadUInt32LittleEndian(exif.AsSpan(FirstAt));
        if (first > exif.Length - 2)
        {
            return (copy, true);
        }

        long at = first + 2;
        for (int entries = Short((int)first); entries > 0 && at + EntryLength <= exif.Length; entries--, at += EntryLength)
        {
            if (Short((int)at) == Tag)
            {
                bool upright = Short((int)at + ValueAt) is < 2 or > 8;
                (copy[at + ValueAt], copy[at + ValueAt + 1]) = big ? ((byte)0, (byte)1) : ((byte)1, (byte)0);
                return (copy, upright);
            }
        }

        return (copy, true);

        int Short(int place) => big ? BinaryPrimitives.ReadUInt16BigEndian(exif.AsSpan(place))
            : BinaryPrimitives.ReadUInt16LittleEndian(exif.AsSpan(place));
    }
}
