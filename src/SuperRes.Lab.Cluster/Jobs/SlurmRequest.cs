namespace SuperRes.Lab.Cluster;

/// <summary>What a job asks Slurm for.</summary>
/// <param name="Name">The job's name.</param>
internal sealed record SlurmRequest(string Name)
{
    /// <summary>Machines. Default 1.</summary>
    public int Nodes { get; init; } = 1;

    /// <summary>Ranks on each machine. Default 1.</summary>
    public int RanksPerNode { get; init; } = 1;

    /// <summary>Cores of each rank; null for the cluster's default.</summary>
    public int? Cores { get; init; }

    /// <summary>GPUs of each rank. Default 0.</summary>
    public int Gpus { get; init; }

    /// <summary>Time, as Slurm writes it. Default 12:00:00.</summary>
    public string Time { get; init; } = "12:00:00";

    /// <summary>The partition; null for the cluster's default.</summary>
    public string? Partition { get; init; }

    /// <summary>Tasks of a job array; 0 for a job that is none. Default 0.</summary>
    public int Array { get; init; }

    /// <summary>How srun starts MPI: pmix for Open MPI, pmi2 for MPICH. Default pmix.</summary>
    public string Mpi { get; init; } = "pmix";

    /// <summary>Ranks in all.</summary>
    public int Ranks => Nodes * RanksPerNode;
}
