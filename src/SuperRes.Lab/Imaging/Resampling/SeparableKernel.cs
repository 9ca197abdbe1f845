using System.Collections.Concurrent;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// One direction of a separable filter in 22-bit fixed point: for each output position the first input position and the weights from
/// there on. Resizing kernels are those of <see cref="Resampler"/>.
/// </summary>
internal sealed class SeparableKernel
{
    /// <summary>Fractional bits of a weight: 32 less the 8 of a pixel and 2 for overshoot and sign.</summary>
    public const int Bits = 22;

    // Training asks for the same sizes for ever; whole photos each bring sizes of their own, which are too large to keep.
    private const int LargestCached = 1 << 14, LargestCache = 2048;
    private static readonly ConcurrentDictionary<(int, int, ResampleFilter), SeparableKernel> Cache = new();

    private SeparableKernel(int inputs, int outputs, int taps)
    {
        (Inputs, Taps) = (inputs, taps);
        (Starts, Weights) = (new int[outputs], new int[checked(outputs * taps)]);
    }

    public int Inputs { get; }

    public int Outputs => Starts.Length;

    /// <summary>Weights per output; the unused ones at the end are zero, and starts leave room for all of them where the input
    /// does.</summary>
    public int Taps { get; }

    public int[] Starts { get; }

    /// <summary>outputs × taps weights that sum to 2²².</summary>
    public int[] Weights { get; }

    /// <summary>The weights of one output.</summary>
    public ReadOnlySpan<int> WeightsOf(int output) => Weights.AsSpan(output * Taps, Taps);

    /// <summary>The kernel that resizes a line.</summary>
    public static SeparableKernel Resize(int inputs, int outputs, ResampleFilter filter)
    {
        if (Cache.TryGetValue((inputs, outputs, filter), out SeparableKernel? known))
        {
            return known;
        }

        SeparableKernel made = MakeResize(inputs, outputs, filter);
        if (made.Weights.Length <= LargestCached)
        {
            if (Cache.Count > LargestCache)
            {
                Cache.Clear();
            }

            Cache[(inputs, outputs, filter)] = made;
        }

        return made;
    }

    /// <summary>A Gaussian blur that leaves the length as it is; at the ends the weights inside are scaled up to one.</summary>
    public static SeparableKernel Gaussian(int length, double sigma)
    {
        int radius = Math.Min(Math.Max(1, (int)Math.Ceiling(3 * sigma)), length - 1);
        var kernel = new SeparableKernel(length, length, Math.Min((2 * radius) + 1, length));
        Span<double> bell = stackalloc double[radius + 1];
        for (int i = 0; i <= radius; i++)
        {
            bell[i] = Math.Exp(-i * i / (2 * sigma * sigma));
        }

        Span<double> weights = stackalloc double[kernel.Taps];
        for (int x = 0; x < length; x++)
        {
            int first = Math.Clamp(x - radius, 0, length - kernel.Taps);
            for (int t = 0; t < kernel.Taps; t++)
            {
                int distance = Math.Abs(first + t - x);
                weights[t] = distance <= radius ? bell[distance] : 0;
            }

            kernel.SetRow(x, first, weights);
        }

        return kernel;
    }

    private static SeparableKernel MakeResize(int inputs, int outputs, ResampleFilter filter)
    {
        if (filter == ResampleFilter.Nearest)
        {
            var nearest = new SeparableKernel(inputs, outputs, 1);
            ResampleWeights.Nearest(inputs, outputs).CopyTo(nearest.Starts, 0);
            nearest.Weights.AsSpan().Fill(1 << Bits);
            return nearest;
        }

        ResampleWeights exact = ResampleWeights.For(inputs, outputs, filter);
        var kernel = new SeparableKernel(inputs, outputs, Math.Min(exact.Taps, inputs));
        for (int x = 0; x < outputs; x++)
        {
            // Vector code reads all taps of a row, so a row near the end begins earlier, with leading zeros.
            int start = Math.Min(exact.First[x], inputs - kernel.Taps);
            kernel.Starts[x] = start;
            for (int t = 0; t < exact.Count[x]; t++)
            {
                kernel.Weights[(x * kernel.Taps) + exact.First[x] - start + t] = ToFixedPoint(exact.Exact[(x * exact.Taps) + t]);
            }
        }

        return kernel;
    }

    private void SetRow(int output, int start, ReadOnlySpan<double> weights)
    {
        double sum = 0;
        foreach (double weight in weights)
        {
            sum += weight;
        }

        Starts[output] = start;
        for (int t = 0; t < weights.Length; t++)
        {
            Weights[(output * Taps) + t] = ToFixedPoint(weights[t] / sum);
        }
    }

    /// <summary>A weight times 2²², rounded half away from zero.</summary>
    private static int ToFixedPoint(double weight)
    {
        double scaled = weight * (1 << Bits);
        return (int)(scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
}
