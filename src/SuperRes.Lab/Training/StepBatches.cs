namespace SuperRes.Lab.Training;

/// <summary>The batches that make one step: read one at a time, because a batch is valid only until the next is asked for.</summary>
/// <param name="Count">Number of batches.</param>
/// <param name="Pairs">The batches; to be read once.</param>
internal sealed record StepBatches(int Count, IEnumerable<TrainingPair> Pairs)
{
    /// <summary>Reads what is left of an epoch, in steps of several batches; the last step has those that remain.</summary>
    /// <param name="source">The batches.</param>
    /// <param name="progress">Which epoch, and how much of it has been trained.</param>
    /// <param name="accumulate">Batches a step.</param>
    /// <param name="cancellation">Ends the reading between two steps.</param>
    public static IEnumerable<StepBatches> Read(IBatchSource source, FitProgress progress, int accumulate, CancellationToken cancellation)
    {
        // A training can't be resumed between the batches of one step: batch norms have seen some of them already.
        CancellationToken reading = accumulate == 1 ? cancellation : CancellationToken.None;
        int left = source.BatchesPerEpoch - progress.Batch;
        using IEnumerator<TrainingPair> batches = source.ReadEpoch(progress.Epoch, progress.Batch, reading).GetEnumerator();
        while (batches.MoveNext())
        {
            int count = Math.Min(accumulate, left);
            left -= count;
            yield return new StepBatches(count, Take(batches, count));
        }
    }

    private static IEnumerable<TrainingPair> Take(IEnumerator<TrainingPair> batches, int count)
    {
        yield return batches.Current;
        for (int i = 1; i < count && batches.MoveNext(); i++)
        {
            yield return batches.Current;
        }
    }
}
