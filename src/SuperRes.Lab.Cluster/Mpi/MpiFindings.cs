using System.Diagnostics;
using SuperRes.Lab.Distributed;

namespace SuperRes.Lab.Cluster;

/// <summary>What MPI is like here.</summary>
/// <param name="Library">The library's file, or the name that the system found it by.</param>
/// <param name="Family">Its kind.</param>
/// <param name="Version">Its name and version.</param>
/// <param name="Launcher">What started the processes; null where this one was started alone.</param>
/// <param name="Rank">This process's number.</param>
/// <param name="Size">How many processes there are.</param>
/// <param name="Machines">On how many machines.</param>
/// <param name="SumIsRight">Whether a sum over the ranks gave what it should.</param>
/// <param name="SumSeconds">Seconds that summing 25 MiB of gradients over the ranks takes, median.</param>
internal sealed record MpiFindings(
    string Library, string Family, string Version, string? Launcher, int Rank, int Size, int Machines, bool SumIsRight, double SumSeconds)
{
    private const int Count = (25 << 20) / sizeof(float), Repetitions = 5;

    /// <summary>Looks, and tries sums; all ranks do so together.</summary>
    /// <param name="ranks">The ranks.</param>
    public static MpiFindings Of(MpiRanks ranks)
    {
        double[] machines = [ranks.LocalRank == 0 ? 1 : 0];
        ranks.Sum(machines);
        var values = new float[Count];
        Array.Fill(values, ranks.Rank + 1);
        ranks.Sum(values.AsSpan());
        bool isRight = Array.TrueForAll(values, value => value == ranks.Size * (ranks.Size + 1) / 2f);
        return new(
            ranks.LibraryPath, ranks.Family == MpiFamily.OpenMpi ? "Open MPI" : "MPICH", ranks.ShortVersion,
            Launch.Find()?.Name, ranks.Rank, ranks.Size, (int)machines[0], !ranks.Any(!isRight), SecondsOfSum(ranks, values));
    }

    /// <summary>Seconds that summing bytes of gradients takes, by what 25 MiB take.</summary>
    /// <param name="bytes">Bytes.</param>
    public double SecondsFor(long bytes) => SumSeconds * bytes / (Count * sizeof(float));

    private static double SecondsOfSum(MpiRanks ranks, float[] values)
    {
        Array.Clear(values);
        var samples = new double[Repetitions];
        for (int i = 0; i < Repetitions; i++)
        {
            ranks.Wait();
            long start = Stopwatch.GetTimestamp();
            ranks.Sum(values.AsSpan());
            samples[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        return samples.Order().ElementAt(Repetitions / 2);
    }
}
