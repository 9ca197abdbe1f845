using System.Globalization;
using System.Security.Cryptography;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Course;

/// <summary>Decodes an image file once and notes what there is to know of it.</summary>
internal static class ImageSurveyor
{
    /// <exception cref="InputException">The file is missing, is no image, or is broken.</exception>
    public static SurveyedImage Look(string path, string name)
    {
        // The size is held against the limits before the content is read.
        ImageCodec.ReadHeader(path);
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} can't be read: {e.Message.TrimEnd('.')}; check its rights.", e);
        }

        DecodedImage decoded = ImageCodec.DecodeWithAlpha(bytes, path);
        RgbImage image = decoded.Flatten();
        (double mean, double deviation) = Luma(image);
        return new SurveyedImage
        {
            Name = name,
            Bytes = bytes.Length,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)),
            Width = image.Width,
            Height = image.Height,
            Format = decoded.Format,
            Mode = decoded.BitsPerChannel > 8 ? StoredMode.SixteenBit
                : decoded.IsCmyk ? StoredMode.Cmyk
                : decoded.Alpha is not null ? StoredMode.Transparent
                : decoded.IsGrey ? StoredMode.Grey : StoredMode.Rgb,
            Brightness = Math.Round(mean, 2),
            Contrast = Math.Round(deviation, 2),
            Look = NearDuplicates.DifferenceHash(image).ToString("x16", CultureInfo.InvariantCulture),
        };
    }

    private static (double Mean, double Deviation) Luma(RgbImage image)
    {
        long sum = 0, squares = 0;
        ReadOnlySpan<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            int luma = ((pixels[i] * 19595) + (pixels[i + 1] * 38470) + (pixels[i + 2] * 7471) + 0x8000) >> 16;
            sum += luma;
            squares += luma * luma;
        }

        double count = pixels.Length / 3, mean = sum / count;
        return (mean, Math.Sqrt(Math.Max(0, (squares / count) - (mean * mean))));
    }
}
