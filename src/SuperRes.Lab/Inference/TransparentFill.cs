using System.Numerics;

namespace SuperRes.Lab.Inference;

/// <summary>
/// Gives fully transparent pixels the colours of their neighbourhood: files store anything there, mostly black, and a network or a
/// kernel would smear it over the visible edge.
/// </summary>
internal static class TransparentFill
{
    // What a network sees of the hidden part beyond this distance no longer shows at the edge.
    private const int Reach = 16;

    /// <summary>Fills pixels in place.</summary>
    /// <param name="pixels">height × width × 3 values.</param>
    /// <param name="alpha">height × width values; pixels of 0 are filled.</param>
    /// <param name="width">Width.</param>
    /// <param name="height">Height.</param>
    public static void Fill<T>(T[] pixels, byte[] alpha, int width, int height)
        where T : struct, INumber<T>
    {
        var known = new byte[alpha.Length];
        for (int i = 0; i < alpha.Length; i++)
        {
            known[i] = alpha[i] == 0 ? (byte)0 : (byte)1;
        }

        var grown = new List<int>();
        for (byte step = 2; step < Reach + 2; step++)
        {
            grown.Clear();
            for (int i = 0; i < known.Length; i++)
            {
                if (known[i] == 0 && TakeMean(pixels, known, width, height, i, step))
                {
                    grown.Add(i);
                }
            }

            if (grown.Count == 0)
            {
                break;
            }

            foreach (int i in grown)
            {
                known[i] = step;
            }
        }
    }

    /// <summary>The mean of the neighbours known before this step; false where there is none.</summary>
    private static bool TakeMean<T>(T[] pixels, byte[] known, int width, int height, int index, byte step)
        where T : struct, INumber<T>
    {
        int x = index % width, y = index / width, count = 0;
        double red = 0, green = 0, blue = 0;
        for (int v = Math.Max(0, y - 1); v <= Math.Min(height - 1, y + 1); v++)
        {
            for (int u = Math.Max(0, x - 1); u <= Math.Min(width - 1, x + 1); u++)
            {
                int at = (v * width) + u;
                if (known[at] != 0 && known[at] < step)
                {
                    count++;
                    red += double.CreateTruncating(pixels[at * 3]);
                    green += double.CreateTruncating(pixels[(at * 3) + 1]);
                    blue += double.CreateTruncating(pixels[(at * 3) + 2]);
                }
            }
        }

        if (count == 0)
        {
            return false;
        }

        pixels[index * 3] = T.CreateTruncating(red / count);
        pixels[(index * 3) + 1] = T.CreateTruncating(green / count);
        pixels[(index * 3) + 2] = T.CreateTruncating(blue / count);
        return true;
    }
}
