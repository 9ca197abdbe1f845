using SuperRes.Lab.Photos;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>A batch for the learner: N×3×H×W in 0–1, the input already at the target's size.</summary>
/// <param name="Input">What the network sees.</param>
/// <param name="Target">What it should give back.</param>
public sealed record TrainingPair(Tensor Input, Tensor Target)
{
    /// <summary>Which part of a batch that several ranks divide this is; null where it is the whole batch.</summary>
    public BatchShare? Share { get; init; }
}

/// <summary>Where a learner's batches come from.</summary>
public interface IBatchSource
{
    /// <summary>Batches of one epoch.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>Reads the batches of one epoch.</summary>
    /// <param name="epoch">Number of the epoch from 0; each has its own order and random draws.</param>
    /// <param name="firstBatch">The batch to begin with, from 0; <see cref="BatchesPerEpoch"/> for none.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <returns>The batches; each is valid until the next is asked for.</returns>
    IEnumerable<TrainingPair> ReadEpoch(int epoch, int firstBatch = 0, CancellationToken cancellation = default);
}

/// <summary>The batches of a <see cref="BatchLoader"/>.</summary>
/// <param name="loader">The loader; it stays its owner's.</param>
public sealed class LoaderBatches(BatchLoader loader) : IBatchSource
{
    /// <inheritdoc/>
    public int BatchesPerEpoch => loader.BatchesPerEpoch;

    /// <inheritdoc/>
    public IEnumerable<TrainingPair> ReadEpoch(int epoch, int firstBatch = 0, CancellationToken cancellation = default)
    {
        if (firstBatch >= BatchesPerEpoch)
        {
            yield break;
        }

        var first = new LoaderPosition(epoch, firstBatch);
        if (loader.Position != first)
        {
            loader.Position = first;
        }

        foreach (Batch batch in loader.ReadEpoch(cancellation))
        {
            using (batch)
            {
                yield return new TrainingPair(batch.Input, batch.Target) { Share = batch.Share };
            }
        }
    }
}

/// <summary>Batches that lie in memory, the same and in the same order every epoch.</summary>
/// <param name="pairs">The batches; they stay their owner's.</param>
public sealed class MemoryBatches(IReadOnlyList<TrainingPair> pairs) : IBatchSource
{
    /// <inheritdoc/>
    public int BatchesPerEpoch => pairs.Count;

    /// <inheritdoc/>
    public IEnumerable<TrainingPair> ReadEpoch(int epoch, int firstBatch = 0, CancellationToken cancellation = default)
    {
        foreach (TrainingPair pair in pairs.Skip(firstBatch))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return pair;
        }
    }
}
