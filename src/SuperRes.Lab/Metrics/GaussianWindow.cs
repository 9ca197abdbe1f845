using System.Numerics;

namespace SuperRes.Lab.Metrics;

/// <summary>The 11×11 Gaussian window with σ = 1.5 of the SSIM papers, applied as two passes of 11 taps that sum to 1.</summary>
internal static class GaussianWindow
{
    public const int Size = 11;
    public const int Radius = Size / 2;
    private const double Sigma = 1.5;

    /// <summary>The taps.</summary>
    public static readonly double[] Taps = MakeTaps();

    /// <summary>Filters one row where the window lies inside it.</summary>
    /// <param name="row">n values.</param>
    /// <param name="filtered">n − 10 values.</param>
    public static void Across(ReadOnlySpan<double> row, Span<double> filtered)
    {
        int x = 0;
        for (; x <= filtered.Length - Vector<double>.Count; x += Vector<double>.Count)
        {
            Vector<double> sum = new Vector<double>(row[(x + Radius)..]) * Taps[Radius];
            for (int tap = 0; tap < Radius; tap++)
            {
                sum += (new Vector<double>(row[(x + tap)..]) + new Vector<double>(row[(x + Size - 1 - tap)..])) * Taps[tap];
            }

            sum.CopyTo(filtered[x..]);
        }

        for (; x < filtered.Length; x++)
        {
            double sum = 0;
            for (int tap = 0; tap < Size; tap++)
            {
                sum += row[x + tap] * Taps[tap];
            }

            filtered[x] = sum;
        }
    }

    /// <summary>Combines 11 rows that follow each other in a ring.</summary>
    /// <param name="ring">11 rows of n values.</param>
    /// <param name="oldest">Index of the uppermost row in the ring.</param>
    /// <param name="filtered">n values.</param>
    public static void Down(double[][] ring, int oldest, Span<double> filtered)
    {
        filtered.Clear();
        for (int tap = 0; tap < Size; tap++)
        {
            ReadOnlySpan<double> row = ring[(oldest + tap) % Size].AsSpan(0, filtered.Length);
            var weight = new Vector<double>(Taps[tap]);
            int x = 0;
            for (; x <= row.Length - Vector<double>.Count; x += Vector<double>.Count)
            {
                (new Vector<double>(filtered[x..]) + (new Vector<double>(row[x..]) * weight)).CopyTo(filtered[x..]);
            }

            for (; x < row.Length; x++)
            {
                filtered[x] += row[x] * Taps[tap];
            }
        }
    }

    private static double[] MakeTaps()
    {
        var taps = new double[Size];
        for (int i = 0; i < Size; i++)
        {
            taps[i] = Math.Exp(-(i - Radius) * (i - Radius) / (2 * Sigma * Sigma));
        }

        double sum = taps.Sum();
        return Array.ConvertAll(taps, tap => tap / sum);
    }
}
