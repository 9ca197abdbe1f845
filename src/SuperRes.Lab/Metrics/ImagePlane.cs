using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Metrics;

/// <summary>One channel of a picture in double precision on the scale 0–255: what the metrics compute on.</summary>
internal sealed class ImagePlane
{
    public ImagePlane(int width, int height, double[] values) => (Width, Height, Values) = (width, height, values);

    public int Width { get; }

    public int Height { get; }

    /// <summary>height × width values, row after row.</summary>
    public double[] Values { get; }

    public ReadOnlySpan<double> Row(int y) => Values.AsSpan(y * Width, Width);

    /// <summary>The luma, not rounded, without a border.</summary>
    public static ImagePlane Luma(RgbImage image, int shave)
        => new ImagePlane(image.Width, image.Height, ColorSpace.RgbToY(image)).Shave(shave);

    /// <summary>Red, green or blue, without a border.</summary>
    public static ImagePlane Channel(RgbImage image, int channel, int shave)
    {
        int width = image.Width - (2 * shave), height = image.Height - (2 * shave);
        var values = new double[width * height];
        for (int y = 0; y < height; y++)
        {
            int from = ((((y + shave) * image.Width) + shave) * 3) + channel;
            for (int x = 0; x < width; x++)
            {
                values[(y * width) + x] = image.Pixels[from + (x * 3)];
            }
        }

        return new(width, height, values);
    }

    /// <summary>Averages of 2×2 blocks; what is missing at an odd edge counts as zero or is dropped.</summary>
    public ImagePlane Halve(bool keepOddEdge)
    {
        int width = (Width + (keepOddEdge ? 1 : 0)) / 2, height = (Height + (keepOddEdge ? 1 : 0)) / 2;
        var values = new double[width * height];
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<double> upper = Row(2 * y);
            ReadOnlySpan<double> lower = (2 * y) + 1 < Height ? Row((2 * y) + 1) : [];
            for (int x = 0; x < width; x++)
            {
                int left = 2 * x, right = left + 1;
                double sum = upper[left] + (lower.IsEmpty ? 0 : lower[left]);
                sum += right < Width ? upper[right] + (lower.IsEmpty ? 0 : lower[right]) : 0;
                values[(y * width) + x] = sum / 4;
            }
        }

        return new(width, height, values);
    }

    /// <summary>Says so where two pictures can't be compared.</summary>
    public static void CheckPair(RgbImage prediction, RgbImage target, int shave)
    {
        if (prediction.Width != target.Width || prediction.Height != target.Height)
        {
            throw new ArgumentException(
                $"Pictures of one size can be compared; the prediction is {prediction.Width}×{prediction.Height}, the target "
                    + $"{target.Width}×{target.Height}.",
                nameof(prediction));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(shave);
        if (Math.Min(target.Width, target.Height) <= 2 * shave)
        {
            throw new ArgumentException($"A border of {shave} pixels leaves nothing of a {target.Width}×{target.Height} picture.",
                nameof(shave));
        }
    }

    private ImagePlane Shave(int shave)
    {
        if (shave == 0)
        {
            return this;
        }

        int width = Width - (2 * shave), height = Height - (2 * shave);
        var values = new double[width * height];
        for (int y = 0; y < height; y++)
        {
            Row(y + shave).Slice(shave, width).CopyTo(values.AsSpan(y * width));
        }

        return new(width, height, values);
    }
}
