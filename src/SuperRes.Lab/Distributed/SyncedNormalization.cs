using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Distributed;

/// <summary>
/// Batch norm with the statistics of the whole batch. Its backward pass sums over the ranks too, because each value has a part in the
/// statistics of all. It computes in the order of torch's own on the processor, so that one rank and several round alike.
/// </summary>
internal sealed class SyncedNormalization : autograd.SingleTensorFunction<SyncedNormalization>
{
    private const string Statistics = "statistics";

    public override string Name => nameof(SyncedNormalization);

    /// <summary>Normalises.</summary>
    /// <param name="input">N×C×H×W, this rank's part.</param>
    /// <param name="statistics">Those of the whole batch; kept until the backward pass.</param>
    /// <param name="weight">C, what deviations are multiplied by.</param>
    /// <param name="bias">C, what is added.</param>
    public static Tensor Apply(Tensor input, BatchStatistics statistics, Tensor weight, Tensor bias) =>
        apply(input, statistics, weight, bias);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        using DisposeScope scope = NewDisposeScope();
        (var input, var statistics, var weight, var bias) = ((Tensor)vars[0], (BatchStatistics)vars[1], (Tensor)vars[2], (Tensor)vars[3]);
        ctx.save_for_backward([input, weight, statistics.Mean, statistics.Scale]);
        ctx.save_data(Statistics, statistics);
        Tensor scale = statistics.Scale * weight, shift = bias - (statistics.Mean * scale);
        return input.to(scale.dtype).mul(OfChannels(scale)).add_(OfChannels(shift), Scalars.One).to(input.dtype).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradOutput)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        var statistics = (BatchStatistics)ctx.get_data(Statistics);
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor input, Tensor weight, Tensor mean, Tensor scale) = (saved[0], saved[1], saved[2], saved[3]);
        ScalarType type = mean.dtype;
        Tensor slope = gradOutput.to(type), deviations = input.to(type) - OfChannels(mean);
        Tensor sums = BatchStatistics.SumOf(slope), products = BatchStatistics.SumOf(slope * deviations);
        Tensor[] means = statistics.MeanOf(cat([sums, products])).to(type).view(2, -1).unbind(0);
        Tensor gradient = statistics.IsPart
            ? slope.sub(OfChannels(means[0])).sub_(deviations.mul_(OfChannels(means[1] * scale * scale))).mul_(OfChannels(scale * weight))
            : zeros_like(slope);

        // One for each argument, and the statistics have none. The ranks' parts of weight and bias are summed with all other gradients.
        return
        [
            gradient.to(input.dtype).MoveToOuterDisposeScope(), null!,
            (products * scale).to(weight.dtype).MoveToOuterDisposeScope(), sums.to(weight.dtype).MoveToOuterDisposeScope(),
        ];
    }

    private static Tensor OfChannels(Tensor values) => values.view(1, -1, 1, 1);
}
