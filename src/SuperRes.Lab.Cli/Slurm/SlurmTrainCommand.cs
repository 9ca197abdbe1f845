using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Trainings;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Cli.Slurm;

/// <summary><c>superres slurm train</c> and <c>sweep</c>: job scripts of a training, or of one for each point of a sweep.</summary>
internal sealed class SlurmTrainCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly bool _isSweep;
    private readonly ExperimentOptions _options = new();
    private readonly SlurmOptions _slurm = new();

    private SlurmTrainCommand(CommandContext context, bool isSweep, string name, string description, params string[] examples)
        : base(name, description, examples)
    {
        (_context, _isSweep) = (context, isSweep);
        _options.AddTo(this);
        _slurm.AddTo(this, ranks: true);
    }

    /// <summary>One training.</summary>
    public static SlurmTrainCommand Training(CommandContext context) => new(
        context, false, "train", "Print a job script of a training, which is requeued before its time is over and goes on.",
        "superres slurm train article-div2k --nodes 4 --cores 16",
        "superres slurm train article-div2k --ranks-per-node 4 --gpus 1 --partition gpu");

    /// <summary>A sweep.</summary>
    public static SlurmTrainCommand Sweep(CommandContext context) => new(
        context, true, "sweep", "Print a job array of trainings that differ in some values.",
        "superres slurm sweep quick --set seed=1,2,3",
        "superres slurm sweep article-div2k --set loss.base=l1,mse --set seed=1,2 --cores 16");

    protected override int Run(ParseResult parsed)
    {
        string name = parsed.GetRequiredValue(_options.Experiment);
        IReadOnlyList<SweepPoint> points = Trainings.Sweep.Expand(parsed.GetValue(_options.Set) ?? []);
        if (_isSweep == (points.Count == 1))
        {
            throw new InputException(_isSweep
                ? "A sweep needs a key with several values, such as --set seed=1,2,3; `superres slurm train` is for one training."
                : $"--set gives {points.Count} trainings; `superres slurm sweep` makes a job array of them.");
        }

        // What can't be trained is refused here, and not by a job that waited for hours.
        Experiment[] experiments = [.. points.Select(point => Experiment.Load(name, point.Settings))];
        string Place(int index) => RunFolder.At((parsed.GetValue(_options.Run) ?? experiments[index].Name)
            + (points[index].Name.Length == 0 ? "" : "-" + points[index].Name)).Path;
        string[] train =
        [
            "train", File.Exists(name) ? Path.GetFullPath(name) : name,
            .. parsed.GetValue(_options.Images) is { } images ? new[] { "--images", Path.GetFullPath(images) } : [],
            .. _isSweep ? [] : points[0].Settings.SelectMany(setting => new[] { "--set", setting }),
        ];
        SlurmRequest request = _slurm.Request(parsed, experiments[0].Name);
        _context.Terminal.Result((_isSweep
            ? SlurmScript.Sweep(request, train, [.. points.Select((point, i) => (point.Settings, Path.GetFullPath(Place(i))))])
            : SlurmScript.Training(request, train, Path.GetFullPath(Place(0)))).TrimEnd('\n'));
        return ExitCodes.Done;
    }
}
