using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Metrics;

/// <summary>
/// Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004): Gaussian windows of 11×11 with σ = 1.5, K1 = 0.01, K2 = 0.03, L = 255,
/// the mean over the windows that lie inside the picture; in double precision on 8-bit pictures. Equal to scikit-image's
/// structural_similarity with gaussian_weights and without the sample covariance.
/// </summary>
public static class Ssim
{
    internal const double C1 = 0.01 * 255 * 0.01 * 255;
    internal const double C2 = 0.03 * 255 * 0.03 * 255;

    /// <summary>The mean of the three channels' SSIM.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size.</param>
    /// <param name="shave">Width of the border that is left out on each side, in pixels. Default: 0.</param>
    /// <returns>1 for equal pictures, less otherwise.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or less than 11×11 pixels remain.</exception>
    public static double Rgb(RgbImage prediction, RgbImage target, int shave = 0)
    {
        ImagePlane.CheckPair(prediction, target, shave);
        double sum = 0;
        for (int channel = 0; channel < 3; channel++)
        {
            sum += Of(ImagePlane.Channel(prediction, channel, shave), ImagePlane.Channel(target, channel, shave));
        }

        return sum / 3;
    }

    /// <summary>SSIM of the luma (BT.601 in studio range, not rounded): the figure of the super-resolution papers.</summary>
    /// <param name="prediction">The picture under test.</param>
    /// <param name="target">The true picture, of the same size.</param>
    /// <param name="shave">Width of the border that is left out on each side, in pixels. Default: 0.</param>
    /// <returns>1 for equal pictures, less otherwise.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or less than 11×11 pixels remain.</exception>
    public static double Y(RgbImage prediction, RgbImage target, int shave = 0)
    {
        ImagePlane.CheckPair(prediction, target, shave);
        return Of(ImagePlane.Luma(prediction, shave), ImagePlane.Luma(target, shave));
    }

    /// <summary>SSIM over RGB of each image of a batch, after clamping and rounding to 8 bits.</summary>
    /// <param name="prediction">N×3×H×W in 0–1, of any floating-point type; H and W at least 11.</param>
    /// <param name="target">N×3×H×W in 0–1.</param>
    /// <returns>N values.</returns>
    /// <exception cref="ArgumentException">The shapes differ, are not N×3×H×W, or are too small.</exception>
    public static double[] Rgb(Tensor prediction, Tensor target)
    {
        BatchImages.Check(prediction, target);
        var values = new double[prediction.shape[0]];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Rgb(BatchImages.Picture(prediction, i), BatchImages.Picture(target, i));
        }

        return values;
    }

    internal static double Of(ImagePlane a, ImagePlane b) => Terms(a, b).Similarity;

    /// <summary>The mean SSIM, and the mean of its contrast-structure factor alone, which MS-SSIM needs.</summary>
    internal static (double Similarity, double ContrastStructure) Terms(ImagePlane a, ImagePlane b)
    {
        if (Math.Min(a.Width, a.Height) < GaussianWindow.Size)
        {
            throw new ArgumentException($"SSIM needs {GaussianWindow.Size}×{GaussianWindow.Size} pixels; {a.Width}×{a.Height} remain.",
                nameof(a));
        }

        var statistics = new WindowStatistics(a.Width);
        double similarity = 0, contrast = 0;
        for (int y = 0; y < a.Height; y++)
        {
            if (statistics.Push(a.Row(y), b.Row(y)))
            {
                (double rowSimilarity, double rowContrast) = SumRow(statistics);
                similarity += rowSimilarity;
                contrast += rowContrast;
            }
        }

        double windows = (double)statistics.Width * (a.Height - GaussianWindow.Size + 1);
        return (similarity / windows, contrast / windows);
    }

    private static (double Similarity, double ContrastStructure) SumRow(WindowStatistics statistics)
    {
        double similarity = 0, contrast = 0;
        ReadOnlySpan<double> meansA = statistics.MeanA, meansB = statistics.MeanB, squares = statistics.MeanSquares,
            products = statistics.MeanProduct;
        for (int x = 0; x < meansA.Length; x++)
        {
            double product = meansA[x] * meansB[x], energy = (meansA[x] * meansA[x]) + (meansB[x] * meansB[x]);
            double structure = ((2 * (products[x] - product)) + C2) / (squares[x] - energy + C2);
            contrast += structure;
            similarity += ((2 * product) + C1) / (energy + C1) * structure;
        }

        return (similarity, contrast);
    }

    /// <summary>Windowed means of a, b, a² + b² and ab, made row by row so that a large picture needs no maps of its own size.</summary>
    private sealed class WindowStatistics(int sourceWidth)
    {
        private readonly double[] _scratch = new double[sourceWidth];
        private readonly double[][][] _rings = NewRings(sourceWidth - GaussianWindow.Size + 1);
        private readonly double[][] _means = NewRows(4, sourceWidth - GaussianWindow.Size + 1);
        private int _rows;

        public int Width { get; } = sourceWidth - GaussianWindow.Size + 1;

        public ReadOnlySpan<double> MeanA => _means[0];

        public ReadOnlySpan<double> MeanB => _means[1];

        public ReadOnlySpan<double> MeanSquares => _means[2];

        public ReadOnlySpan<double> MeanProduct => _means[3];

        /// <summary>Takes the next row; true where the means of a row of windows are ready.</summary>
        public bool Push(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
        {
            int slot = _rows++ % GaussianWindow.Size;
            GaussianWindow.Across(a, _rings[0][slot]);
            GaussianWindow.Across(b, _rings[1][slot]);
            for (int x = 0; x < a.Length; x++)
            {
                _scratch[x] = (a[x] * a[x]) + (b[x] * b[x]);
            }

            GaussianWindow.Across(_scratch, _rings[2][slot]);
            for (int x = 0; x < a.Length; x++)
            {
                _scratch[x] = a[x] * b[x];
            }

            GaussianWindow.Across(_scratch, _rings[3][slot]);
            if (_rows < GaussianWindow.Size)
            {
                return false;
            }

            for (int map = 0; map < _means.Length; map++)
            {
                GaussianWindow.Down(_rings[map], _rows % GaussianWindow.Size, _means[map]);
            }

            return true;
        }

        private static double[][][] NewRings(int width) => [.. Enumerable.Range(0, 4).Select(_ => NewRows(GaussianWindow.Size, width))];

        private static double[][] NewRows(int count, int width) => [.. Enumerable.Range(0, count).Select(_ => new double[width])];
    }
}
