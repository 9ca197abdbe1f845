using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Metrics;

/// <summary>The figures of one picture against its target.</summary>
/// <param name="PsnrY">PSNR of the luma in dB.</param>
/// <param name="SsimY">SSIM of the luma.</param>
/// <param name="PsnrRgb">PSNR over RGB in dB.</param>
/// <param name="SsimRgb">Mean SSIM of the three channels.</param>
/// <param name="Lpips">LPIPS distance, less being better; null where its weights were not used.</param>
public sealed record ImageQuality(double PsnrY, double SsimY, double PsnrRgb, double SsimRgb, double? Lpips)
{
    /// <summary>MS-SSIM of the luma; null where it was not asked for, or the picture is below <see cref="MsSsim.SmallestSide"/>.</summary>
    public double? MsSsimY { get; init; }

    /// <summary>Deviation of the gradient magnitude similarity (GMSD) of the luma, less being better; null where it was not asked
    /// for.</summary>
    public double? Gmsd { get; init; }

    /// <summary>Measures a picture.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size.</param>
    /// <param name="shave">Width of the border that is left out on each side, in pixels.</param>
    /// <param name="lpips">Measures LPIPS on the whole pictures, as its authors do; null leaves it out.</param>
    /// <param name="extended">Whether MS-SSIM and GMSD are measured too. Default: false.</param>
    /// <returns>The figures.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or less than 11×11 pixels remain.</exception>
    public static ImageQuality Measure(
        RgbImage prediction, RgbImage target, int shave, Func<RgbImage, RgbImage, double>? lpips = null, bool extended = false)
    {
        ImagePlane.CheckPair(prediction, target, shave);
        ImagePlane lumaPrediction = ImagePlane.Luma(prediction, shave), lumaTarget = ImagePlane.Luma(target, shave);
        return new(
            Psnr.Of(lumaPrediction, lumaTarget),
            Ssim.Of(lumaPrediction, lumaTarget),
            Psnr.Rgb(prediction, target, shave),
            Ssim.Rgb(prediction, target, shave),
            lpips?.Invoke(prediction, target))
        {
            MsSsimY = extended && Math.Min(lumaTarget.Width, lumaTarget.Height) >= MsSsim.SmallestSide
                ? MsSsim.Of(lumaPrediction, lumaTarget) : null,
            Gmsd = extended ? GradientMagnitudeSimilarity.Of(lumaPrediction, lumaTarget).Deviation : null,
        };
    }
}
