using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Metrics;

/// <summary>
/// Peak signal-to-noise ratio in dB, 10·log10(255² / MSE), of 8-bit pictures in double precision; positive infinity where they are equal.
/// </summary>
public static class Psnr
{
    /// <summary>What an exact image counts as where images are put together, in dB: its own is infinite.</summary>
    internal const double MostCounted = 100;

    private const double Peak = 255;

    /// <summary>PSNR over all pixels of the three channels.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size.</param>
    /// <param name="shave">Width of the border that is left out on each side, in pixels. Default: 0.</param>
    /// <returns>dB.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or the border leaves nothing.</exception>
    public static double Rgb(RgbImage prediction, RgbImage target, int shave = 0)
    {
        ImagePlane.CheckPair(prediction, target, shave);
        int width = target.Width - (2 * shave), height = target.Height - (2 * shave);
        long sum = 0;
        for (int y = shave; y < shave + height; y++)
        {
            int start = ((y * target.Width) + shave) * 3;
            ReadOnlySpan<byte> a = prediction.Pixels.AsSpan(start, width * 3), b = target.Pixels.AsSpan(start, width * 3);
            for (int i = 0; i < a.Length; i++)
            {
                int difference = a[i] - b[i];
                sum += difference * difference;
            }
        }

        return FromMeanSquaredError(sum / (3.0 * width * height));
    }

    /// <summary>PSNR over the three channels of some pixels, such as masked ones.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size.</param>
    /// <param name="counted">One entry per pixel: whether it counts.</param>
    /// <returns>dB; null where no pixel counts.</returns>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static double? Rgb(RgbImage prediction, RgbImage target, ReadOnlySpan<bool> counted)
    {
        ImagePlane.CheckPair(prediction, target, shave: 0);
        if (counted.Length != target.Width * target.Height)
        {
            throw new ArgumentException($"{target.Width}×{target.Height} pixels need as many entries; {counted.Length} were given.",
                nameof(counted));
        }

        long sum = 0, count = 0;
        for (int pixel = 0; pixel < counted.Length; pixel++)
        {
            for (int i = pixel * 3; counted[pixel] && i < (pixel * 3) + 3; i++, count++)
            {
                int difference = prediction.Pixels[i] - target.Pixels[i];
                sum += difference * difference;
            }
        }

        return count == 0 ? null : FromMeanSquaredError((double)sum / count);
    }

    /// <summary>PSNR of the luma (BT.601 in studio range, not rounded): the figure of the super-resolution papers.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size.</param>
    /// <param name="shave">Width of the border that is left out on each side, in pixels. Default: 0.</param>
    /// <returns>dB.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or the border leaves nothing.</exception>
    public static double Y(RgbImage prediction, RgbImage target, int shave = 0)
    {
        ImagePlane.CheckPair(prediction, target, shave);
        return Of(ImagePlane.Luma(prediction, shave), ImagePlane.Luma(target, shave));
    }

    /// <summary>PSNR over RGB of each image of a batch, after clamping and rounding to 8 bits.</summary>
    /// <param name="prediction">N×3×H×W in 0–1, of any floating-point type.</param>
    /// <param name="target">N×3×H×W in 0–1.</param>
    /// <returns>N values in dB.</returns>
    /// <exception cref="ArgumentException">The shapes differ or are not N×3×H×W.</exception>
    public static double[] Rgb(Tensor prediction, Tensor target)
    {
        BatchImages.Check(prediction, target);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor error = (BatchImages.To8Bit(prediction) - BatchImages.To8Bit(target)).Squared().mean([1, 2, 3]);
        return Array.ConvertAll(error.cpu().data<double>().ToArray(), FromMeanSquaredError);
    }

    /// <summary>PSNR that belongs to a mean squared error on the scale 0–255.</summary>
    /// <param name="meanSquaredError">The error, at least 0.</param>
    /// <returns>dB; positive infinity for 0.</returns>
    public static double FromMeanSquaredError(double meanSquaredError)
        => meanSquaredError == 0 ? double.PositiveInfinity : 10 * Math.Log10(Peak * Peak / meanSquaredError);

    internal static double Of(ImagePlane prediction, ImagePlane target)
    {
        double sum = 0;
        for (int i = 0; i < target.Values.Length; i++)
        {
            double difference = prediction.Values[i] - target.Values[i];
            sum += difference * difference;
        }

        return FromMeanSquaredError(sum / target.Values.Length);
    }
}
