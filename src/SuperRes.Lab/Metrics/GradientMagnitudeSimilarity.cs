using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Metrics;

/// <summary>
/// Similarity of gradient magnitudes (Xue, Zhang, Mou, Bovik 2014) on the luma, halved by 2×2 averages: Prewitt gradients m, and at each
/// pixel (2·m₁·m₂ + 170) / (m₁² + m₂² + 170); beyond the border lies zero, as in the authors' code.
/// </summary>
public static class GradientMagnitudeSimilarity
{
    private const double Constant = 170;

    /// <summary>Mean (GMSM) and deviation (GMSD) of the similarity.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size.</param>
    /// <param name="shave">Width of the border that is left out on each side, in pixels. Default: 0.</param>
    /// <returns>Mean: 1 for equal pictures, less otherwise; deviation (n − 1 in the denominator): 0 for equal pictures, more
    /// otherwise.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or less than 3×3 pixels remain.</exception>
    public static (double Mean, double Deviation) Y(RgbImage prediction, RgbImage target, int shave = 0)
    {
        ImagePlane.CheckPair(prediction, target, shave);
        if (Math.Min(target.Width, target.Height) < 3 + (2 * shave))
        {
            throw new ArgumentException("Gradient similarity needs 3×3 pixels.", nameof(target));
        }

        return Of(ImagePlane.Luma(prediction, shave), ImagePlane.Luma(target, shave));
    }

    internal static (double Mean, double Deviation) Of(ImagePlane a, ImagePlane b)
    {
        (a, b) = (a.Halve(keepOddEdge: true), b.Halve(keepOddEdge: true));
        double[] gradientA = SquaredGradient(a), gradientB = SquaredGradient(b);
        var similarity = new double[gradientA.Length];
        for (int i = 0; i < similarity.Length; i++)
        {
            similarity[i] = ((2 * Math.Sqrt(gradientA[i] * gradientB[i])) + Constant) / (gradientA[i] + gradientB[i] + Constant);
        }

        double mean = similarity.Average();
        return (mean, Math.Sqrt(similarity.Sum(s => (s - mean) * (s - mean)) / (similarity.Length - 1)));
    }

    /// <summary>The squared gradient magnitude by Prewitt's kernels over 3.</summary>
    private static double[] SquaredGradient(ImagePlane plane)
    {
        int width = plane.Width, height = plane.Height;
        double At(int x, int y) => x < 0 || y < 0 || x >= width || y >= height ? 0 : plane.Values[(y * width) + x];
        var squared = new double[width * height];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                double corners = At(x + 1, y + 1) - At(x - 1, y - 1), across = At(x + 1, y - 1) - At(x - 1, y + 1);
                double horizontal = (corners + across + At(x + 1, y) - At(x - 1, y)) / 3;
                double vertical = (corners - across + At(x, y + 1) - At(x, y - 1)) / 3;
                squared[(y * width) + x] = (horizontal * horizontal) + (vertical * vertical);
            }
        }

        return squared;
    }
}
