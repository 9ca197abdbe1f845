using System.Buffers;
using static TorchSharp.torch;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// Resizes pictures exactly as Pillow does: separable kernels that widen when an image shrinks, horizontal pass first, for 8-bit
/// pixels with 22-bit fixed-point weights and rounding after each pass. Bicubic is also the kernel of MATLAB's imresize, with which
/// the field's low-resolution images are made. Safe for use by many threads.
/// </summary>
public static unsafe class Resampler
{
    /// <summary>Resizes an 8-bit picture; every value equals that of Pillow 9.4's <c>Image.resize</c>.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="height">New height, at least 1.</param>
    /// <param name="filter">The kernel.</param>
    /// <returns>A new picture, a copy where the size does not change.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the result would pass the largest array.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height, ResampleFilter filter)
    {
        CheckSize(width, height);
        var result = new RgbImage(width, height);
        Resize(image.Pixels, image.Width, image.Height, result.Pixels, width, height, 3, filter);
        return result;
    }

    /// <summary>Resizes a plane of bytes, such as an alpha channel, as Pillow resizes an image of mode L.</summary>
    /// <param name="plane">sourceHeight × sourceWidth bytes.</param>
    /// <param name="sourceWidth">Width.</param>
    /// <param name="sourceHeight">Height.</param>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="height">New height, at least 1.</param>
    /// <param name="filter">The kernel.</param>
    /// <returns>height × width bytes.</returns>
    /// <exception cref="ArgumentException">The sizes don't fit together.</exception>
    public static byte[] ResizePlane(
        ReadOnlySpan<byte> plane, int sourceWidth, int sourceHeight, int width, int height, ResampleFilter filter)
    {
        CheckSize(width, height);
        var result = new byte[checked(width * height)];
        Resize(plane, sourceWidth, sourceHeight, result, width, height, 1, filter);
        return result;
    }

    /// <summary>Resizes 8-bit pixels into memory of the caller's: nothing is allocated once the sizes have been seen.</summary>
    /// <param name="source">sourceHeight × sourceWidth × channels bytes.</param>
    /// <param name="sourceWidth">Width.</param>
    /// <param name="sourceHeight">Height.</param>
    /// <param name="target">height × width × channels bytes; must not overlap the source.</param>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="height">New height, at least 1.</param>
    /// <param name="channels">Bytes of a pixel: 1 or 3.</param>
    /// <param name="filter">The kernel.</param>
    /// <exception cref="ArgumentException">The sizes don't fit together.</exception>
    public static void Resize(
        ReadOnlySpan<byte> source, int sourceWidth, int sourceHeight, Span<byte> target, int width, int height, int channels,
            ResampleFilter filter)
    {
        CheckSize(sourceWidth, sourceHeight);
        CheckSize(width, height);
        if (channels is not (1 or 3))
        {
            throw new ArgumentOutOfRangeException(nameof(channels), channels, "Pixels of 1 or 3 bytes can be resized.");
        }

        if (source.Length != (long)sourceWidth * sourceHeight * channels || target.Length != (long)width * height * channels)
        {
            throw new ArgumentException(
                $"{sourceWidth}×{sourceHeight} → {width}×{height} pixels of {channels} bytes don't fit spans of {source.Length} and "
                    + $"{target.Length} bytes.");
        }

        if (sourceWidth == width && sourceHeight == height)
        {
            source.CopyTo(target);
            return;
        }

        fixed (byte* from = source, to = target)
        {
            Resize(from, sourceWidth, sourceHeight, to, width, height, channels, filter);
        }
    }

    /// <summary>
    /// Resizes tensors with the same kernels in floating point, as Pillow resizes an image of mode F: sums in double, one rounding to
    /// the tensor's type after each pass; nothing is clamped. No gradient flows through it.
    /// </summary>
    /// <param name="images">N×C×H×W, float32 or float64, any range.</param>
    /// <param name="height">New height, at least 1.</param>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="filter">The kernel.</param>
    /// <returns>N×C×height×width on the same device and of the same type.</returns>
    /// <exception cref="ArgumentException">The tensor has another number of dimensions or another type.</exception>
    public static Tensor Resize(Tensor images, int height, int width, ResampleFilter filter)
    {
        CheckSize(width, height);
        if (images.dim() != 4 || images.dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException(
                $"A tensor N×C×H×W of float32 or float64 can be resized; this one is {string.Join('×', images.shape)} of {images.dtype}.",
                    nameof(images));
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        return TensorResize.Run(images.detach(), height, width, filter).MoveToOuterDisposeScope();
    }

    private static void Resize(
        byte* source, int sourceWidth, int sourceHeight, byte* target, int width, int height, int channels, ResampleFilter filter)
    {
        if (sourceHeight == height)
        {
            Across(source, sourceWidth, height, target, width, channels, filter);
            return;
        }

        if (sourceWidth == width)
        {
            Down(source, sourceHeight, target, height, width * channels, filter);
            return;
        }

        byte[] between = ArrayPool<byte>.Shared.Rent(checked(width * sourceHeight * channels));
        fixed (byte* rows = between)
        {
            Across(source, sourceWidth, sourceHeight, rows, width, channels, filter);
            Down(rows, sourceHeight, target, height, width * channels, filter);
        }

        ArrayPool<byte>.Shared.Return(between);
    }

    private static void Across(byte* source, int sourceWidth, int rows, byte* target, int width, int channels, ResampleFilter filter)
    {
        SeparableKernel kernel = SeparableKernel.Resize(sourceWidth, width, filter);
        byte* sourceEnd = source + ((long)sourceWidth * rows * channels);
        RowWork.Run(
            rows,
            (long)rows * width * channels * kernel.Taps,
            (first, end) => SeparablePasses.Across(source, sourceEnd, sourceWidth, channels, kernel, target, first, end));
    }

    private static void Down(byte* source, int sourceHeight, byte* target, int height, int rowBytes, ResampleFilter filter)
    {
        SeparableKernel kernel = SeparableKernel.Resize(sourceHeight, height, filter);
        RowWork.Run(height, (long)height * rowBytes * kernel.Taps, (first, end) => SeparablePasses.Down(
            source, rowBytes, kernel, target, first, end));
    }

    private static void CheckSize(int width, int height)
    {
        if (width < 1 || height < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(width), $"A picture has at least 1×1 pixels; {width}×{height} was asked for.");
        }
    }
}
