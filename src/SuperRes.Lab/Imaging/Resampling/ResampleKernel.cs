namespace SuperRes.Lab.Imaging;

/// <summary>The continuous kernels behind <see cref="ResampleFilter"/>, as Pillow's src/libImaging/Resample.c defines them.</summary>
internal static class ResampleKernel
{
    private const double CubicA = -0.5;

    /// <summary>Half the kernel's width in source pixels at scale 1.</summary>
    public static double Radius(ResampleFilter filter) => filter switch
    {
        ResampleFilter.Bilinear or ResampleFilter.Hamming => 1,
        ResampleFilter.Bicubic => 2,
        ResampleFilter.Lanczos => 3,
        ResampleFilter.Box => 0.5,
        _ => throw new ArgumentOutOfRangeException(nameof(filter), $"{filter} is not a kernel that can be sampled."),
    };

    /// <summary>The kernel's value at a distance from its middle.</summary>
    public static double Value(ResampleFilter filter, double x) => filter switch
    {
        ResampleFilter.Bilinear => Math.Max(0, 1 - Math.Abs(x)),
        ResampleFilter.Bicubic => Cubic(Math.Abs(x)),
        ResampleFilter.Lanczos => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
        ResampleFilter.Box => x is > -0.5 and <= 0.5 ? 1 : 0,
        ResampleFilter.Hamming => Hamming(Math.Abs(x)),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), $"{filter} is not a kernel that can be sampled."),
    };

    private static double Cubic(double x) => x switch
    {
        < 1 => ((((CubicA + 2) * x) - (CubicA + 3)) * x * x) + 1,
        < 2 => ((((x - 5) * x) + 8) * x - 4) * CubicA,
        _ => 0,
    };

    private static double Hamming(double x)
    {
        if (x >= 1)
        {
            return 0;
        }

        return Sinc(x) * (0.54 + (0.46 * Math.Cos(x * Math.PI)));
    }

    private static double Sinc(double x)
    {
        x *= Math.PI;
        return x == 0 ? 1 : Math.Sin(x) / x;
    }
}
