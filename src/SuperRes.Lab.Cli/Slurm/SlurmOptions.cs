using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cluster;

namespace SuperRes.Lab.Cli.Slurm;

/// <summary>What the commands that print job scripts share: what each job or task of an array asks for.</summary>
internal sealed class SlurmOptions
{
    private readonly Option<int?> _nodes = Values.Integer("--nodes", "N", "Machines. Default: 1.", 1, 10_000);
    private readonly Option<int?> _ranks =
        Values.Integer("--ranks-per-node", "N", "Ranks on each machine; on GPUs one for each. Default: 1.", 1, 1_000);
    private readonly Option<int?> _cores = Values.Integer("--cores", "N", "Cores of each rank. Default: the cluster's.", 1, 10_000);
    private readonly Option<int?> _gpus = Values.Integer("--gpus", "N", "GPUs of each rank. Default: 0.", 0, 1);
    private readonly Option<string?> _time =
        Values.Text("--time", "TIME", "Time of a job, as Slurm writes it: 30, 12:00:00, 2-00. Default: 12:00:00.");
    private readonly Option<string?> _partition = Values.Text("--partition", "NAME", "The partition. Default: the cluster's.");
    private readonly Option<string?> _mpi = Values.Choice(
        "--mpi", "KIND", "How srun starts MPI: pmix (Open MPI) or pmi2 (MPICH). Default: pmix.", "pmix", "pmi2");

    /// <summary>Adds the options.</summary>
    /// <param name="command">The command.</param>
    /// <param name="ranks">Whether a job may have several ranks.</param>
    public void AddTo(Command command, bool ranks)
    {
        Option[] all = ranks ? [_nodes, _ranks, _cores, _gpus, _time, _partition, _mpi] : [_cores, _gpus, _time, _partition];
        foreach (Option option in all)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>What is asked for.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="name">The job's name.</param>
    public SlurmRequest Request(ParseResult parsed, string name)
    {
        var usual = new SlurmRequest(name);
        return usual with
        {
            Nodes = Of(parsed, _nodes) ?? usual.Nodes,
            RanksPerNode = Of(parsed, _ranks) ?? usual.RanksPerNode,
            Cores = Of(parsed, _cores),
            Gpus = Of(parsed, _gpus) ?? usual.Gpus,
            Time = Of(parsed, _time) ?? usual.Time,
            Partition = Of(parsed, _partition),
            Mpi = Of(parsed, _mpi) ?? usual.Mpi,
        };
    }

    private static T? Of<T>(ParseResult parsed, Option<T?> option) =>
        parsed.GetResult(option) is null ? default : parsed.GetValue(option);
}
