using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using SuperRes.Lab.Cli.Diagnosis;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cli.Trainings;
using SuperRes.Lab.Cluster;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres doctor</c>: whether this machine can do the work, and what is missing.</summary>
internal sealed class DoctorCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<string?> _json = Values.Text("--json", "FILE", "Write the findings as JSON; - is the output.");

    private readonly Option<string?> _mpi = Values.Text("--mpi", "FILE",
        "Try MPI instead: which library, how many ranks, and a sum over them. FILE names the library. Run it as training will be: under "
        + "mpirun or srun.");

    public DoctorCommand(CommandContext context)
        : base(
            "doctor",
            "Show torch, processor, memory, folders and weights, and what is missing.",
            "superres doctor",
            "superres doctor --json -",
            "superres doctor --mpi")
    {
        _context = context;
        _mpi.Arity = ArgumentArity.ZeroOrOne;
        Options.Add(_json);
        Options.Add(_mpi);
    }

    protected override int Run(ParseResult parsed)
    {
        if (parsed.GetResult(_mpi) is not null)
        {
            return RankedWork.Run(_context, parsed.GetValue(_mpi), ranks => TryMpi(parsed, ranks));
        }

        DoctorReport report = Doctor.Examine();
        string? json = parsed.GetValue(_json);
        if (json != "-")
        {
            _context.Terminal.Result(report.ToText());
        }

        if (json is not null)
        {
            _context.WriteText(json, report.ToJson());
        }

        if (report.Torch.Error is { } error)
        {
            _context.Terminal.Error($"torch can't be loaded: {error}");
            return ExitCodes.Failed;
        }

        return ExitCodes.Done;
    }

    private int TryMpi(ParseResult parsed, MpiRanks? ranks)
    {
        Func<string, string?> environment = _context.ConsoleEnvironment.Environment;
        using MpiRanks? alone = ranks is null ? RankedProcess.Alone(parsed.GetValue(_mpi), environment) : null;
        MpiFindings found = MpiFindings.Of((ranks ?? alone)!);
        string? json = parsed.GetValue(_json);
        if (json != "-")
        {
            _context.Terminal.Result(string.Create(CultureInfo.InvariantCulture, $"""
                library     {found.Library}: {found.Version}
                started by  {found.Launcher ?? "nobody: this process is alone; mpirun -np 2 superres doctor --mpi tries two"}
                ranks       {found.Size} on {found.Machines} machine{(found.Machines == 1 ? "" : "s")}, this one is {found.Rank}
                sum         {(found.SumIsRight ? "right" : "WRONG")}; 25 MiB take {Words.OfShort(found.SumSeconds)}
                """));
        }

        if (json is not null && found.Rank == 0)
        {
            _context.WriteText(json, JsonSerializer.Serialize(found, DoctorJson.Default.MpiFindings));
        }

        return found.SumIsRight ? ExitCodes.Done : ExitCodes.Failed;
    }
}
