using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Distributed;

/// <summary>Mean and variance of each channel over the whole batch, and what a backward pass needs of them.</summary>
/// <param name="Mean">C, float32.</param>
/// <param name="Variance">C, float32, divided by the count.</param>
/// <param name="Epsilon">What is added to the variance.</param>
/// <param name="Count">Values of each channel on all ranks.</param>
/// <param name="IsPart">Whether this rank's pictures are among them.</param>
/// <param name="Ranks">The ranks.</param>
internal sealed record BatchStatistics(Tensor Mean, Tensor Variance, double Epsilon, double Count, bool IsPart, IRanks Ranks)
{
    private static readonly long[] _allButChannels = [0, 2, 3];

    /// <summary>Measures.</summary>
    /// <param name="input">N×C×H×W, this rank's part.</param>
    /// <param name="epsilon">What will be added to the variance.</param>
    /// <param name="isPart">Whether the pictures count.</param>
    /// <param name="ranks">The ranks.</param>
    public static BatchStatistics Of(Tensor input, double epsilon, bool isPart, IRanks ranks)
    {
        using IDisposable off = no_grad();
        using Tensor values = input.detach().to(ScalarType.Float32), mean = values.mean(_allButChannels),
            variance = values.var(_allButChannels, unbiased: false);
        double count = isPart ? input.numel() / input.shape[1] : 0;
        double[] means = Doubles(mean), variances = Doubles(variance);
        int channels = means.Length;

        // Sums of values and of squares: in float64, where their difference loses nothing that float32 has.
        double[] sums = [count, .. means.Select(value => count * value),
            .. means.Zip(variances, (value, spread) => count * (spread + (value * value)))];
        ranks.Sum(sums);
        double all = sums[0];
        float[] wholeMean = new float[channels], wholeVariance = new float[channels];
        for (int i = 0; i < channels; i++)
        {
            double center = sums[1 + i] / all;
            (wholeMean[i], wholeVariance[i]) = ((float)center, (float)Math.Max(0, (sums[1 + channels + i] / all) - (center * center)));
        }

        return new(
            tensor(wholeMean, device: input.device), tensor(wholeVariance, device: input.device), epsilon, all, isPart, ranks);
    }

    /// <summary>The means over the whole batch of what this rank has summed over its part.</summary>
    public Tensor MeanOf(Tensor sums)
    {
        double[] values = Doubles(sums);
        if (!IsPart)
        {
            Array.Clear(values);
        }

        Ranks.Sum(values);
        return tensor([.. values.Select(value => (float)(value / Count))], device: sums.device);
    }

    /// <summary>Sums over all but the channels.</summary>
    public static Tensor SumOf(Tensor values) => values.sum(_allButChannels);

    private static double[] Doubles(Tensor values)
    {
        using Tensor exact = values.to(ScalarType.Float64), host = exact.cpu();
        return host.data<double>().ToArray();
    }
}
