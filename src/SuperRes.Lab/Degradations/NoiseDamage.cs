using System.Collections.Concurrent;

namespace SuperRes.Lab.Degradations;

/// <summary>Gaussian and Poisson noise by tables of quantiles: one 64-bit draw serves four values.</summary>
internal static class NoiseDamage
{
    private const int PhotonQuantiles = 256;
    private static readonly Lazy<short[]> Bell = new(MakeBell);
    private static readonly ConcurrentDictionary<int, Lazy<byte[]>> Photons = new();

    public static void Gaussian(Canvas canvas, double deviation, bool grey, RandomStream random)
    {
        // 1/4096 of a standard deviation in the table, 1/65536 of a grey level in the product.
        int scale = (int)Math.Round(deviation * 16 * 256);
        short[] bell = Bell.Value;
        foreach (ref uint pixel in canvas.Pixels)
        {
            ulong bits = random.NextBits();
            int r = Noise(bell, bits, scale);
            int g = grey ? r : Noise(bell, bits >> 16, scale);
            int b = grey ? r : Noise(bell, bits >> 32, scale);
            pixel = Add(pixel, 0, r) | Add(pixel, 8, g) | Add(pixel, 16, b) | 0xFF000000;
        }
    }

    /// <summary>Photon noise; the number of photons that make white is rounded to a step of √2.</summary>
    public static void Poisson(Canvas canvas, double photons, RandomStream random)
    {
        byte[] table = Photons.GetOrAdd((int)Math.Round(2 * Math.Log2(photons)), step => new Lazy<byte[]>(() => MakePhotons(Math.Pow(2, step / 2.0)))).Value;
        foreach (ref uint pixel in canvas.Pixels)
        {
            ulong bits = random.NextBits();
            pixel = table[(int)(((pixel & 0xFF) << 8) | (bits & 0xFF))]
                | ((uint)table[(int)((pixel & 0xFF00) | ((bits >> 8) & 0xFF))] << 8)
                | ((uint)table[(int)(((pixel >> 8) & 0xFF00) | ((bits >> 16) & 0xFF))] << 16)
                | 0xFF000000;
        }
    }

    private static int Noise(short[] bell, ulong bits, int scale) => (int)((((long)bell[(int)(bits & 0xFFFF)] * scale) + (1 << 23)) >> 24);

    private static uint Add(uint pixel, int shift, int noise) => (uint)Math.Clamp((int)((pixel >> shift) & 0xFF) + noise, 0, 255) << shift;

    private static short[] MakeBell()
    {
        var table = new short[1 << 16];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = (short)Math.Round(NormalQuantile((i + 0.5) / table.Length) * 4096);
        }

        return table;
    }

    private static byte[] MakePhotons(double white)
    {
        var table = new byte[256 * PhotonQuantiles];
        for (int level = 0; level < 256; level++)
        {
            double mean = level * white / 255;
            double probability = Math.Exp(-mean), sum = probability;
            int count = 0;
            for (int q = 0; q < PhotonQuantiles; q++)
            {
                double quantile = (q + 0.5) / PhotonQuantiles;
                if (mean > 500)
                {
                    // e^−mean leaves the range of doubles; the normal distribution is close by then.
                    count = (int)Math.Round(mean + (Math.Sqrt(mean) * NormalQuantile(quantile)));
                }

                while (mean <= 500 && sum < quantile)
                {
                    count++;
                    probability *= mean / count;
                    sum += probability;
                }

                table[(level * PhotonQuantiles) + q] = (byte)Math.Clamp(Math.Round(count * 255 / white), 0, 255);
            }
        }

        return table;
    }

    /// <summary>Inverse of the normal distribution function (P. J. Acklam's rational approximation, relative error below 1.2e-9).</summary>
    private static double NormalQuantile(double p)
    {
        if (p > 0.5)
        {
            return -NormalQuantile(1 - p);
        }

        if (p < 0.02425)
        {
            double t = Math.Sqrt(-2 * Math.Log(p));
            return Polynomial(
                t, -7.784894002430293e-03, -3.223964580411365e-01, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783)
                / Polynomial(t, 7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1);
        }

        double q = p - 0.5, r = q * q;
        return q * Polynomial(
            r, -3.969683028665376e+01, 2.209460984245205e+02, -2.759285104469687e+02, 1.383577518672690e+02, -3.066479806614716e+01, 2.506628277459239)
            / Polynomial(r, -5.447609879822406e+01, 1.615858368580409e+02, -1.556989798598866e+02, 6.680131188771972e+01, -1.328068155288572e+01, 1);
    }

    private static double Polynomial(double x, params ReadOnlySpan<double> coefficients)
    {
        double sum = 0;
        foreach (double coefficient in coefficients)
        {
            sum = (sum * x) + coefficient;
        }

        return sum;
    }
}
