using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// The two passes of an 8-bit resize, in Pillow's fixed-point arithmetic. Integer sums are the same in any order, so vectors and
/// threads give the bytes that the plain sum gives.
/// </summary>
internal static unsafe class ByteResize
{
    private const int Half = 1 << (ResampleWeights.PrecisionBits - 1);

    public static void Run(
        ReadOnlySpan<byte> source, int sourceWidth, int sourceHeight, Span<byte> target, int width, int height, int channels, ResampleFilter filter)
    {
        fixed (byte* from = source, to = target)
        {
            if (sourceWidth == width && sourceHeight == height)
            {
                source.CopyTo(target);
            }
            else if (filter == ResampleFilter.Nearest)
            {
                Nearest(from, sourceWidth, sourceHeight, to, width, height, channels);
            }
            else if (sourceHeight == height)
            {
                Horizontal(from, sourceWidth, to, width, height, channels, filter);
            }
            else if (sourceWidth == width)
            {
                Vertical(from, sourceHeight, to, height, width * channels, filter);
            }
            else
            {
                byte[] between = ArrayPool<byte>.Shared.Rent(checked(width * sourceHeight * channels));
                fixed (byte* rows = between)
                {
                    Horizontal(from, sourceWidth, rows, width, sourceHeight, channels, filter);
                    Vertical(rows, sourceHeight, to, height, width * channels, filter);
                }

                ArrayPool<byte>.Shared.Return(between);
            }
        }
    }

    private static void Nearest(byte* source, int sourceWidth, int sourceHeight, byte* target, int width, int height, int channels)
    {
        int[] columns = ResampleWeights.Nearest(sourceWidth, width);
        int[] rows = ResampleWeights.Nearest(sourceHeight, height);
        for (int y = 0; y < height; y++)
        {
            byte* from = source + ((long)rows[y] * sourceWidth * channels);
            foreach (int column in columns)
            {
                for (int c = 0; c < channels; c++)
                {
                    *target++ = from[(column * channels) + c];
                }
            }
        }
    }

    private static void Horizontal(byte* source, int sourceWidth, byte* target, int width, int rows, int channels, ResampleFilter filter)
    {
        ResampleWeights weights = ResampleWeights.For(sourceWidth, width, filter);
        byte* end = source + ((long)sourceWidth * rows * channels);
        RowWork.Run(rows, (long)rows * width * channels * weights.Taps, y =>
        {
            byte* from = source + ((long)y * sourceWidth * channels);
            byte* to = target + ((long)y * width * channels);
            if (channels == 3)
            {
                RgbRow(from, end, to, weights);
            }
            else
            {
                GreyRow(from, to, weights);
            }
        });
    }

    private static void GreyRow(byte* source, byte* target, ResampleWeights weights)
    {
        for (int x = 0; x < weights.First.Length; x++)
        {
            int sum = Half;
            byte* from = source + weights.First[x];
            foreach (int weight in weights.Fixed.AsSpan(x * weights.Taps, weights.Count[x]))
            {
                sum += weight * *from++;
            }

            target[x] = Clip(sum);
        }
    }

