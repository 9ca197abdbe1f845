using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Distributed;

/// <summary>
/// Gives a network's batch norms, while they train, the statistics of the whole batch instead of those of the rank's part. Without that,
/// trainings on one rank and on several part company after a few steps. One rank has no need of it and keeps torch's own batch norm.
/// </summary>
internal sealed class SyncedBatchNorms : IDisposable
{
    private readonly IRanks _ranks;
    private readonly List<Action> _removals = [];

    private SyncedBatchNorms(nn.Module network, IRanks ranks)
    {
        _ranks = ranks;
        foreach (BatchNorm2d norm in network.modules().OfType<BatchNorm2d>())
        {
            Attach(norm);
        }
    }

    /// <summary>Whether the pictures of this rank belong to the batch; those of a rank without a part don't.</summary>
    public bool Counts { get; set; } = true;

    /// <summary>Changes a network's batch norms until the result is disposed.</summary>
    /// <param name="network">The network.</param>
    /// <param name="ranks">The ranks.</param>
    /// <returns>Changes them back; null where there is one rank.</returns>
    public static SyncedBatchNorms? Attach(nn.Module network, IRanks ranks) => ranks.Size == 1 ? null : new(network, ranks);

    /// <summary>Gives the batch norms back.</summary>
    public void Dispose() => _removals.ForEach(remove => remove());

    /// <summary>
    /// TorchSharp's batch norm can't be derived from. So torch's own sees one pixel and learns nothing from it, and its answer is replaced.
    /// </summary>
    private void Attach(BatchNorm2d norm)
    {
        Tensor? input = null;
        var before = norm.register_forward_pre_hook((_, features) =>
        {
            if (!norm.training)
            {
                return features;
            }

            input = features;
            norm.train(false);
            return features.detach().narrow(0, 0, 1).narrow(2, 0, 1).narrow(3, 0, 1);
        });
        var after = norm.register_forward_hook((_, _, output) =>
        {
            if (input is not { } features)
            {
                return output;
            }

            input = null;
            norm.train();
            output.Dispose();
            return Normalize(norm, features);
        });
        _removals.AddRange([before.remove, after.remove]);
    }

    private Tensor Normalize(BatchNorm2d norm, Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        BatchStatistics statistics = BatchStatistics.Of(input, norm.eps, Counts, _ranks);
        Learn(norm, statistics);
        return SyncedNormalization.Apply(input, statistics, norm.weight!, norm.bias!).MoveToOuterDisposeScope();
    }

    /// <summary>As torch's: the running mean and the running unbiased variance.</summary>
    private static void Learn(BatchNorm2d norm, BatchStatistics statistics)
    {
        using IDisposable off = no_grad();
        norm.num_batches_tracked!.add_(Scalars.One, Scalars.One);
        double momentum = norm.momentum ?? 1.0 / norm.num_batches_tracked.item<long>();
        using Scalar kept = Scalars.Of(1 - momentum), taken = Scalars.Of(momentum),
            unbiased = Scalars.Of(momentum * statistics.Count / Math.Max(1, statistics.Count - 1));
        norm.running_mean!.mul_(kept).add_(statistics.Mean, alpha: taken);
        norm.running_var!.mul_(kept).add_(statistics.Variance, alpha: unbiased);
    }
}
