namespace SuperRes.Lab;

/// <summary>The part of a batch that one rank of a training on several computes.</summary>
/// <param name="First">The first pair of the part, from 0.</param>
/// <param name="Count">Pairs of the part; 0 where a batch has fewer pairs than there are ranks.</param>
/// <param name="Of">Pairs of the whole batch.</param>
public readonly record struct BatchShare(int First, int Count, int Of)
{
    /// <summary>Divides a batch: neighbouring pairs stay together, and parts differ by one pair at the most.</summary>
    /// <param name="batch">Pairs of the whole batch.</param>
    /// <param name="rank">The rank, from 0.</param>
    /// <param name="ranks">How many ranks there are.</param>
    /// <returns>The rank's part.</returns>
    public static BatchShare For(int batch, int rank, int ranks)
    {
        int first = (int)((long)batch * rank / ranks), end = (int)((long)batch * (rank + 1) / ranks);
        return new BatchShare(first, end - first, batch);
    }

    /// <summary>How much the part counts in means over the batch, 0 to 1.</summary>
    public double Weight => (double)Count / Of;

    /// <summary>
    /// The first pair that the rank computes. A rank without a part computes one that doesn't count, because batch norm, loss and gradients
    /// are summed by all ranks or none.
    /// </summary>
    internal int Start => Math.Min(First, Of - 1);

    /// <summary>Pairs that the rank computes, at least 1.</summary>
    internal int Length => Math.Max(1, Count);
}
