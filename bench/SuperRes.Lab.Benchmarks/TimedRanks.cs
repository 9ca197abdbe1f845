using System.Diagnostics;
using SuperRes.Lab.Distributed;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>Ranks whose sums are timed.</summary>
/// <param name="ranks">What sums.</param>
internal sealed class TimedRanks(IRanks ranks) : IRanks
{
    /// <summary>Seconds in sums so far.</summary>
    public double Seconds { get; set; }

    /// <inheritdoc/>
    public int Rank => ranks.Rank;

    /// <inheritdoc/>
    public int Size => ranks.Size;

    /// <inheritdoc/>
    public void Sum(Span<float> values)
    {
        long start = Stopwatch.GetTimestamp();
        ranks.Sum(values);
        Seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Sum(Span<double> values)
    {
        long start = Stopwatch.GetTimestamp();
        ranks.Sum(values);
        Seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Sum(Tensor values)
    {
        long start = Stopwatch.GetTimestamp();
        ranks.Sum(values);
        Seconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Broadcast(Span<byte> bytes) => ranks.Broadcast(bytes);
}
