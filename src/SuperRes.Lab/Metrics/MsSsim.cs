using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Metrics;

/// <summary>
/// Multi-scale structural similarity (Wang, Simoncelli, Bovik 2003) of the luma: contrast and structure at five scales, each half the
/// one before by 2×2 averages, and the luminance at the coarsest, with the paper's exponents.
/// </summary>
public static class MsSsim
{
    private static readonly double[] _weights = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333];

    /// <summary>The smallest side, in pixels, that five scales need: 176.</summary>
    public const int SmallestSide = GaussianWindow.Size << 4;

    /// <summary>MS-SSIM of the luma.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size.</param>
    /// <param name="shave">Width of the border that is left out on each side, in pixels. Default: 0.</param>
    /// <returns>1 for equal pictures; a negative mean at a scale counts as 0.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or a side that remains is shorter than <see cref="SmallestSide"/>.</exception>
    public static double Y(RgbImage prediction, RgbImage target, int shave = 0)
    {
        ImagePlane.CheckPair(prediction, target, shave);
        ImagePlane a = ImagePlane.Luma(prediction, shave), b = ImagePlane.Luma(target, shave);
        if (Math.Min(a.Width, a.Height) < SmallestSide)
        {
            throw new ArgumentException($"MS-SSIM needs {SmallestSide} pixels on each side; {a.Width}×{a.Height} remain.", nameof(target));
        }

        return Of(a, b);
    }

    internal static double Of(ImagePlane a, ImagePlane b)
    {
        double product = 1;
        for (int scale = 0; scale < _weights.Length; scale++)
        {
            (double similarity, double contrast) = Ssim.Terms(a, b);
            double factor = scale == _weights.Length - 1 ? similarity : contrast;
            product *= Math.Pow(Math.Max(0, factor), _weights[scale]);
            (a, b) = (a.Halve(keepOddEdge: false), b.Halve(keepOddEdge: false));
        }

        return product;
    }
}
