using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// The two passes of a separable filter over 8-bit pixels, in Pillow's fixed-point arithmetic. Integer sums are the same in any order, so
/// vectors and threads give the bytes that the plain sum gives. Each pass does the rows from a first one up to an end.
/// </summary>
internal static unsafe class SeparablePasses
{
    private const int Half = 1 << (SeparableKernel.Bits - 1);

    /// <summary>Filters along rows of pixels of 1, 3 or 4 bytes.</summary>
    public static void Across(
        byte* source, byte* sourceEnd, int sourceWidth, int pixelBytes, SeparableKernel kernel, byte* target, int first, int end)
    {
        int stride = sourceWidth * pixelBytes;
        if (pixelBytes == 1)
        {
            for (int y = first; y < end; y++)
            {
                GreyRow(source + ((long)y * stride), kernel, target + ((long)y * kernel.Outputs));
            }

            return;
        }

        // Pixels are read four bytes at a time, which would pass the end of a picture of three: its last row is read from a longer copy.
        bool isAtEnd = pixelBytes == 3 && source + ((long)end * stride) == sourceEnd;
        byte[]? copy = isAtEnd ? ArrayPool<byte>.Shared.Rent(stride + 1) : null;
        fixed (byte* last = copy)
        {
            if (isAtEnd)
            {
                new ReadOnlySpan<byte>(sourceEnd - stride, stride).CopyTo(copy);
            }

            for (int y = first; y < end; y += 2)
            {
                int below = Math.Min(y + 1, end - 1);
                byte* upper = isAtEnd && y == end - 1 ? last : source + ((long)y * stride);
                byte* lower = isAtEnd && below == end - 1 ? last : source + ((long)below * stride);
                byte* toUpper = target + ((long)y * kernel.Outputs * pixelBytes);
                TwoRows(upper, lower, pixelBytes, kernel, toUpper, toUpper + ((below - y) * kernel.Outputs * pixelBytes));
            }
        }

        if (copy is not null)
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <summary>Filters along columns; a row may hold pixels of any kind.</summary>
    public static void Down(byte* source, int rowBytes, SeparableKernel kernel, byte* target, int first, int end)
    {
        for (int y = first; y < end; y++)
        {
            Column(source + ((long)kernel.Starts[y] * rowBytes), rowBytes, kernel.WeightsOf(y), target + ((long)y * rowBytes));
        }
    }

    private static void GreyRow(byte* source, SeparableKernel kernel, byte* target)
    {
        for (int x = 0; x < kernel.Outputs; x++)
        {
            target[x] = Sum(source + kernel.Starts[x], 1, kernel.WeightsOf(x));
        }
    }

    /// <summary>Two rows at once: four channels of one and four of the other make eight numbers.</summary>
    private static void TwoRows(byte* upper, byte* lower, int pixelBytes, SeparableKernel kernel, byte* toUpper, byte* toLower)
    {
        int outputs = kernel.Outputs, taps = kernel.Taps;
        fixed (int* weights = kernel.Weights, starts = kernel.Starts)
        {
            for (int x = 0; x < outputs; x++, toUpper += pixelBytes, toLower += pixelBytes)
            {
                Vector256<int> sum = Vector256.Create(Half);
                byte* a = upper + ((long)starts[x] * pixelBytes), b = lower + ((long)starts[x] * pixelBytes);
                int* weight = weights + ((long)x * taps);
                for (int t = 0; t < taps; t++, a += pixelBytes, b += pixelBytes)
                {
                    sum += Widen(*(uint*)a | ((ulong)*(uint*)b << 32)) * weight[t];
                }

                ulong both = Narrow(sum >> SeparableKernel.Bits);
                bool isLast = pixelBytes == 3 && x == outputs - 1;
                Store(toUpper, (uint)both, isLast);
                Store(toLower, (uint)(both >> 32), isLast);
            }
        }
    }

    private static void Store(byte* target, uint pixel, bool isLastOfThree)
    {
        if (isLastOfThree)
        {
            (target[0], target[1], target[2]) = ((byte)pixel, (byte)(pixel >> 8), (byte)(pixel >> 16));
        }
        else
        {
            // Of three bytes, the fourth is the next pixel's, which is written after this one.
            *(uint*)target = pixel;
        }
    }

    private static void Column(byte* source, int rowBytes, ReadOnlySpan<int> weights, byte* target)
    {
        int x = 0;
        for (; x + 16 <= rowBytes; x += 16)
        {
            Vector256<int> low = Vector256.Create(Half), high = low;
            byte* from = source + x;
            foreach (int weight in weights)
            {
                Vector256<ushort> pixels = Vector256.WidenLower(Vector128.Load(from).ToVector256Unsafe());
                low += Vector256.WidenLower(pixels).AsInt32() * weight;
                high += Vector256.WidenUpper(pixels).AsInt32() * weight;
                from += rowBytes;
            }

            Vector256<short> both = Vector256.NarrowWithSaturation(low >> SeparableKernel.Bits, high >> SeparableKernel.Bits);
            Vector256<ushort> bytes = Vector256.Clamp(both, Vector256<short>.Zero, Vector256.Create((short)255)).AsUInt16();
            Vector128.Narrow(bytes.GetLower(), bytes.GetUpper()).Store(target + x);
        }

        for (; x < rowBytes; x++)
        {
            target[x] = Sum(source + x, rowBytes, weights);
        }
    }

    private static byte Sum(byte* from, int step, ReadOnlySpan<int> weights)
    {
        int sum = Half;
        foreach (int weight in weights)
        {
            sum += weight * *from;
            from += step;
        }

        return (byte)Math.Clamp(sum >> SeparableKernel.Bits, 0, 255);
    }

    /// <summary>Eight bytes become eight integers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Widen(ulong pair) =>
        Vector256.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(pair).AsByte()).ToVector256Unsafe()).AsInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Narrow(Vector256<int> values)
    {
        values = Vector256.Min(Vector256.Max(values, Vector256<int>.Zero), Vector256.Create(255));
        Vector128<ushort> words = Vector128.Narrow(values.GetLower().AsUInt32(), values.GetUpper().AsUInt32());
        return Vector128.Narrow(words, words).AsUInt64().ToScalar();
    }
}
