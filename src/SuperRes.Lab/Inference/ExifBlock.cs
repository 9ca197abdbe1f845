using System.Buffers.Binary;

namespace SuperRes.Lab.Inference;

/// <summary>Mends an EXIF block for a picture that was turned upright and resized.</summary>
internal static class ExifBlock
{
    private const ushort Orientation = 0x0112, ExifFolder = 0x8769, PixelWidth = 0xA002, PixelHeight = 0xA003;

    /// <summary>Orientation becomes 1, the sizes the new ones, and the thumbnail of the old picture is unlinked; null where the block is broken.</summary>
    public static byte[]? ForUpright(byte[] exif, int width, int height)
    {
        byte[] block = [.. exif];
        if (block.Length < 14 || !(block.AsSpan(0, 4).SequenceEqual("II*\0"u8) || block.AsSpan(0, 4).SequenceEqual("MM\0*"u8)))
        {
            return null;
        }

        var tiff = new Tiff(block, block[0] == (byte)'I');
        try
        {
            long main = tiff.Long(4);
            long afterMain = tiff.Entries(main, (tag, entry) =>
            {
                if (tag == Orientation)
                {
                    tiff.SetNumber(entry, 1);
                }
                else if (tag == ExifFolder)
                {
                    tiff.Entries(tiff.Long(entry + 8), (inner, at) =>
                    {
                        if (inner is PixelWidth or PixelHeight)
                        {
                            tiff.SetNumber(at, inner == PixelWidth ? width : height);
                        }
                    });
                }
            });
            tiff.SetLong(afterMain, 0);
            return block;
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            return null;
        }
    }

    private sealed class Tiff(byte[] block, bool little)
    {
        public uint Long(long at) => little ? BinaryPrimitives.ReadUInt32LittleEndian(Span(at, 4)) : BinaryPrimitives.ReadUInt32BigEndian(Span(at, 4));

        public void SetLong(long at, uint value)
        {
            if (little)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(Span(at, 4), value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32BigEndian(Span(at, 4), value);
            }
        }

        /// <summary>Visits a folder's entries of 12 bytes; returns where the offset of the next folder stands.</summary>
        public long Entries(long folder, Action<ushort, long> visit)
        {
            int count = Short(folder);
            for (int i = 0; i < count; i++)
            {
                long entry = folder + 2 + (12L * i);
                visit(Short(entry), entry);
            }

            return folder + 2 + (12L * count);
        }

        /// <summary>Writes a single number into an entry of 16 or 32 bits; one that does not fit 16 bits is made 32.</summary>
        public void SetNumber(long entry, int value)
        {
            const ushort shortType = 3, longType = 4;
            ushort type = value > ushort.MaxValue ? longType : Short(entry + 2);
            SetShort(entry + 2, type);
            SetLong(entry + 8, 0);
            if (type == shortType)
            {
                SetShort(entry + 8, (ushort)value);
            }
            else
            {
                SetLong(entry + 8, (uint)value);
            }
        }

        private ushort Short(long at) => little ? BinaryPrimitives.ReadUInt16LittleEndian(Span(at, 2)) : BinaryPrimitives.ReadUInt16BigEndian(Span(at, 2));

        private void SetShort(long at, ushort value)
        {
            if (little)
            {
                BinaryPrimitives.WriteUInt16LittleEndian(Span(at, 2), value);
            }
            else
            {
                BinaryPrimitives.WriteUInt16BigEndian(Span(at, 2), value);
            }
        }

        private Span<byte> Span(long at, int length) => block.AsSpan(checked((int)at), length);
    }
}
