using System.Collections.Concurrent;

namespace SuperRes.Lab.Imaging;

/// <summary>
/// Which source pixels each target pixel of one axis is made of, and with which weights.
/// </summary>
internal sealed class ResampleWeights
{
    // Training asks for the same few sizes for ever; whole photos each bring sizes of their own.
    private const int CachedWeights = 1 << 16;
    private const int CachedSizes = 64;
    private static readonly ConcurrentDictionary<(int From, int To, ResampleFilter Filter), ResampleWeights> _cache = new();

    private ResampleWeights(int from, int to, ResampleFilter filter)
    {
        double scale = (double)from / to;
        double filterScale = Math.Max(scale, 1);
        double support = ResampleKernel.Radius(filter) * filterScale;
        Taps = ((int)Math.Ceiling(support) * 2) + 1;
        (First, Count, Exact) = (new int[to], new int[to], new double[checked(to * Taps)]);
        double inverse = 1 / filterScale;
        for (int i = 0; i < to; i++)
        {
            double center = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(center - support + 0.5));
            int end = Math.Min(from, (int)(center + support + 0.5));
            (First[i], Count[i]) = (first, end - first);
            Span<double> weights = Exact.AsSpan(i * Taps, end - first);
            double sum = 0;
            for (int j = 0; j < weights.Length; j++)
            {
                weights[j] = ResampleKernel.Value(filter, (j + first - center + 0.5) * inverse);
                sum += weights[j];
            }

            for (int j = 0; j < weights.Length && sum != 0; j++)
            {
                weights[j] /= sum;
            }
        }
    }

    /// <summary>Room for each target pixel's weights in <see cref="Exact"/>.</summary>
    public int Taps { get; }

    /// <summary>The first source pixel of each target pixel.</summary>
    public int[] First { get; }

    /// <summary>How many source pixels each target pixel has.</summary>
    public int[] Count { get; }

    /// <summary>Weights that sum to 1, <see cref="Taps"/> apart.</summary>
    public double[] Exact { get; }

    /// <summary>Weights for one axis.</summary>
    /// <param name="from">Source size.</param>
    /// <param name="to">Target size.</param>
    /// <param name="filter">Any kernel but nearest.</param>
    /// <returns>Weights that may be shared by many threads; not to be written to.</returns>
    public static ResampleWeights For(int from, int to, ResampleFilter filter)
    {
        if (_cache.TryGetValue((from, to, filter), out ResampleWeights? known))
        {
            return known;
        }

        var made = new ResampleWeights(from, to, filter);
        if (made.Exact.Length <= CachedWeights / 4)
        {
            if (_cache.Count >= CachedSizes)
            {
                _cache.Clear();
            }

            _cache[(from, to, filter)] = made;
        }

        return made;
    }

    /// <summary>Source indices of a nearest-neighbour resize. Pillow walks the axis by adding the scale, and so do we: ties fall as its
    /// do.</summary>
    /// <param name="from">Source size.</param>
    /// <param name="to">Target size.</param>
    /// <returns>One index for each target pixel.</returns>
    public static int[] Nearest(int from, int to)
    {
        double scale = (double)from / to;
        double position = scale * 0.5;
        var indices = new int[to];
        for (int i = 0; i < to; i++)
        {
            indices[i] = Math.Min((int)position, from - 1);
            position += scale;
        }

        return indices;
    }
}
