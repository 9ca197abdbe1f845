namespace SuperRes.Lab.Imaging;

/// <summary>A decoded file with what a plain RGB picture can't hold, so that a result can be written in the same kind.</summary>
/// <param name="Image">The colours, upright; straight, that is not multiplied by alpha.</param>
/// <param name="Alpha">H × W bytes, 255 opaque; null where every pixel is opaque.</param>
/// <param name="IsGrey">Every pixel has R = G = B.</param>
/// <param name="BitsPerChannel">Bits of the file's channels: 8, or 16 where the lower bytes were left out here.</param>
/// <param name="Format">PNG, JPEG, WebP, TIFF, AVIF, PPM, BMP or GIF.</param>
public sealed record DecodedImage(RgbImage Image, byte[]? Alpha, bool IsGrey, int BitsPerChannel, string Format)
{
    /// <summary>EXIF block and colour profile. Default: none.</summary>
    public ImageMetadata Metadata { get; init; } = ImageMetadata.None;

    /// <summary>Whether the file holds four inks, which became RGB.</summary>
    internal bool IsCmyk { get; private init; }

    /// <summary>All that a file holds, in 8 bits.</summary>
    internal static DecodedImage Of(ImageReader reader)
    {
        byte[] pixels = reader.ReadBytes();
        byte[]? alpha = null;
        if (reader.HasAlpha)
        {
            byte[] rgba = pixels;
            pixels = new byte[rgba.Length / 4 * 3];
            PixelOrder.RgbaToRgb(rgba, pixels);
            for (int y = 0; y < reader.Height; y++)
            {
                PixelOrder.CopyAlpha(rgba.AsSpan(y * reader.Width * 4, reader.Width * 4), y, reader.Width, reader.Height, ref alpha);
            }
        }

        return new(new RgbImage(reader.Width, reader.Height, pixels), alpha, reader.StoresGrey || PixelOrder.IsGrey(pixels), reader.Bits,
            reader.Format) { Metadata = reader.Metadata, IsCmyk = reader.IsCmyk };
    }

    /// <summary>The picture as seen on a sheet of one grey; the picture itself where it is opaque.</summary>
    /// <param name="background">The sheet's value, 0–255; white by default.</param>
    /// <returns>colour · alpha + background · (1 − alpha), rounded.</returns>
    public RgbImage Flatten(byte background = 255)
    {
        if (Alpha is null)
        {
            return Image;
        }

        RgbImage flat = Image.Clone();
        Span<byte> pixels = flat.Pixels;
        for (int i = 0; i < Alpha.Length; i++)
        {
            int alpha = Alpha[i];
            int rest = (background * (255 - alpha)) + 127;
            for (int at = i * 3; alpha < 255 && at < (i * 3) + 3; at++)
            {
                pixels[at] = (byte)(((pixels[at] * alpha) + rest) / 255);
            }
        }

        return flat;
    }
}
