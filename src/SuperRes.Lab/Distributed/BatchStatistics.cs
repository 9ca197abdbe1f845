using static TorchSharp.torch;

namespace SuperRes.Lab.Distributed;

/// <summary>Mean and variance of each channel over the whole batch, and what a backward pass needs of them.</summary>
/// <param name="Mean">C, float32, or float64 for such input.</param>
/// <param name="Variance">C, divided by the count.</param>
/// <param name="Scale">C, one by the root of the variance and epsilon.</param>
/// <param name="Count">Values of each channel on all ranks.</param>
/// <param name="IsPart">Whether this rank's pictures are among them.</param>
/// <param name="Ranks">The ranks.</param>
internal sealed record BatchStatistics(Tensor Mean, Tensor Variance, Tensor Scale, double Count, bool IsPart, IRanks Ranks)
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

        // Sums of values and of squares: in float64, where their difference loses nothing that float32 has.
        using Tensor exact = input.detach().to(ScalarType.Float64), sum = SumOf(exact), squares = SumOf(exact * exact);
        double[] sums = [input.numel() / input.shape[1], .. Doubles(sum), .. Doubles(squares)];
        if (!isPart)
        {
            Array.Clear(sums);
        }

        ranks.Sum(sums);
        int channels = (int)input.shape[1];
        double all = sums[0];
        double[] means = [.. sums[1..(1 + channels)].Select(value => value / all)];
        double[] variances = [.. sums[(1 + channels)..].Zip(means, (value, mean) => Math.Max(0, (value / all) - (mean * mean)))];
        Tensor Values(IEnumerable<double> values) =>
            tensor(values.ToArray(), input.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32, input.device);
        return new(
            Values(means), Values(variances), Values(variances.Select(value => 1 / Math.Sqrt(value + epsilon))), all, isPart, ranks);
    }

    /// <summary>The means over the whole batch of what this rank has summed over its part, float64.</summary>
    public Tensor MeanOf(Tensor sums)
    {
        double[] values = Doubles(sums);
        if (!IsPart)
        {
            Array.Clear(values);
        }

        Ranks.Sum(values);
        return tensor([.. values.Select(value => value / Count)], device: sums.device);
    }

    /// <summary>Sums over all but the channels, float64.</summary>
    public static Tensor SumOf(Tensor values) => values.sum(_allButChannels, type: ScalarType.Float64);

    private static double[] Doubles(Tensor values)
    {
        using Tensor host = values.cpu();
        return host.data<double>().ToArray();
    }
}
