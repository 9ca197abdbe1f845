using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>A photo's alpha channel at the size of its enlargement.</summary>
internal static class EnlargedAlpha
{
    /// <summary>
    /// The enlarged alpha in the photo's bits; null where it has none. Lanczos, held between the least and the greatest of the four values
    /// around each place: what overshoots a hard edge would show as a ghost of it, some pixels outside.
    /// </summary>
    public static ushort[]? Of(PhotoInput photo, int width, int height)
    {
        if (photo.Alpha is null)
        {
            return null;
        }

        float most = photo.Bits == 8 ? byte.MaxValue : ushort.MaxValue;
        (int fromWidth, int fromHeight) = (photo.Rows.Width, photo.Rows.Height);
        using Tensor small = tensor(Array.ConvertAll(photo.Alpha, value => value / most), [1, 1, fromHeight, fromWidth]);
        using Tensor large = Resampler.Resize(small, height, width, ResampleFilter.Lanczos);
        var result = new ushort[width * height];
        ReadOnlySpan<float> values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(large.bytes);
        for (int y = 0; y < height; y++)
        {
            (int above, int below) = Around(y, height, fromHeight);
            for (int x = 0; x < width; x++)
            {
                (int left, int right) = Around(x, width, fromWidth);
                ushort a = photo.Alpha[(above * fromWidth) + left], b = photo.Alpha[(above * fromWidth) + right],
                    c = photo.Alpha[(below * fromWidth) + left], d = photo.Alpha[(below * fromWidth) + right];
                float least = Math.Min(Math.Min(a, b), Math.Min(c, d)), greatest = Math.Max(Math.Max(a, b), Math.Max(c, d));
                int at = (y * width) + x;
                result[at] = (ushort)MathF.Round(Math.Clamp(values[at] * most, least, greatest));
            }
        }

        return result;
    }

    /// <summary>The two pixels between whose centres a place lies.</summary>
    private static (int Before, int After) Around(int place, int length, int fromLength)
    {
        int before = (int)Math.Floor(((place + 0.5) * fromLength / length) - 0.5);
        return (Math.Max(0, before), Math.Min(fromLength - 1, before + 1));
    }
}
