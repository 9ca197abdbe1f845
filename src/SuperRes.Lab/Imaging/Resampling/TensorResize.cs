using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace SuperRes.Lab.Imaging;

/// <summary>The two passes of a floating-point resize. They run on the CPU, plane after plane, and sum in double as Pillow does in mode
/// F. Their loops are compiled as well as they can be at once: generic code over framework types is not compiled ahead, and a first
/// picture would run the quick version.</summary>
internal static unsafe class TensorResize
{
    public static Tensor Run(Tensor images, int height, int width, ResampleFilter filter)
    {
        long[] shape = images.shape;
        Tensor source = images.cpu().contiguous();
        Tensor target = empty(shape[0], shape[1], height, width, dtype: images.dtype, device: CPU);
        using (Tensor from = source.view(-1, shape[2], shape[3]), to = target.view(-1, height, width))
        {
            for (long plane = 0; plane < from.shape[0]; plane++)
            {
                using Tensor fromPlane = from[plane], toPlane = to[plane];
                if (images.dtype == ScalarType.Float32)
                {
                    Plane<float>(fromPlane, toPlane, filter);
                }
                else
                {
                    Plane<double>(fromPlane, toPlane, filter);
                }
            }
        }

        return target.to(images.device);
    }

    private static void Plane<T>(Tensor source, Tensor target, ResampleFilter filter)
        where T : unmanaged, INumber<T>
    {
        (int sourceHeight, int sourceWidth) = ((int)source.shape[0], (int)source.shape[1]);
        (int height, int width) = ((int)target.shape[0], (int)target.shape[1]);
        fixed (byte* fromBytes = source.bytes, toBytes = target.bytes)
        {
            T* from = (T*)fromBytes;
            T* to = (T*)toBytes;
            if (filter == ResampleFilter.Nearest)
            {
                Nearest(from, sourceHeight, sourceWidth, to, height, width);
                return;
            }

            bool across = sourceWidth != width, down = sourceHeight != height;
            T* between = across && down ? (T*)NativeMemory.Alloc((nuint)sourceHeight * (nuint)width, (nuint)sizeof(T)) : null;
            T* rows = down ? between : to;
            if (across)
            {
                Horizontal(from, sourceHeight, sourceWidth, rows, width, filter);
            }

            if (down)
            {
                Vertical(across ? rows : from, sourceHeight, to, height, width, filter);
            }
            else if (!across)
            {
                new ReadOnlySpan<T>(from, width * height).CopyTo(new Span<T>(to, width * height));
            }

            NativeMemory.Free(between);
        }
    }

    private static void Nearest<T>(T* source, int sourceHeight, int sourceWidth, T* target, int height, int width)
        where T : unmanaged
    {
        int[] columns = ResampleWeights.Nearest(sourceWidth, width);
        int[] rows = ResampleWeights.Nearest(sourceHeight, height);
        for (int y = 0; y < height; y++)
        {
            T* from = source + ((long)rows[y] * sourceWidth);
            foreach (int column in columns)
            {
                *target++ = from[column];
            }
        }
    }

    private static void Horizontal<T>(T* source, int rows, int sourceWidth, T* target, int width, ResampleFilter filter)
        where T : unmanaged, INumber<T>
    {
        ResampleWeights weights = ResampleWeights.For(sourceWidth, width, filter);
        RowWork.Run(rows, (long)rows * width * weights.Taps, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                Row(source + ((long)y * sourceWidth), weights, target + ((long)y * width), width);
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<T>(T* source, ResampleWeights weights, T* target, int width)
        where T : unmanaged, INumber<T>
    {
        for (int x = 0; x < width; x++)
        {
            T* from = source + weights.First[x];
            double sum = 0;
            foreach (double weight in weights.Exact.AsSpan(x * weights.Taps, weights.Count[x]))
            {
                sum += double.CreateTruncating(*from++) * weight;
            }

            target[x] = T.CreateTruncating(sum);
        }
    }

    private static void Vertical<T>(T* source, int sourceHeight, T* target, int height, int width, ResampleFilter filter)
        where T : unmanaged, INumber<T>
    {
        ResampleWeights weights = ResampleWeights.For(sourceHeight, height, filter);
        RowWork.Run(height, (long)height * width * weights.Taps, (first, end) =>
        {
            for (int y = first; y < end; y++)
            {
                ReadOnlySpan<double> taps = weights.Exact.AsSpan(y * weights.Taps, weights.Count[y]);
                Column(source + ((long)weights.First[y] * width), width, taps, target + ((long)y * width));
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Column<T>(T* source, int width, ReadOnlySpan<double> taps, T* target)
        where T : unmanaged, INumber<T>
    {
        int x = typeof(T) == typeof(float) ? Columns((float*)source, width, taps, (float*)target) : 0;
        for (; x < width; x++)
        {
            double sum = 0;
            T* at = source + x;
            foreach (double weight in taps)
            {
                sum += double.CreateTruncating(*at) * weight;
                at += width;
            }

            target[x] = T.CreateTruncating(sum);
        }
    }

    /// <summary>Eight columns at a time; returns how many are done.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Columns(float* source, int width, ReadOnlySpan<double> taps, float* target)
    {
        int x = 0;
        for (; x + 8 <= width; x += 8)
        {
            Vector256<double> low = default, high = default;
            float* at = source + x;
            foreach (double weight in taps)
            {
                Vector256<float> values = Vector256.Load(at);
                low += Vector256.WidenLower(values) * weight;
                high += Vector256.WidenUpper(values) * weight;
                at += width;
            }

            Vector256.Narrow(low, high).Store(target + x);
        }

        return x;
    }
}
