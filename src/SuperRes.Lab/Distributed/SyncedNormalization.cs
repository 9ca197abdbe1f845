using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Distributed;

/// <summary>
/// Features less their mean, divided by their deviation, both of the whole batch; its backward pass sums over the ranks too, because each
/// value has a part in the statistics of all.
/// </summary>
internal sealed class SyncedNormalization : autograd.SingleTensorFunction<SyncedNormalization>
{
    private const string Statistics = "statistics";

    public override string Name => nameof(SyncedNormalization);

    /// <summary>Normalises.</summary>
    /// <param name="input">N×C×H×W, this rank's part.</param>
    /// <param name="statistics">Those of the whole batch; kept until the backward pass.</param>
    public static Tensor Apply(Tensor input, BatchStatistics statistics) => apply(input, statistics);

    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (var input, var statistics) = ((Tensor)vars[0], (BatchStatistics)vars[1]);
        using Scalar epsilon = Scalars.Of(statistics.Epsilon);
        Tensor deviation = statistics.Variance.add(epsilon, Scalars.One).sqrt_().reciprocal_().view(1, -1, 1, 1);
        Tensor normalized = input.to(ScalarType.Float32).sub(statistics.Mean.view(1, -1, 1, 1)).mul_(deviation);
        ctx.save_for_backward([normalized, deviation]);
        ctx.save_data(Statistics, statistics);
        return normalized;
    }

    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradOutput)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        var statistics = (BatchStatistics)ctx.get_data(Statistics);
        List<Tensor> saved = ctx.get_saved_variables();
        (Tensor normalized, Tensor deviation) = (saved[0], saved[1]);
        Tensor[] means = statistics.MeanOf(cat([BatchStatistics.SumOf(gradOutput), BatchStatistics.SumOf(gradOutput * normalized)]))
            .view(2, 1, -1, 1, 1).unbind(0);
        Tensor gradient = statistics.IsPart
            ? gradOutput.sub(means[0]).sub_(normalized * means[1]).mul_(deviation)
            : zeros_like(gradOutput);
        return [gradient.MoveToOuterDisposeScope(), null!]; // one for each argument, and the statistics have none
    }
}
