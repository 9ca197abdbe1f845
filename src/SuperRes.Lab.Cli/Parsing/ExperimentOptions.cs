using System.CommandLine;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Models;
using TorchSharp;

namespace SuperRes.Lab.Cli.Parsing;

/// <summary>What commands that work on an experiment share.</summary>
internal sealed class ExperimentOptions
{
    private readonly Option<string?> _device =
        Values.Choice("--device", "NAME", "Where to compute: cpu or cuda. Default: cuda where there is one.", "cpu", "cuda");

    public Argument<string> Experiment { get; } =
        new("EXPERIMENT") { HelpName = "EXPERIMENT", Description = "A JSON file, or the name of one in experiments/." };

    public Option<string?> Images { get; } = Values.Text("--images", "DIR", "Folder of photos in place of the experiment's own.");

    public Option<string?> Run { get; } =
        Values.Text("--run", "DIR", "The run folder, or its name in runs/. Default: the experiment's name.");

    public Option<string[]> Set { get; } = new("--set")
    {
        HelpName = "key=value",
        Description = "Change a value of the experiment, such as seed=1 or stages.0.epochs=2; repeat it for several.",
    };

    /// <summary>The MPI library, for commands that work on several ranks; they add it themselves.</summary>
    public Option<string?> Mpi { get; } = Values.Text("--mpi", "FILE",
        "Under mpirun or srun: the MPI library, such as libmpi.so.40. Default: SUPERRES_MPI, or the launcher's.");

    public void AddTo(Command command)
    {
        command.Arguments.Add(Experiment);
        foreach (Option option in new Option[] { Images, Run, Set, _device })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Reads and checks the experiment with its changes.</summary>
    public Experiment Load(ParseResult parsed) =>
        Experiments.Experiment.Load(parsed.GetRequiredValue(Experiment), parsed.GetValue(Set) ?? []);

    /// <summary>The command line that was given, as one types it.</summary>
    public string CommandLine(ParseResult parsed)
    {
        string images = parsed.GetValue(Images) is { } given ? $" --images {ShellWord.Quote(given)}" : "";
        string changes = string.Concat((parsed.GetValue(Set) ?? []).Select(change => $" --set {ShellWord.Quote(change)}"));
        string run = parsed.GetValue(Run) is { } place ? $" --run {ShellWord.Quote(place)}" : "";
        return $"superres train {ShellWord.Quote(parsed.GetRequiredValue(Experiment))}{images}{run}{changes}";
    }

    /// <summary>Where it computes; null for the library's choice.</summary>
    /// <exception cref="InputException">CUDA was asked for and can't be used.</exception>
    public torch.Device? Device(ParseResult parsed, MpiRanks? ranks = null) => parsed.GetValue(_device) switch
    {
        null => ranks is null ? null : RankedProcess.DeviceOf(ranks),
        "cpu" => torch.CPU,
        _ when Devices.HasGpu => ranks is null ? Devices.Best : RankedProcess.DeviceOf(ranks),
        _ => throw new InputException("--device is cuda, and no CUDA device can be used here; \"superres doctor\" says more, or leave the "
            + "option out."),
    };
}
