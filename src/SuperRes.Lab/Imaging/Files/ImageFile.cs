using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NetVips;
using SkiaSharp;
using SuperRes.Lab.IO;

namespace SuperRes.Lab.Imaging;

/// <summary>An image file as libvips sees it: the content decides which of the decoders that are allowed opens it.</summary>
internal sealed class ImageFile : IDisposable
{
    private static readonly string[] _rawEndings = [".nef", ".arw", ".dng", ".pef", ".srw", ".nrw", ".cr2", ".3fr", ".iiq", ".erf"];

    // How the decoders say that a file ends too early.
    private static readonly string[] _cut =
        ["premature", "truncat", "end of", "not enough", "out of data", "unexpected eof", "read error", "too short", "short read"];

    private const int MostRetries = 8;

    private readonly Func<Source> _open;
    private readonly Stream _stream;
    private readonly List<IDisposable> _held = [];
    private SKCodec? _codec;

    private ImageFile(string name, string format, Func<Source> open, Stream stream)
    {
        (Name, Format, _open, _stream) = (name, format, open, stream);
        try
        {
            Header = Load(inRows: true);
        }
        catch (InputException)
        {
            Dispose();
            throw;
        }
        catch (VipsException e)
        {
            string reason = Reason(e, () => Load(inRows: true));
            Dispose();
            throw new InputException(reason.Contains("not supported", StringComparison.OrdinalIgnoreCase)
                ? $"{name} is a {format} image of a kind that can't be read; save it again as plain PNG or JPEG."
                : $"{name} starts as a {format} image, but its header is cut short or damaged; get the complete file.");
        }

        PngChunks = format == "PNG" ? PngChunks.Read(stream) : null;
        Comments = format == "JPEG" ? JpegComments.Read(stream) : [];
        Frames = PngChunks?.Frames ?? (Header.Contains("n-pages") && Header.Get("n-pages") is int pages ? Math.Max(1, pages) : 1);
    }

    public string Name { get; }

    public string Format { get; }

    public int Frames { get; }

    public Image Header { get; }

    /// <summary>What libvips does not look for in a PNG; null in other files.</summary>
    public PngChunks? PngChunks { get; }

    /// <summary>A JPEG's comments (<see cref="JpegComments"/>).</summary>
    public byte[] Comments { get; }

    public bool ComesInRows => Format switch
    {
        "PNG" => !Flag("interlaced"),
        "JPEG" => !Flag("jpeg-multiscan"),
        "TIFF" or "PPM" => true,
        _ => false,
    };

    public static ImageFile OfStream(FileStream stream, string path)
        => new(path, FormatOf(stream, path), () => Source.NewFromFile(path), stream);

    public static ImageFile OfMemory(ReadOnlyMemory<byte> encoded, string name)
    {
        ArraySegment<byte> bytes = MemoryMarshal.TryGetArray(encoded, out ArraySegment<byte> array) ? array : new(encoded.ToArray());
        var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        return new(name, FormatOf(stream, name), () => Source.NewFromMemory(encoded.Span), stream);
    }

    /// <summary>The pixels as they are stored.</summary>
    /// <param name="inRows">Whether they are taken from the first row to the last; otherwise in any order.</param>
    public Image Pixels(bool inRows) => Format == "BMP" ? Bitmap() : inRows ? Header.Copy() : Load(inRows: false).Copy();

    public void Dispose()
    {
        _held.Reverse();
        _held.ForEach(one => one.Dispose());
        _stream.Dispose();
    }

    /// <summary>Why the picture can't be decoded.</summary>
    /// <param name="e">What its decoder threw.</param>
    public InputException Broken(VipsException e) => Broken(IsCut(Reason(e, () => Load(inRows: true).Avg())));

    private InputException Broken(bool isCut) => isCut
        ? new($"{Name} is cut short: it ends before its last pixel; get the complete file.")
        : new($"{Name} is damaged and can't be decoded; get an intact file.");

