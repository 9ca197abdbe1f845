using System.Globalization;

namespace SuperRes.Lab.Cluster;

/// <summary>What a launcher says of the processes that it started together.</summary>
/// <param name="Name">The launcher, in words.</param>
/// <param name="Variable">The variable that says how many processes there are.</param>
/// <param name="Size">How many it says there are.</param>
/// <param name="Family">The MPI family that the launcher belongs to; null where it works with any.</param>
public sealed record Launch(string Name, string Variable, int Size, MpiFamily? Family)
{
    private static readonly (string Name, string Variable, MpiFamily? Family)[] Known =
    [
        ("mpirun of Open MPI", "OMPI_COMM_WORLD_SIZE", MpiFamily.OpenMpi),
        ("mpirun of MVAPICH", "MV2_COMM_WORLD_SIZE", MpiFamily.Mpich),
        ("mpirun of MPICH", "PMI_SIZE", MpiFamily.Mpich),
        ("srun", "SLURM_STEP_NUM_TASKS", null),
    ];

    private static readonly string[] MpiOfSlurm = ["PMIX_RANK", "PMIX_NAMESPACE", "PMI_RANK", "PMI_FD", "PALS_RANKID"];

    /// <summary>Whether srun started the processes and gave them nothing by which MPI finds the others.</summary>
    public bool IsSrunWithoutMpi { get; private init; }

    /// <summary>Looks for a launcher that started more than one process.</summary>
    /// <param name="environment">Reads a variable of the environment; null: the process's.</param>
    /// <returns>The launch; null where this process was started alone.</returns>
    public static Launch? Find(Func<string, string?>? environment = null)
    {
        environment ??= Environment.GetEnvironmentVariable;
        foreach ((string name, string variable, MpiFamily? family) in Known)
        {
            if (int.TryParse(environment(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int size))
            {
                // srun gives Open MPI's processes PMIx, and MPICH's PMI.
                MpiFamily? meant = family ?? (environment("PMIX_RANK") is not null ? MpiFamily.OpenMpi : null);
                bool isAlone = variable.StartsWith("SLURM", StringComparison.Ordinal) && MpiOfSlurm.All(one => environment(one) is null);
                return size > 1 ? new Launch(name, variable, size, meant) { IsSrunWithoutMpi = isAlone } : null;
            }
        }

        return null;
    }
}
