using System.Buffers.Binary;
using SkiaSharp;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Inference;

/// <summary>
/// The rows of an opaque, upright PNG (8 or 16 bits, no palette, not interlaced) or JPEG, read from the file as they are asked for: a
/// picture that would not fit into memory as a whole goes through all the same.
/// </summary>
internal abstract class FileRows(string path, int width, int height) : RowSource(width, height)
{
    private readonly FileStamp _stamp = FileStamp.Of(path);
    private int _row;

    public abstract bool IsGrey { get; }

    public abstract int Bits { get; }

    protected string Path => path;

    /// <summary>Opens a file; null where it is of another kind.</summary>
    public static FileRows? Open(string path, ImageInfo header)
        => header.Format == "PNG" ? PngRows.Open(path) : header.Format == "JPEG" ? JpegRows.Open(path) : null;

    public sealed override void Read(Span<float> rows)
    {
        for (int at = 0; at < rows.Length; at += Width * 3, _row++)
        {
            try
            {
                ReadRow(rows.Slice(at, Width * 3));
            }
            catch (EndOfStreamException)
            {
                throw new InputException($"{path} is cut short: it ends before its last pixel; get the complete file.");
            }
            catch (InvalidDataException)
            {
                throw new InputException($"{path} is damaged and can't be decoded; get an intact file.");
            }
        }

        if (_row == Height)
        {
            _stamp.RequireSame(path);
        }
    }

    protected abstract void ReadRow(Span<float> row);

    private sealed class PngRows : FileRows
    {
        private readonly FileStream _file;
        private readonly PngReader _reader;

        private PngRows(string path, FileStream file, PngReader reader)
            : base(path, reader.Width, reader.Height)
        {
            (_file, _reader) = (file, reader);
            reader.Begin(reader.Width);
        }

        public override bool IsGrey => _reader.Channels == 1;

        public override int Bits => _reader.BytesPerChannel * 8;

        public static PngRows? Open(string path)
        {
            FileStream file = FileStamp.Guard(path, () => File.OpenRead(path));
            bool upright = Exif.Orientation(MetadataReader.PngExif(file)) == 1;
            file.Position = 0;
            PngReader? reader = upright ? PngReader.Open(file) : null;
            if (reader is { IsInterlaced: false, TransparentColor: null, Channels: 1 or 3 })
            {
                return new(path, file, reader);
            }

            reader?.Dispose();
            file.Dispose();
            return null;
        }

        public override void Dispose()
        {
            _reader.Dispose();
            _file.Dispose();
        }

        protected override void ReadRow(Span<float> row)
        {
            ReadOnlySpan<byte> bytes = _reader.Next();
            int step = _reader.BytesPerChannel, channels = _reader.Channels;
            for (int i = 0; i < row.Length; i++)
            {
                int at = (channels == 3 ? i : i / 3) * step;
                row[i] = step == 1 ? bytes[at] / 255f : BinaryPrimitives.ReadUInt16BigEndian(bytes[at..]) / (float)ushort.MaxValue;
            }
        }
    }

    private sealed unsafe class JpegRows : FileRows
    {
        private readonly SKCodec _codec;
        private readonly byte[] _pixels;

        private JpegRows(string path, SKCodec codec)
            : base(path, codec.Info.Width, codec.Info.Height)
            => (_codec, _pixels) = (codec, new byte[codec.Info.Width * 4]);

        public override bool IsGrey => _codec.Info.ColorType == SKColorType.Gray8;

        public override int Bits => 8;

        public static JpegRows? Open(string path)
        {
            SKCodec? codec = IsSequential(path) ? SKCodec.Create(path) : null;
            if (codec is { EncodedOrigin: SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default }
                && codec.StartScanlineDecode(new SKImageInfo(
                    codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque)) == SKCodecResult.Success)
            {
                return new(path, codec);
            }

            codec?.Dispose();
            return null;
        }

        public override void Dispose() => _codec.Dispose();

        /// <summary>Whether the rows follow each other in the file; a progressive JPEG is decoded as a whole, whoever reads it.</summary>
        private static bool IsSequential(string path) => FileStamp.Guard(path, () =>
        {
            using FileStream file = File.OpenRead(path);
            Span<byte> head = stackalloc byte[4];
            for (file.Position = 2; file.ReadAtLeast(head, 4, throwOnEndOfStream: false) == 4 && head[0] == 0xFF;)
            {
                // Start of frame, but for the markers that define Huffman tables, arithmetic coding and restarts.
                if (head[1] is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
                {
                    return head[1] is 0xC0 or 0xC1;
                }

                file.Position += BinaryPrimitives.ReadUInt16BigEndian(head[2..]) - 2;
            }

            return false;
        });

        protected override void ReadRow(Span<float> row)
        {
            fixed (byte* memory = _pixels)
            {
                if (_codec.GetScanlines((IntPtr)memory, 1, _pixels.Length) != 1)
                {
                    throw new EndOfStreamException();
                }
            }

            for (int x = 0; x < Width; x++)
            {
                row[x * 3] = _pixels[x * 4] / 255f;
                row[(x * 3) + 1] = _pixels[(x * 4) + 1] / 255f;
                row[(x * 3) + 2] = _pixels[(x * 4) + 2] / 255f;
            }
        }
    }
}
