using SuperRes.Lab.Distributed;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>
/// What makes a training on several ranks the training on one: each rank computes its part of every batch, and losses, gradients and
/// decisions are those of all. On one rank nothing of it does anything.
/// </summary>
/// <param name="ranks">The ranks.</param>
/// <param name="model">The network.</param>
internal sealed class DividedBatches(IRanks ranks, RestorationNetwork model)
{
    private SyncedBatchNorms? _norms;

    /// <summary>Whether the ranks are several.</summary>
    public bool IsDivided => ranks.Size > 1;

    /// <summary>Gives batch norms the statistics of whole batches until the result is disposed.</summary>
    /// <param name="sharesWeights">Whether all ranks take the weights and statistics of rank 0.</param>
    public IDisposable? Begin(bool sharesWeights = false)
    {
        foreach ((_, Tensor value) in IsDivided && sharesWeights ? StateDict.Entries(model) : [])
        {
            ranks.Broadcast(value);
        }

        return _norms = SyncedBatchNorms.Attach(model, ranks);
    }

    /// <summary>What ends the reading of batches: nothing on several ranks, which end together after the same step.</summary>
    public CancellationToken Reading(CancellationToken cancellation) => IsDivided ? CancellationToken.None : cancellation;

    /// <summary>The rank's part of a batch, which its source may have divided already.</summary>
    public TrainingPair Take(TrainingPair pair)
    {
        if (!IsDivided)
        {
            return pair;
        }

        BatchShare share = pair.Share ?? BatchShare.For((int)pair.Input.shape[0], ranks.Rank, ranks.Size);
        model.Share = share;
        if (_norms is not null)
        {
            _norms.Counts = share.Count > 0;
        }

        Tensor Part(Tensor whole) => pair.Share is null ? whole.narrow(0, share.Start, share.Length) : whole;
        return pair with { Input = Part(pair.Input), Target = Part(pair.Target), Share = share };
    }

    /// <summary>The loss of the whole batch, of which the rank knows its part's.</summary>
    public BatchLoss Sum(BatchLoss loss, TrainingPair part)
    {
        if (!IsDivided)
        {
            return loss;
        }

        double weight = part.Share!.Value.Weight;
        double[] sums = [.. loss.Terms.Select(term => weight * term), weight * loss.Total];
        ranks.Sum(sums);
        return new BatchLoss(sums[^1], [.. sums[..^1].Select(term => (float)term)]);
    }

    /// <summary>Sums the gradients of the whole batch.</summary>
    public void SumGradients()
    {
        model.Share = null;
        if (IsDivided)
        {
            // Each reading of grad is one more owner of its memory, which the next step wants back.
            using DisposeScope scope = NewDisposeScope();
            GradientBuckets.Sum(ranks, model.parameters().Select(parameter => parameter.grad).OfType<Tensor>());
        }
    }

    /// <summary>Whether a callback of any rank ends the fit.</summary>
    /// <exception cref="OperationCanceledException">A rank was told to stop; all ranks end after the same step.</exception>
    public bool Agree(CancellationToken cancellation, bool isStopped)
    {
        if (!IsDivided)
        {
            cancellation.ThrowIfCancellationRequested();
            return isStopped;
        }

        double[] counts = [cancellation.IsCancellationRequested ? 1 : 0, isStopped ? 1 : 0];
        ranks.Sum(counts);
        return counts[0] > 0 ? throw new RanksInterruptedException(cancellation) : counts[1] > 0;
    }
}
