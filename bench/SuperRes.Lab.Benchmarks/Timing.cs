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

    /// <summary>Medians of two pieces of work done in turns, so that a machine that slows down slows both.</summary>
    public static (double Work, double Baseline) InTurns(Action work, Action baseline, int repetitions, CancellationToken cancellation)
    {
        var samples = new double[repetitions];
        var others = new double[repetitions];
        for (int i = -WarmUps; i < repetitions; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            double other = Seconds(baseline), sample = Seconds(work);
            if (i >= 0)
            {
                (others[i], samples[i]) = (other, sample);
            }
        }

        return (Median(samples), Median(others));
    }

    public static double Median(double[] samples)
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
