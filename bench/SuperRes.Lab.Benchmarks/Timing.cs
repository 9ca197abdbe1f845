using System.Diagnostics;

namespace SuperRes.Lab.Benchmarks;

/// <summary>Measures durations.</summary>
internal static class Timing
{
    private const int WarmUps = 2;

    /// <summary>Seconds of each repetition, after two that do not count.</summary>
    public static double[] Samples(Action work, int repetitions, CancellationToken cancellation)
    {
        for (int i = 0; i < WarmUps; i++)
        {
            work();
        }

        var samples = new double[repetitions];
        for (int i = 0; i < repetitions; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            samples[i] = Seconds(work);
        }

        return samples;
    }

    /// <summary>Median seconds of some repetitions, after two that do not count.</summary>
    public static double Median(Action work, int repetitions, CancellationToken cancellation)
        => Median(Samples(work, repetitions, cancellation));

    /// <summary>The middle of some samples.</summary>
    public static double Median(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static double Seconds(Action work)
    {
        long start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
