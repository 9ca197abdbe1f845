using NetVips;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Imaging;

/// <summary>A kind of file that people bring, made from one picture.</summary>
/// <param name="Name">What it is.</param>
/// <param name="File">The file's name.</param>
/// <param name="Make">Its bytes.</param>
/// <param name="Error">How far a value may be from the picture's, of 255; below 0: the file can't be read.</param>
internal sealed record PhotoKind(string Name, string File, Func<byte[]> Make, int Error = 0)
{
    public const int Width = 48, Height = 32;

    public bool IsRead => Error >= 0;

    /// <summary>Whether the file shows the picture without its colours.</summary>
    public bool IsGrey => Name.Contains("grey", StringComparison.Ordinal) || Name.Contains("PGM", StringComparison.Ordinal);

    /// <summary>Whether the left half is hidden.</summary>
    public bool HasAlpha => Name.Contains("alpha", StringComparison.Ordinal);

    public override string ToString() => Name;

    /// <summary>The picture: slow slopes of each channel, which lossy formats keep.</summary>
    public static RgbImage Picture(bool grey)
    {
        var image = new RgbImage(Width, Height);
        for (int i = 0; i < Width * Height; i++)
        {
            (int x, int y) = (i % Width, i / Width);
            byte red = (byte)(40 + (x * 4)), green = (byte)(220 - (y * 5)), blue = (byte)(60 + ((x + y) * 2));
            (image.Pixels[i * 3], image.Pixels[(i * 3) + 1], image.Pixels[(i * 3) + 2]) = grey ? (red, red, red) : (red, green, blue);
        }

        return image;
    }