    /// <summary>One row of RGB: two pixels at a time as r g b 0 r g b 0, against weights laid out alike.</summary>
    private static void RgbRow(byte* source, byte* sourceEnd, byte* target, ResampleWeights weights)
    {
        Vector128<byte> apart = Vector128.Create((byte)0, 1, 2, 255, 3, 4, 5, 255, 255, 255, 255, 255, 255, 255, 255, 255);
        Vector128<byte> together = Vector128.Create((byte)0, 4, 8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255);
        Vector128<int> half = Vector128.Create(Half), white = Vector128.Create(255);
        int width = weights.First.Length, pairs = (weights.Taps + 1) / 2;
        fixed (int* pairWeights = weights.FixedRgbPairs, first = weights.First, count = weights.Count)
        {
            for (int x = 0; x < width; x++)
            {
                int* weight = pairWeights + ((long)x * pairs * 8);
                byte* from = source + (first[x] * 3L);
                Vector256<int> sum = Vector256<int>.Zero;
                for (int tap = 0; tap < count[x]; tap += 2, from += 6, weight += 8)
                {
                    ulong eight = sourceEnd - from >= 8 ? *(ulong*)from : LastBytes(from, sourceEnd);
                    Vector128<byte> pixels = Vector128.Shuffle(Vector128.CreateScalar(eight).AsByte(), apart);
                    sum += Vector256.WidenLower(Vector128.WidenLower(pixels).ToVector256Unsafe()).AsInt32() * Vector256.Load(weight);
                }

                Vector128<int> rounded = (sum.GetLower() + sum.GetUpper() + half) >> ResampleWeights.PrecisionBits;
                Vector128<byte> clipped = Vector128.Shuffle(Vector128.Min(Vector128.Max(rounded, Vector128<int>.Zero), white).AsByte(), together);
                Store(target + (x * 3L), clipped.AsUInt32().ToScalar(), lastInRow: x == width - 1);
            }
        }
    }

    private static void Store(byte* target, uint rgb, bool lastInRow)
    {
        if (lastInRow)
        {
            (target[0], target[1], target[2]) = ((byte)rgb, (byte)(rgb >> 8), (byte)(rgb >> 16));
        }
        else
        {
            // The fourth byte is the next pixel's, which is written after this one.
            *(uint*)target = rgb;
        }
    }

    private static ulong LastBytes(byte* from, byte* end)
    {
        Span<byte> eight = stackalloc byte[8];
        eight.Clear();
        new ReadOnlySpan<byte>(from, (int)(end - from)).CopyTo(eight);
        return BinaryPrimitives.ReadUInt64LittleEndian(eight);
    }

    private static void Vertical(byte* source, int sourceHeight, byte* target, int height, int rowBytes, ResampleFilter filter)
    {
        ResampleWeights weights = ResampleWeights.For(sourceHeight, height, filter);
        RowWork.Run(height, (long)height * rowBytes * weights.Taps, y =>
        {
            ReadOnlySpan<int> taps = weights.Fixed.AsSpan(y * weights.Taps, weights.Count[y]);
            Column(source + ((long)weights.First[y] * rowBytes), rowBytes, taps, target + ((long)y * rowBytes));
        });
    }

    private static void Column(byte* source, int rowBytes, ReadOnlySpan<int> taps, byte* target)
    {
        int x = 0;
        Vector256<int> white = Vector256.Create(255);
        for (; x + 16 <= rowBytes; x += 16)
        {
            Vector256<int> low = Vector256.Create(Half), high = low;
            byte* from = source + x;
            foreach (int tap in taps)
            {
                Vector256<ushort> pixels = Vector256.WidenLower(Vector128.Load(from).ToVector256Unsafe());
                Vector256<int> weight = Vector256.Create(tap);
                low += Vector256.WidenLower(pixels).AsInt32() * weight;
                high += Vector256.WidenUpper(pixels).AsInt32() * weight;
                from += rowBytes;
            }

            low = Vector256.Min(Vector256.Max(low >> ResampleWeights.PrecisionBits, Vector256<int>.Zero), white);
            high = Vector256.Min(Vector256.Max(high >> ResampleWeights.PrecisionBits, Vector256<int>.Zero), white);
            Vector256<ushort> narrow = Vector256.Narrow(low.AsUInt32(), high.AsUInt32());
            Vector128.Narrow(narrow.GetLower(), narrow.GetUpper()).Store(target + x);
        }

        for (; x < rowBytes; x++)
        {
            int sum = Half;
            byte* from = source + x;
            foreach (int tap in taps)
            {
                sum += tap * *from;
                from += rowBytes;
            }

            target[x] = Clip(sum);
        }
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResampleWeights.PrecisionBits, 0, 255);
}
