using System.Buffers;

namespace SuperRes.Lab.Imaging;

/// <summary>The two passes of an 8-bit resize, in Pillow's fixed-point arithmetic.</summary>
internal static class ByteResize
{
    public static void Run(
        ReadOnlySpan<byte> source, int sourceWidth, int sourceHeight, Span<byte> target, int width, int height, int channels, ResampleFilter filter)
    {
        if (sourceWidth == width && sourceHeight == height)
        {
            source.CopyTo(target);
        }
        else if (filter == ResampleFilter.Nearest)
        {
            Nearest(source, sourceWidth, sourceHeight, target, width, height, channels);
        }
        else if (sourceHeight == height)
        {
            Horizontal(source, sourceWidth, target, width, height, channels, filter);
        }
        else if (sourceWidth == width)
        {
            Vertical(source, sourceHeight, target, height, width * channels, filter);
        }
        else
        {
            byte[] between = ArrayPool<byte>.Shared.Rent(checked(width * sourceHeight * channels));
            Span<byte> rows = between.AsSpan(0, width * sourceHeight * channels);
            Horizontal(source, sourceWidth, rows, width, sourceHeight, channels, filter);
            Vertical(rows, sourceHeight, target, height, width * channels, filter);
            ArrayPool<byte>.Shared.Return(between);
        }
    }

    private static void Nearest(ReadOnlySpan<byte> source, int sourceWidth, int sourceHeight, Span<byte> target, int width, int height, int channels)
    {
        int[] columns = ResampleWeights.Nearest(sourceWidth, width);
        int[] rows = ResampleWeights.Nearest(sourceHeight, height);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<byte> from = source.Slice(rows[y] * sourceWidth * channels, sourceWidth * channels);
            Span<byte> to = target.Slice(y * width * channels, width * channels);
            for (int x = 0; x < width; x++)
            {
                for (int c = 0; c < channels; c++)
                {
                    to[(x * channels) + c] = from[(columns[x] * channels) + c];
                }
            }
        }
    }

    private static void Horizontal(ReadOnlySpan<byte> source, int sourceWidth, Span<byte> target, int width, int rows, int channels, ResampleFilter filter)
    {
        ResampleWeights weights = ResampleWeights.For(sourceWidth, width, filter);
        for (int y = 0; y < rows; y++)
        {
            ReadOnlySpan<byte> from = source.Slice(y * sourceWidth * channels, sourceWidth * channels);
            Span<byte> to = target.Slice(y * width * channels, width * channels);
            for (int x = 0; x < width; x++)
            {
                ReadOnlySpan<int> taps = weights.Fixed.AsSpan(x * weights.Taps, weights.Count[x]);
                for (int c = 0; c < channels; c++)
                {
                    int sum = 1 << (ResampleWeights.PrecisionBits - 1);
                    int at = (weights.First[x] * channels) + c;
                    foreach (int weight in taps)
                    {
                        sum += weight * from[at];
                        at += channels;
                    }

                    to[(x * channels) + c] = Clip(sum);
                }
            }
        }
    }

    private static void Vertical(ReadOnlySpan<byte> source, int sourceHeight, Span<byte> target, int height, int rowBytes, ResampleFilter filter)
    {
        ResampleWeights weights = ResampleWeights.For(sourceHeight, height, filter);
        for (int y = 0; y < height; y++)
        {
            ReadOnlySpan<int> taps = weights.Fixed.AsSpan(y * weights.Taps, weights.Count[y]);
            Span<byte> to = target.Slice(y * rowBytes, rowBytes);
            for (int x = 0; x < rowBytes; x++)
            {
                int sum = 1 << (ResampleWeights.PrecisionBits - 1);
                int at = (weights.First[y] * rowBytes) + x;
                foreach (int weight in taps)
                {
                    sum += weight * source[at];
                    at += rowBytes;
                }

                to[x] = Clip(sum);
            }
        }
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResampleWeights.PrecisionBits, 0, 255);
}
