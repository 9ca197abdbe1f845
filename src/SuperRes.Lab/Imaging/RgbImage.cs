using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SuperRes.Lab.Imaging;

/// <summary>An 8-bit RGB picture in memory: the form in which images are decoded, cached, degraded and drawn.</summary>
[TypeFormatterSource(TypeFormatterSourceAttribute.Displayable)]
public sealed class RgbImage
{
    /// <summary>Creates a picture over existing pixels.</summary>
    /// <param name="width">Width in pixels, at least 1.</param>
    /// <param name="height">Height in pixels, at least 1.</param>
    /// <param name="pixels">height × width × 3 bytes: rows from the top, R, G, B; kept, not copied.</param>
    /// <exception cref="ArgumentException">The sizes don't fit together.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        if (pixels.LongLength != (long)width * height * 3)
        {
            throw new ArgumentException($"{width}×{height} RGB pixels are {(long)width * height * 3} bytes; {pixels.LongLength} were "
                + $"given.", nameof(pixels));
        }

        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>Creates a black picture.</summary>
    /// <param name="width">Width in pixels.</param>
    /// <param name="height">Height in pixels.</param>
    public RgbImage(int width, int height)
        : this(width, height, new byte[checked(width * height * 3)])
    {
    }

    /// <summary>Width in pixels.</summary>
    public int Width { get; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; }

    /// <summary>height × width × 3 bytes: rows from the top, R, G, B.</summary>
    public byte[] Pixels { get; }

    /// <summary>A part of the picture.</summary>
    /// <param name="x">Left edge.</param>
    /// <param name="y">Upper edge.</param>
    /// <param name="width">Width of the part.</param>
    /// <param name="height">Height of the part.</param>
    /// <returns>A copy.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The part reaches outside.</exception>
    public RgbImage Crop(int x, int y, int width, int height)
    {
        if (x < 0 || y < 0 || width < 1 || height < 1 || width > Width - x || height > Height - y)
        {
            throw new ArgumentOutOfRangeException(
                nameof(x), $"The part {width}×{height} at ({x}, {y}) reaches outside the {Width}×{Height} picture.");
        }

        var part = new RgbImage(width, height);
        for (int row = 0; row < height; row++)
        {
            Pixels.AsSpan((((y + row) * Width) + x) * 3, width * 3).CopyTo(part.Pixels.AsSpan(row * width * 3));
        }

        return part;
    }

    /// <summary>A copy.</summary>
    /// <returns>A picture that shares nothing with this one.</returns>
    public RgbImage Clone() => new(Width, Height, (byte[])Pixels.Clone());

    /// <summary>The picture as a tensor.</summary>
    /// <returns>1×3×H×W float32 on the CPU, in 0–1 (value / 255); the caller disposes it.</returns>
    public Tensor ToTensor()
    {
        Tensor tensor = empty(1, 3, Height, Width, dtype: float32, device: CPU);
        for (int channel = 0; channel < 3; channel++)
        {
            using Tensor plane = tensor[0, channel];
            CopyChannel(channel, MemoryMarshal.Cast<byte, float>(plane.bytes));
        }

        return tensor;
    }

    /// <summary>Makes a picture of a tensor: clamped to 0–1, times 255, rounded half to even as torch.round does.</summary>
    /// <param name="tensor">3×H×W, 1×3×H×W or 1×1×H×W (grey), any floating type and device; NaN becomes 0.</param>
    /// <returns>The picture.</returns>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    public static RgbImage FromTensor(Tensor tensor)
    {
        long[] shape = tensor.shape;
        bool fits = shape.Length == 4 ? shape[0] == 1 && shape[1] is 1 or 3 : shape.Length == 3 && shape[0] is 1 or 3;
        if (!fits || shape[^1] < 1 || shape[^2] < 1)
        {
            throw new ArgumentException($"A picture is made of a tensor 3×H×W, 1×3×H×W or 1×1×H×W; this one is {string.Join('×', shape)}.",
                nameof(tensor));
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor planes = tensor.detach().cpu().to(float32).contiguous().reshape(-1, shape[^2], shape[^1]);
        var image = new RgbImage((int)shape[^1], (int)shape[^2]);
        for (int channel = 0; channel < 3; channel++)
        {
            image.SetChannel(channel, MemoryMarshal.Cast<byte, float>(planes[planes.shape[0] == 1 ? 0 : channel].bytes));
        }

        return image;
    }

    private void SetChannel(int channel, ReadOnlySpan<float> plane)
    {
        Span<byte> pixels = Pixels.AsSpan(channel);
        for (int i = 0; i < plane.Length; i++)
        {
            // NaN fails the comparison, and becomes 0 as everything below does.
            float value = plane[i] > 0 ? (plane[i] < 1 ? plane[i] : 1) : 0;
            pixels[i * 3] = (byte)(int)MathF.Round(value * 255);
        }
    }

    private void CopyChannel(int channel, Span<float> plane)
    {
        ReadOnlySpan<byte> pixels = Pixels.AsSpan(channel);
        for (int i = 0; i < plane.Length; i++)
        {
            plane[i] = pixels[i * 3] / 255f;
        }
    }
}
