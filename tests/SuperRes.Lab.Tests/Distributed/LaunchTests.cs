using SuperRes.Lab.Cluster;

namespace SuperRes.Lab.Tests.Distributed;

public sealed class LaunchTests
{
    [Theory]
    [InlineData("OMPI_COMM_WORLD_SIZE=4", "mpirun of Open MPI", 4, MpiFamily.OpenMpi)]
    [InlineData("PMI_SIZE=2 PMI_RANK=1", "mpirun of MPICH", 2, MpiFamily.Mpich)]
    [InlineData("MV2_COMM_WORLD_SIZE=2", "mpirun of MVAPICH", 2, MpiFamily.Mpich)]
    [InlineData("SLURM_STEP_NUM_TASKS=8 PMIX_RANK=3", "srun", 8, MpiFamily.OpenMpi)]
    public void Find_SeveralProcesses_SaysWhoStartedThem(string variables, string name, int size, MpiFamily family)
    {
        Launch? launch = Launch.Find(Environment(variables));

        Assert.Equal((name, size, family, false), (launch!.Name, launch.Size, launch.Family!.Value, launch.IsSrunWithoutMpi));
    }

    [Theory]
    [InlineData("")]
    [InlineData("OMPI_COMM_WORLD_SIZE=1")]
    [InlineData("SLURM_NTASKS=4")] // a batch script before srun
    [InlineData("SLURM_STEP_NUM_TASKS=1")]
    public void Find_OneProcess_IsNoLaunch(string variables) => Assert.Null(Launch.Find(Environment(variables)));

    [Fact]
    public void Join_SrunWithoutMpi_IsRefusedBeforeMpiStarts() => Assert.Equal(
        "srun started 2 processes (SLURM_STEP_NUM_TASKS) without MPI: each would train alone and write to the same folder; use "
            + "`srun --mpi=pmix` with Open MPI or `srun --mpi=pmi2` with MPICH.",
        Assert.Throws<InputException>(() => RankedProcess.Join(environment: Environment("SLURM_STEP_NUM_TASKS=2"))).Message);

    [Fact]
    public void Join_LibraryThatIsNone_NamesWhatToGive() => Assert.Equal(
        "The MPI library nowhere.so can't be loaded; give the path of libmpi.so.40 or libmpich.so.12.",
        Assert.Throws<InputException>(() => RankedProcess.Join("nowhere.so", Environment("OMPI_COMM_WORLD_SIZE=2"))).Message);

    private static Func<string, string?> Environment(string variables)
    {
        Dictionary<string, string> all = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(text => text.Split('=')).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        return name => all.GetValueOrDefault(name);
    }
}
