using NetVips;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// An opened image: what its header says, and its pixels, as a whole or row by row: upright, RGB, straight alpha behind them where there
/// is any, 8 or 16 bits. Every failure is one sentence that names the image.
/// </summary>
internal sealed class ImageReader : IDisposable
{
    private const int FirstTurned = 3;
    private readonly ImageFile _file;
    private readonly string _name;
    private readonly int _orientation;
    private Image? _pixels;
    private Region? _region;
    private int _row;

    private ImageReader(ImageFile file, string name, ImageLimits limits)
    {
        (_file, _name) = (file, name);
        Image header = file.Header;
        _orientation = header.Contains("orientation") && header.Get("orientation") is int turn and >= 1 and <= 8 ? turn : 1;
        (Width, Height) = _orientation >= 5 ? (header.Height, header.Width) : (header.Width, header.Height);
        long pixels = (long)Width * Height, limit = Math.Min(limits.MaxPixels, long.MaxValue / 16);
        if (pixels > limit)
        {
            throw new InputException($"{name} is {header.Width:N0}×{header.Height:N0}, that is {pixels:N0} pixels, more than the limit "
                + $"of {limit:N0}; make it smaller or raise the limit.");
        }

        IsCmyk = header.Interpretation == Enums.Interpretation.Cmyk && header.Bands >= 4;
        Bits = header.Format is Enums.BandFormat.Uchar or Enums.BandFormat.Char ? 8 : 16;
        StoresGrey = header.Bands < 3;
        HasAlpha = header.Bands is 2 || (header.Bands >= 4 && !IsCmyk);
        ComesInRows = _orientation < FirstTurned && file.ComesInRows;
        Metadata = ImageMetadata.Of(file);
    }

    public int Width { get; }

    public int Height { get; }

    public string Format => _file.Format;

    public int Frames => _file.Frames;

    /// <summary>Bits of a channel as they are given: 16 also for floating point, whose values are taken as 0–1.</summary>
    public int Bits { get; }

    public bool IsCmyk { get; }

    /// <summary>Whether the file has one channel of colour, which is given thrice.</summary>
    public bool StoresGrey { get; }

    /// <summary>Whether the file has a channel of transparency, be it opaque everywhere.</summary>
    public bool HasAlpha { get; }

    public int Channels => HasAlpha ? 4 : 3;

    /// <summary>Whether the rows are decoded as they are asked for, so that the picture is never in memory as a whole.</summary>
    public bool ComesInRows { get; }

    /// <summary>What stands beside the pixels, as it stands in the file.</summary>
    public ImageMetadata Metadata { get; }

    /// <exception cref="InputException">The file is no image, or passes a limit.</exception>
    public static ImageReader OpenFile(string path, FileStream stream, ImageLimits limits)
        => Open(ImageFile.OfStream(stream, path), limits);

    /// <exception cref="InputException">The bytes are no image, or pass a limit.</exception>
    public static ImageReader OpenMemory(ReadOnlyMemory<byte> encoded, string name, ImageLimits limits)
        => Open(ImageFile.OfMemory(encoded, name), limits);

    /// <summary>All pixels: height × width × <see cref="Channels"/> values.</summary>
    public byte[] ReadBytes() => Guard(() =>
    {
        RequireArray(bytes: 1);
        using Image pixels = Bits == 8 ? Pixels().Copy() : Pixels().Cast(Enums.BandFormat.Uchar, shift: true);
        return pixels.WriteToMemory<byte>();
    });

    /// <summary>All pixels in 16 bits: height × width × <see cref="Channels"/> values.</summary>
    public ushort[] ReadShorts() => Guard(() =>
    {
        RequireArray(bytes: 2);
        return Pixels().WriteToMemory<ushort>();
    });

    /// <summary>The next rows, in <see cref="Bits"/>.</summary>
    public byte[] ReadRows(int count) => Guard(() =>
    {
        _region ??= Region.New(Pixels());
        byte[] rows = _region.Fetch(0, _row, Width, count);
        _row += count;
        return rows;
    });

    public void Dispose()
    {
        _region?.Dispose();
        _pixels?.Dispose();
        _file.Dispose();
    }

    private static ImageReader Open(ImageFile file, ImageLimits limits)
    {
        try
        {
            return new(file, file.Name, limits);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private Image Pixels()
    {
        if (_pixels is null)
        {
            using Image stored = _file.Pixels(inRows: _orientation < FirstTurned);
            using Image rgb = Rgb(stored);
            using Image values = Values(rgb);
            _pixels = values.Autorot();
        }

        return _pixels;
    }

    /// <summary>Three channels of colour, and one of transparency where there is any.</summary>
    private Image Rgb(Image image)
    {
        if (IsCmyk)
        {
            // What ink leaves of white, as every tool without a printer's profile has it.
            double most = Bits == 8 ? byte.MaxValue : ushort.MaxValue;
            using Image inks = image.ExtractBand(0, n: 3), black = image.ExtractBand(3);
            using Image paper = inks.Linear([-1], [most]), light = black.Linear([-1 / most], [1]);
            using Image product = paper * light, rounded = product.Rint();
            using Image cast = rounded.Cast(image.Format);
            return cast.Copy(interpretation: Bits == 8 ? Enums.Interpretation.Srgb : Enums.Interpretation.Rgb16);
        }

        if (image.Interpretation is Enums.Interpretation.Lab or Enums.Interpretation.Labs or Enums.Interpretation.Xyz)
        {
            return image.Colourspace(Bits == 8 ? Enums.Interpretation.Srgb : Enums.Interpretation.Rgb16);
        }

        if (image.Bands > 4)
        {
            return image.ExtractBand(0, n: 4);
        }

        if (image.Bands >= 3)
        {
            return image.Copy();
        }

        using Image grey = image.ExtractBand(0);
        using Image colours = grey.Bandjoin(grey, grey);
        using Image? alpha = image.Bands == 1 ? null : image.ExtractBand(1);
        return alpha is null ? colours.Copy() : colours.Bandjoin(alpha);
    }

    /// <summary>8 or 16 bits without a sign.</summary>
    private static Image Values(Image image)
    {
        switch (image.Format)
        {
            case Enums.BandFormat.Uchar or Enums.BandFormat.Ushort:
                return image.Copy();
            case Enums.BandFormat.Float or Enums.BandFormat.Double when image.Interpretation != Enums.Interpretation.Rgb16:
                using (Image scaled = image * ushort.MaxValue)
                using (Image rounded = scaled.Rint())
                {
                    return rounded.Cast(Enums.BandFormat.Ushort);
                }

            case Enums.BandFormat.Uint:
                return image.Cast(Enums.BandFormat.Ushort, shift: true);
            default:
                return image.Cast(image.Format == Enums.BandFormat.Char ? Enums.BandFormat.Uchar : Enums.BandFormat.Ushort);
        }
    }

    private void RequireArray(int bytes)
    {
        if ((long)Width * Height * Channels * bytes > Array.MaxLength)
        {
            throw new InputException(
                $"{_name} has {Width:N0}×{Height:N0} pixels, more than a picture in memory can hold; make it smaller.");
        }
    }

    private T Guard<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (VipsException e)
        {
            throw _file.Broken(e);
        }
    }
}