    /// <summary>The kinds, those that are read first.</summary>
    public static IReadOnlyList<PhotoKind> All { get; } =
    [
        new("PNG", "a.png", () => Vips(Rgb(), i => i.PngsaveBuffer())),
        new("PNG, 16 bits", "a.png", () => Vips(Deep(Rgb()), i => i.PngsaveBuffer())),
        new("PNG, grey", "a.png", () => Vips(Grey(), i => i.PngsaveBuffer())),
        new("PNG, grey, 16 bits", "a.png", () => Vips(Deep(Grey()), i => i.PngsaveBuffer())),
        new("PNG, grey and alpha", "a.png", () => Vips(WithAlpha(Grey()), i => i.PngsaveBuffer())),
        new("PNG, alpha", "a.png", () => Vips(WithAlpha(Rgb()), i => i.PngsaveBuffer())),
        new("PNG, alpha, 16 bits", "a.png", () => Vips(Deep(WithAlpha(Rgb())), i => i.PngsaveBuffer())),
        new("PNG, palette", "a.png", () => Vips(Rgb(), i => i.PngsaveBuffer(palette: true, q: 100, dither: 0)), 24),
        new("PNG, interlaced", "a.png", () => Vips(Rgb(), i => i.PngsaveBuffer(interlace: true))),
        new("PNG, lying on its side", "a.png", () => EncodedImages.Turned(Vips(Rgb().Rot270(), i => i.PngsaveBuffer()), 6)),
        new("PNG, animated", "a.png", () => Chunk(Vips(Rgb(), i => i.PngsaveBuffer()), "acTL", [0, 0, 0, 3, 0, 0, 0, 0])),
        new("PNG that is a JPEG", "a.png", () => Vips(Rgb(), i => i.JpegsaveBuffer(q: 95)), 9),
        new("JPEG, 4:2:0", "a.jpg", () => Vips(Rgb(), i => i.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.On)), 12),
        new("JPEG, 4:4:4", "a.jpg", () => Vips(Rgb(), i => i.JpegsaveBuffer(q: 95, subsampleMode: Enums.ForeignSubsample.Off)), 9),
        new("JPEG, grey", "a.jpg", () => Vips(Grey(), i => i.JpegsaveBuffer(q: 95)), 9),
        new("JPEG, progressive", "a.jpg", () => Vips(Rgb(), i => i.JpegsaveBuffer(q: 95, interlace: true)), 12),
        new("JPEG, CMYK", "a.jpg", () => Vips(Cmyk(), i => i.JpegsaveBuffer(q: 97, keep: Enums.ForeignKeep.None)), 12),
        new("JPEG, lying on its side", "a.jpg", () => EncodedImages.Turned(Vips(Rgb().Rot270(), i => i.JpegsaveBuffer(q: 95)), 6), 12),
        new("JPEG, colour profile", "a.jpg", () => Vips(Rgb(), i => i.JpegsaveBuffer(q: 95, profile: "srgb")), 12),
        new("JPEG, motion photo", "a.jpg", () => [.. Vips(Motion(Rgb()), i => i.JpegsaveBuffer(q: 95)), .. "\0\0\0\u0018ftypmp42"u8], 12),
        new("JFIF", "a.jfif", () => Vips(Rgb(), i => i.JpegsaveBuffer(q: 95)), 12),
        new("JPE", "a.jpe", () => Vips(Rgb(), i => i.JpegsaveBuffer(q: 95)), 12),
        new("WebP", "a.webp", () => Vips(Rgb(), i => i.WebpsaveBuffer(q: 95)), 16),
        new("WebP, lossless", "a.webp", () => Vips(Rgb(), i => i.WebpsaveBuffer(lossless: true)), 16),
        new("WebP, alpha", "a.webp", () => Vips(WithAlpha(Rgb()), i => i.WebpsaveBuffer(lossless: true, exact: true)), 16),
        new("WebP, animated", "a.webp", () => Vips(Two(Rgb()), i => i.WebpsaveBuffer(lossless: true)), 16),
        new("TIFF, strips", "a.tif", () => Vips(Rgb(), i => i.TiffsaveBuffer())),
        new("TIFF, 16 bits", "a.tiff", () => Vips(Deep(Rgb()), i => i.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw))),
        new("TIFF, floating point", "a.tif", () => Vips(Float(Rgb()), i => i.TiffsaveBuffer())),
        new("TIFF, tiles", "a.tif", () => Vips(Rgb(), i => i.TiffsaveBuffer(tile: true, tileWidth: 16, tileHeight: 16))),
        new("TIFF, CMYK", "a.tif", () => Vips(Cmyk(), i => i.TiffsaveBuffer(keep: Enums.ForeignKeep.None)), 2),
        new("TIFF, grey", "a.tif", () => Vips(Grey(), i => i.TiffsaveBuffer())),
        new("TIFF, alpha", "a.tif", () => Vips(WithAlpha(Rgb()), i => i.TiffsaveBuffer())),
        new("TIFF, two pages", "a.tif", () => Vips(Two(Rgb()), i => i.TiffsaveBuffer(pageHeight: Height))),
        new("AVIF", "a.avif", () => Vips(Rgb(), i => i.HeifsaveBuffer(q: 95, compression: Enums.ForeignHeifCompression.Av1)), 12),
        new("AVIF, alpha", "a.avif",
            () => Vips(WithAlpha(Rgb()), i => i.HeifsaveBuffer(q: 95, compression: Enums.ForeignHeifCompression.Av1)), 12),
        new("PPM", "a.ppm", () => [.. "P6 # by hand\n48 32\n255\n"u8, .. Picture(false).Pixels]),
        new("PPM, 16 bits", "a.ppm", () => [.. "P6\n48 32\n65535\n"u8, .. Picture(false).Pixels.SelectMany(v => new[] { v, v })]),
        new("PGM", "a.pgm", () => [.. "P5\n48 32\n255\n"u8, .. Picture(true).Pixels.Where((_, i) => i % 3 == 0)]),
        new("BMP", "a.bmp", () => EncodedImages.Bmp(Picture(false))),
        new("GIF", "a.gif", () => Vips(Rgb(), i => i.GifsaveBuffer(dither: 0)), 24),
        new("GIF, animated", "a.gif", () => Vips(Two(Rgb()), i => i.GifsaveBuffer(dither: 0)), 24),
        new("no ending", "photo", () => Vips(Rgb(), i => i.PngsaveBuffer())),
        new("HEIC", "a.heic", () => [0, 0, 0, 24, .. "ftypheic\0\0\0\0mif1heic"u8, .. new byte[64]], -1),
        new("JPEG XL", "a.jxl", () => [0xFF, 0x0A, .. new byte[64]], -1),
        new("camera's RAW", "a.nef", () => Vips(Rgb(), i => i.TiffsaveBuffer()), -1),
        new("cut JPEG", "a.jpg", () => Vips(Rgb(), i => i.JpegsaveBuffer(q: 95)) is var jpeg ? jpeg[..(jpeg.Length / 2)] : [], -1),
        new("Git LFS pointer", "a.png", () => [.. "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n"u8], -1),
        new("web page", "a.jpg", () => [.. "<!DOCTYPE html><title>Sign in</title>"u8], -1),
        new("empty file", "a.png", () => [], -1),
    ];

    private static Image Rgb() => Image.NewFromMemory(Picture(false).Pixels, Width, Height, 3, Enums.BandFormat.Uchar)
        .Copy(interpretation: Enums.Interpretation.Srgb);

    private static Image Grey() => Image.NewFromMemory(Picture(true).Pixels, Width, Height, 3, Enums.BandFormat.Uchar)
        .ExtractBand(0).Copy(interpretation: Enums.Interpretation.Bw);

    private static Image Deep(Image image) => (image * 257).Cast(Enums.BandFormat.Ushort).Copy(
        interpretation: image.Bands < 3 ? Enums.Interpretation.Grey16 : Enums.Interpretation.Rgb16);

    private static Image Float(Image image) => (image / 255).Cast(Enums.BandFormat.Float).Copy(interpretation: Enums.Interpretation.Scrgb);

    private static Image WithAlpha(Image image)
    {
        byte[] alpha = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i % Width < Width / 2 ? 0 : 255))];
        return image.Bandjoin(Image.NewFromMemory(alpha, Width, Height, 1, Enums.BandFormat.Uchar))
            .Copy(interpretation: image.Interpretation);
    }

    /// <summary>Ink where the picture has less than white, and no black.</summary>
    private static Image Cmyk() => Rgb().Linear([-1, -1, -1], [255, 255, 255]).Cast(Enums.BandFormat.Uchar)
        .Bandjoin(Image.Black(Width, Height)).Copy(interpretation: Enums.Interpretation.Cmyk);

    private static Image Two(Image image) => image.Join(image.Invert(), Enums.Direction.Vertical).Mutate(
        both => both.Set(GValue.GIntType, "page-height", Height));

    private static Image Motion(Image image) => image.Mutate(with => with.Set(GValue.BlobType, "xmp-data",
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:Description GCamera:MotionPhoto=\"1\" dc:title=\"sea\"/></x:xmpmeta>"u8.ToArray()));

    private static byte[] Chunk(byte[] png, string type, byte[] data)
        => [.. png[..33], .. PngChunks.Chunk(System.Text.Encoding.ASCII.GetBytes(type), data), .. png[33..]];

    private static byte[] Vips(Image image, Func<Image, byte[]> save)
    {
        using (image)
        {
            return save(image);
        }
    }
}
