using NetVips;

namespace SuperRes.Lab.Imaging;

/// <summary>libvips' encoders with fixed settings, so that equal pictures give equal files.</summary>
internal static class ImageSaver
{
    // PNG's maximum of 9 costs four times the time of 6 for one percent.
    private const int PngCompression = 6;
    private const int FullChromaQuality = 90;
    private const long LargestTiff = 4_000_000_000;

    /// <summary>Writes a picture into a stream.</summary>
    /// <param name="pixels">1 to 4 channels of 8 or 16 bits, such as the format holds.</param>
    /// <param name="target">Receives the file; a TIFF's also reads and seeks.</param>
    /// <param name="format">PNG, JPEG, WebP, TIFF or AVIF.</param>
    /// <param name="metadata">What stands beside the pixels.</param>
    /// <param name="quality">1–100, for JPEG, WebP and AVIF.</param>
    public static void Save(Image pixels, Stream target, string format, ImageMetadata metadata, int quality)
    {
        using Image image = With(pixels, metadata);
        using StreamTarget receiver = format switch
        {
            "PNG" => new(target, metadata.PngColours, PngChunks.HeaderEnd),
            "JPEG" => new(target, metadata.JpegComments, JpegComments.At),
            _ => new(target, [], 0),
        };
        Target to = receiver.Target;
        // Never coarser than in the file it came from, and no colour is left out from quality 90 up.
        bool full = metadata.HasFullChroma ?? quality >= FullChromaQuality;
        full |= metadata.HasFullChroma == false && !metadata.HalvesChroma && quality >= FullChromaQuality;
        Enums.ForeignSubsample chroma = full ? Enums.ForeignSubsample.Off : Enums.ForeignSubsample.On;
        // Without anything to say in it, libvips would make a block that says nothing new.
        Enums.ForeignKeep keep = metadata.Exif is null && metadata.Density is null ? Enums.ForeignKeep.All & ~Enums.ForeignKeep.Exif
            : Enums.ForeignKeep.All;
        try
        {
            switch (format)
            {
                case "PNG":
                    image.PngsaveTarget(to, compression: PngCompression, filter: Enums.ForeignPngFilter.All, keep: keep);
                    break;
                case "JPEG":
                    image.JpegsaveTarget(to, q: quality, subsampleMode: chroma, keep: keep);
                    break;
                case "WebP":
                    image.WebpsaveTarget(to, q: quality, keep: keep);
                    break;
                case "AVIF":
                    image.HeifsaveTarget(to, q: quality, compression: Enums.ForeignHeifCompression.Av1, effort: 3, subsampleMode: chroma,
                        keep: keep);
                    break;
                default:
                    bool large = (long)image.Width * image.Height * image.Bands * (image.Format == Enums.BandFormat.Uchar ? 1 : 2)
                        > LargestTiff;
                    image.TiffsaveTarget(to, compression: Enums.ForeignTiffCompression.Deflate,
                        predictor: Enums.ForeignTiffPredictor.Horizontal, bigtiff: large, keep: keep);
                    break;
            }
        }
        catch (VipsException e)
        {
            receiver.Rethrow();
            string reason = e.Message.Trim().Split('\n')[^1];
            throw new InputException($"A {image.Width}×{image.Height} picture can't be encoded as {format} ({reason}); "
                + "WebP ends at 16,383, AVIF at 16,384 and JPEG at 65,500 pixels a side: use PNG.", e);
        }
    }

    /// <summary>The picture with metadata as fields that the encoders write.</summary>
    private static Image With(Image pixels, ImageMetadata metadata)
    {
        (double x, double y) = metadata.Density ?? (ImageMetadata.UsualDensity, ImageMetadata.UsualDensity);
        using Image sized = pixels.Copy(xres: x, yres: y);
        (byte[] block, bool wasUpright) = ExifOrientation.Upright(metadata.Exif ?? []);
        using Image? exif = block.Length > 0 ? ExifImage(block) : null;
        return sized.Mutate(image =>
        {
            image.Set(GValue.GStrType, "resolution-unit", metadata.DensityUnit);
            SetBlob("icc-profile-data", metadata.IccProfile);
            SetBlob("xmp-data", metadata.Xmp is { } xmp ? Xmp.Of(xmp, pixels.Width, pixels.Height) : null);
            SetBlob("iptc-data", metadata.Iptc);
            foreach ((string field, string text) in metadata.Texts)
            {
                image.Set(GValue.GStrType, field, text);
            }

            foreach (string field in exif?.GetFields() ?? [])
            {
                // A thumbnail of a turned picture would lie on its side.
                if (field.StartsWith("exif-", StringComparison.Ordinal) || field == "orientation"
                    || (field == "jpeg-thumbnail-data" && wasUpright))
                {
                    image.Set(exif!.GetTypeOf(field), field, exif.Get(field));
                }
            }

            void SetBlob(string field, byte[]? data)
            {
                if (data is not null)
                {
                    image.Set(GValue.BlobType, field, data);
                }
            }
        });
    }

    /// <summary>An EXIF block taken apart, which libvips does only in files: a picture of one pixel with it.</summary>
    private static Image? ExifImage(byte[] block)
    {
        using Image pixel = Image.Black(1, 1);
        byte[] png = pixel.PngsaveBuffer();
        try
        {
            return Image.PngloadBuffer(
                [.. png[..PngChunks.HeaderEnd], .. PngChunks.Chunk("eXIf"u8, block), .. png[PngChunks.HeaderEnd..]]);
        }
        catch (VipsException)
        {
            return null; // broken metadata is left out
        }
    }
}
