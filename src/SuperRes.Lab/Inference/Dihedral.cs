using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Inference;

/// <summary>The eight flips and rotations of a picture.</summary>
internal static class Dihedral
{
    public const int Count = 8;

    /// <summary>Bit 0 mirrors left and right, bit 1 turns upside down, bit 2 then swaps rows and columns.</summary>
    public static RgbImage Apply(RgbImage image, int index)
    {
        bool transpose = (index & 4) != 0;
        var result = transpose ? new RgbImage(image.Height, image.Width) : new RgbImage(image.Width, image.Height);
        for (int y = 0; y < result.Height; y++)
        {
            for (int x = 0; x < result.Width; x++)
            {
                (int sourceX, int sourceY) = Source(image.Width, image.Height, x, y, index);
                image.Pixels.AsSpan(((sourceY * image.Width) + sourceX) * 3, 3).CopyTo(result.Pixels.AsSpan(((y * result.Width) + x) * 3));
            }
        }

        return result;
    }

    /// <summary>Adds a transformed picture to a sum in the order of the original, of the given size.</summary>
    public static void AddInverse(RgbImage transformed, int index, Span<ushort> sum, int width, int height)
    {
        for (int y = 0; y < transformed.Height; y++)
        {
            for (int x = 0; x < transformed.Width; x++)
            {
                (int originalX, int originalY) = Source(width, height, x, y, index);
                int from = ((y * transformed.Width) + x) * 3, to = ((originalY * width) + originalX) * 3;
                sum[to] += transformed.Pixels[from];
                sum[to + 1] += transformed.Pixels[from + 1];
                sum[to + 2] += transformed.Pixels[from + 2];
            }
        }
    }

    /// <summary>The original pixel that stands at (x, y) of the transformed picture.</summary>
    private static (int X, int Y) Source(int width, int height, int x, int y, int index)
    {
        (int sourceX, int sourceY) = (index & 4) != 0 ? (y, x) : (x, y);
        return ((index & 1) != 0 ? width - 1 - sourceX : sourceX, (index & 2) != 0 ? height - 1 - sourceY : sourceY);
    }
}