    private static bool IsCut(string reason) => _cut.Any(word => reason.Contains(word, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// What a decoder said. libvips keeps the texts of a whole process in one place, and whoever fails next takes them: where another
    /// thread has taken this one's, it is done again until its text is there.
    /// </summary>
    private static string Reason(VipsException e, Action again)
    {
        for (int i = 0; i < MostRetries && !e.Message.AsSpan().TrimEnd().Contains('\n'); i++)
        {
            lock (_cut)
            {
                try
                {
                    again();
                    return "";
                }
                catch (VipsException next)
                {
                    e = next;
                }
            }
        }

        return e.Message;
    }

    private static string FormatOf(Stream stream, string name)
    {
        Vips.Initialize();
        Span<byte> start = stackalloc byte[ImageSignature.Length];
        start = start[..stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        string? format = ImageSignature.Of(start);
        if (format == "TIFF" && _rawEndings.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase))
        {
            format = "RAW";
        }

        return ImageSignature.IsRead(format) ? format!
            : format is not null ? throw new InputException($"{name} is {ImageSignature.Advice(format)}.")
            : throw new InputException(FilePlaceholder.Of(start) is { } placeholder
                ? $"{name} is {placeholder}."
                : $"{name} is no image; {ImageSignature.Read} images are read.");
    }

    private bool Flag(string field) => Header.Contains(field) && Header.Get(field) is int value && value != 0;

    private Image Load(bool inRows)
    {
        Enums.Access access = inRows ? Enums.Access.Sequential : Enums.Access.Random;
        const Enums.FailOn Fail = Enums.FailOn.Error;
        Source source = Format is "BMP" or "PPM" ? null! : Hold(_open());
        return Hold(Format switch
        {
            "PNG" => Image.PngloadSource(source, access: access, failOn: Fail),
            "JPEG" => Image.JpegloadSource(source, access: access, failOn: Fail),
            "WebP" => Image.WebploadSource(source, access: access, failOn: Fail),
            "GIF" => Image.GifloadSource(source, access: access, failOn: Fail),
            "TIFF" => Image.TiffloadSource(source, access: access, failOn: Fail, unlimited: true),
            "AVIF" => Image.HeifloadSource(source, access: access, failOn: Fail),
            "PPM" => PixmapRows.Open(_stream, Name, Hold),
            _ => BitmapHeader(),
        });
    }

    private T Hold<T>(T one)
        where T : IDisposable
    {
        _held.Add(one);
        return one;
    }

    /// <summary>Of a BMP, which libvips does not read, a black picture of its size.</summary>
    private Image BitmapHeader()
    {
        _stream.Position = 0;

        // Skia would walk to pixels that are said to be gigabytes behind the file's end.
        Span<byte> start = stackalloc byte[14];
        bool reaches = _stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length
            && BinaryPrimitives.ReadUInt32LittleEndian(start[10..]) < _stream.Length;
        _stream.Position = 0;
        SKCodecResult result = SKCodecResult.InvalidInput;
        SKCodec codec = Hold((reaches ? SKCodec.Create(new SKManagedStream(_stream), out result) : null)
            ?? throw new InputException(result == SKCodecResult.Unimplemented
                ? $"{Name} is a BMP image of a kind that can't be read; save it again as plain PNG or JPEG."
                : $"{Name} starts as a BMP image, but its header is cut short or damaged; get the complete file."));
        _codec = codec;
        return Image.Black(codec.Info.Width, codec.Info.Height, bands: codec.Info.AlphaType == SKAlphaType.Opaque ? 3 : 4)
            .Copy(interpretation: Enums.Interpretation.Srgb);
    }

    private Image Bitmap()
    {
        var info = new SKImageInfo(Header.Width, Header.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var pixels = new byte[checked(info.Height * info.RowBytes)];
        GCHandle pinned = GCHandle.Alloc(pixels, GCHandleType.Pinned);
        SKCodecResult result = _codec!.GetPixels(info, pinned.AddrOfPinnedObject(), info.RowBytes, SKCodecOptions.Default);
        pinned.Free();
        if (result != SKCodecResult.Success)
        {
            throw Broken(isCut: result == SKCodecResult.IncompleteInput);
        }

        using Image whole = Image.NewFromMemory(pixels, info.Width, info.Height, 4, Enums.BandFormat.Uchar);
        using Image part = whole.ExtractBand(0, n: Header.Bands);
        return part.Copy(interpretation: Enums.Interpretation.Srgb);
    }
}
