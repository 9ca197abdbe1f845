using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Inference;

/// <summary>
/// Gives fully transparent pixels the colours of their neighbourhood: files store anything there, mostly black, and a network or a
/// kernel would smear it over the visible edge.
/// </summary>
internal static class TransparentFill
{
    // What a network sees of the hidden part beyond this distance no longer shows at the edge.
    private const int Reach = 16;

    public static RgbImage Fill(RgbImage image, byte[] alpha)
    {
        RgbImage filled = image.Clone();
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
                if (known[i] == 0 && TakeMean(filled, known, i, step))
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

        return filled;
    }

    /// <summary>The mean of the neighbours known before this step; false where there is none.</summary>
    private static bool TakeMean(RgbImage image, byte[] known, int index, byte step)
    {
        int x = index % image.Width, y = index / image.Width, count = 0, red = 0, green = 0, blue = 0;
        for (int v = Math.Max(0, y - 1); v <= Math.Min(image.Height - 1, y + 1); v++)
        {
            for (int u = Math.Max(0, x - 1); u <= Math.Min(image.Width - 1, x + 1); u++)
            {
                int at = (v * image.Width) + u;
                if (known[at] != 0 && known[at] < step)
                {
                    count++;
                    red += image.Pixels[at * 3];
                    green += image.Pixels[(at * 3) + 1];
                    blue += image.Pixels[(at * 3) + 2];
                }
            }
        }

        if (count == 0)
        {
            return false;
        }

        image.Pixels[index * 3] = (byte)(red / count);
        image.Pixels[(index * 3) + 1] = (byte)(green / count);
        image.Pixels[(index * 3) + 2] = (byte)(blue / count);
        return true;
    }
}
