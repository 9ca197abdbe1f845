using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Distributed;

/// <summary>
/// Sums gradients over the ranks. Many small ones travel as one flat bucket of 25 MiB at the most; a large one is summed where it lies.
/// </summary>
internal static class GradientBuckets
{
    private const long BucketBytes = 25 << 20, LargeBytes = 1 << 20;

    /// <summary>Sums.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="gradients">The gradients, in the same order on all ranks.</param>
    public static void Sum(IRanks ranks, IEnumerable<Tensor> gradients)
    {
        using IDisposable off = no_grad();
        var bucket = new List<Tensor>();
        long bytes = 0;
        foreach (Tensor gradient in gradients)
        {
            long size = gradient.numel() * gradient.ElementSize;
            if (size >= LargeBytes && gradient.is_contiguous())
            {
                ranks.Sum(gradient);
                continue;
            }

            if (bucket.Count > 0 && (bytes + size > BucketBytes || bucket[0].dtype != gradient.dtype))
            {
                SumBucket(ranks, bucket);
                bytes = 0;
            }

            bucket.Add(gradient);
            bytes += size;
        }

        SumBucket(ranks, bucket);
    }

    private static void SumBucket(IRanks ranks, List<Tensor> bucket)
    {
        if (bucket.Count == 0)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor flat = cat([.. bucket.Select(gradient => gradient.flatten())]);
        ranks.Sum(flat);
        long first = 0;
        foreach (Tensor gradient in bucket)
        {
            long count = gradient.numel();
            gradient.copy_(flat.narrow(0, first, count).view(gradient.shape));
            first += count;
        }

        bucket.Clear();
    }
}
