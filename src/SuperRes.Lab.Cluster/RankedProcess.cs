using System.Globalization;
using SuperRes.Lab.Distributed;
using SuperRes.Lab.Models;
using TorchSharp;

namespace SuperRes.Lab.Cluster;

/// <summary>Joins this process to those that a launcher started with it.</summary>
public static class RankedProcess
{
    /// <summary>The variable that names the MPI library.</summary>
    public const string LibraryVariable = "SUPERRES_MPI";

    private const string SrunAdvice = "use `srun --mpi=pmix` with Open MPI or `srun --mpi=pmi2` with MPICH";

    /// <summary>Joins, where a launcher started several processes.</summary>
    /// <param name="library">The MPI library; null for what <see cref="LibraryVariable"/> names, or is found.</param>
    /// <param name="environment">Reads a variable of the environment; null: the process's.</param>
    /// <returns>The ranks; null where this process was started alone.</returns>
    /// <exception cref="InputException">There is no MPI library, or the processes don't find each other.</exception>
    public static MpiRanks? Join(string? library = null, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        if (Launch.Find(environment) is not { } launch)
        {
            return null;
        }

        if (launch.IsSrunWithoutMpi)
        {
            throw new InputException($"{launch.Name} started {launch.Size} processes ({launch.Variable}) without MPI: each would train "
                + $"alone and write to the same folder; {SrunAdvice}.");
        }

        MpiRanks ranks = MpiRanks.Join(Named(library, environment), launch.Family)
            ?? throw new InputException(
                $"{launch.Name} started {launch.Size} processes ({launch.Variable}), and no MPI library was found: install Open MPI "
                + $"(libopenmpi3) or MPICH (libmpich12), or name its file in {LibraryVariable}.");
        if (ranks.Size != launch.Size)
        {
            string what = $"{launch.Name} started {launch.Size} processes ({launch.Variable}), but {ranks.LibraryPath} sees {ranks.Size}: "
                + "each would train alone and write to the same folder";
            string advice = launch.Variable.StartsWith("SLURM", StringComparison.Ordinal)
                ? SrunAdvice
                : $"use the mpirun that belongs to that library, or name the other library in {LibraryVariable}";
            ranks.Dispose();
            throw new InputException($"{what}; {advice}.");
        }

        return ranks;
    }

    /// <summary>Starts MPI in this process, whether or not others were started with it.</summary>
    /// <param name="library">The MPI library; null for what <see cref="LibraryVariable"/> names, or is found.</param>
    /// <param name="environment">Reads a variable of the environment; null: the process's.</param>
    /// <returns>The ranks; one where this process was started alone.</returns>
    /// <exception cref="InputException">There is no MPI library.</exception>
    public static MpiRanks Alone(string? library = null, Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        return MpiRanks.Join(Named(library, environment), null) ?? throw new InputException(
            $"There is no MPI library: install Open MPI (libopenmpi3) or MPICH (libmpich12), or name its file in {LibraryVariable}.");
    }

    private static string? Named(string? library, Func<string, string?> environment) =>
        library ?? (environment(LibraryVariable) is { Length: > 0 } named ? named : null);

    /// <summary>
    /// Threads of torch for a rank: the machine's cores divided by its ranks, and not more than the launcher has bound the process to. What
    /// OMP_NUM_THREADS says stays.
    /// </summary>
    /// <param name="ranks">The ranks.</param>
    public static void ShareCores(MpiRanks ranks)
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is not { Length: > 0 })
        {
            torch.set_num_threads(Math.Max(1, Math.Min(Environment.ProcessorCount, Cores() / ranks.LocalSize)));
        }
    }

    /// <summary>The GPU of a rank; null where it computes on the processor.</summary>
    /// <param name="ranks">The ranks.</param>
    public static torch.Device? DeviceOf(MpiRanks ranks) =>
        Devices.HasGpu ? torch.device(DeviceType.CUDA, ranks.LocalRank % torch.cuda.device_count()) : null;

    /// <summary>
    /// Joins the ranks' GPUs by NCCL, where each rank of a machine has one of its own and torch's CUDA build brought the library; otherwise
    /// gradients on GPUs are summed by way of the processor's memory.
    /// </summary>
    /// <param name="ranks">The ranks; all of them call it.</param>
    /// <returns>The ranks over NCCL; null where MPI sums alone.</returns>
    internal static NcclRanks? JoinGpus(MpiRanks ranks)
    {
        NcclLibrary? library = Devices.HasGpu && ranks.LocalSize <= torch.cuda.device_count() ? NcclLibrary.Find() : null;
        return ranks.Any(library is null) ? null : NcclRanks.Join(library!, ranks, ranks.LocalRank);
    }

    /// <summary>Cores of the machine, whatever this process is bound to.</summary>
    private static int Cores()
    {
        const string Online = "/sys/devices/system/cpu/online";
        try
        {
            // Such as 0-3,8-11.
            return File.ReadAllText(Online).Trim().Split(',').Sum(range => range.Split('-') is [var first, var last]
                ? int.Parse(last, CultureInfo.InvariantCulture) - int.Parse(first, CultureInfo.InvariantCulture) + 1 : 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return Environment.ProcessorCount;
        }
    }
}
