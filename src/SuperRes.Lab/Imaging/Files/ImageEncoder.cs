using NetVips;

namespace SuperRes.Lab.Imaging;

/// <summary>Encodes pictures that are in memory.</summary>
internal static class ImageEncoder
{
    /// <summary>Encodes RGB, with alpha where it is given and the format holds it.</summary>
    public static byte[] Encode(RgbImage image, ReadOnlySpan<byte> alpha, string format, int quality, bool halvesChroma = false)
    {
        if (!alpha.IsEmpty && alpha.Length != image.Width * image.Height)
        {
            throw new ArgumentException($"The alpha plane of a {image.Width}×{image.Height} picture has as many bytes as pixels; "
                + $"{alpha.Length} were given.");
        }

        if (alpha.IsEmpty)
        {
            ImageMetadata metadata = ImageMetadata.None with { HasFullChroma = halvesChroma ? false : null, HalvesChroma = halvesChroma };
            return Encode(image.Pixels, image.Width, image.Height, 3, format, quality, metadata);
        }

        var rgba = new byte[image.Pixels.Length / 3 * 4];
        PixelOrder.RgbToRgba(image.Pixels, alpha, rgba);
        return Encode(rgba, image.Width, image.Height, 4, format, quality, ImageMetadata.None);
    }

    /// <summary>Encodes as PNG with at most 256 colours, a third of the size of true colour: exact where there are no more.</summary>
    /// <param name="pixels">RGB, or RGBA of which the colours count.</param>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    /// <param name="dither">0–1: how much of each error is spread over neighbours, which photos want and drawings don't.</param>
    public static byte[] Indexed(byte[] pixels, int width, int height, double dither)
    {
        Vips.Initialize();
        using Image stored = Image.NewFromMemory(pixels, width, height, pixels.Length / width / height, Enums.BandFormat.Uchar);
        using Image colours = stored.ExtractBand(0, n: 3), image = colours.Copy(interpretation: Enums.Interpretation.Srgb);
        return image.PngsaveBuffer(compression: 9, palette: true, q: 100, dither: dither, effort: 7, keep: Enums.ForeignKeep.None);
    }

    /// <summary>Encodes in a format with everything the image brings along that the format can hold.</summary>
    public static byte[] Everything(DecodedImage image, string format, int quality)
    {
        bool? profileIsGrey = image.Metadata.ProfileIsGrey;
        bool alpha = image.Alpha is not null && ImageFormats.HoldsAlpha(format);
        RgbImage colors = alpha ? image.Image : image.Flatten();
        bool grey = image.IsGrey && ImageFormats.HoldsGrey(format) && !alpha
            && (image.Metadata.IccProfile is null || profileIsGrey == true) && PixelOrder.IsGrey(colors.Pixels);

        // A profile of grey or CMYK pixels says nothing true about RGB ones.
        ImageMetadata metadata = image.Metadata with { IccProfile = profileIsGrey == grey ? image.Metadata.IccProfile : null };
        byte[] pixels = colors.Pixels;
        if (grey)
        {
            pixels = new byte[pixels.Length / 3];
            PixelOrder.RgbToGrey(colors.Pixels, pixels);
        }
        else if (alpha)
        {
            pixels = new byte[image.Alpha!.Length * 4];
            PixelOrder.RgbToRgba(colors.Pixels, image.Alpha, pixels);
        }

        return Encode(pixels, colors.Width, colors.Height, grey ? 1 : alpha ? 4 : 3, format, quality, metadata);
    }

    private static byte[] Encode(
        byte[] pixels, int width, int height, int channels, string format, int quality, ImageMetadata metadata)
    {
        if (quality is < 1 or > 100)
        {
            throw new ArgumentOutOfRangeException(nameof(quality), quality, "A quality is 1 to 100.");
        }

        if (format == "PPM")
        {
            return [.. PixmapRows.Header(width, height, channels, 8), .. pixels];
        }

        Vips.Initialize();
        using Image stored = Image.NewFromMemory(pixels, width, height, channels, Enums.BandFormat.Uchar);
        using Image image = stored.Copy(interpretation: channels < 3 ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        using var file = new MemoryStream();
        ImageSaver.Save(image, file, format, metadata, quality);
        return file.ToArray();
    }
}
