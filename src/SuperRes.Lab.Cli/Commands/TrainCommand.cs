using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cli.Trainings;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Course;
using SuperRes.Lab.Distributed;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres train</c>: all stages of an experiment, or of several that differ in some values.</summary>
internal sealed class TrainCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly ExperimentOptions _options = new();
    private readonly Option<bool> _resume = Values.Flag("--resume", "Resume the run where it was interrupted.");
    private readonly Option<string?> _from =
        Values.Text("--from", "STAGE", "Train this stage and those after it anew, from the weights of the one before it.");
    private readonly Option<string?> _start = Values.Text("--start", "FILE",
        "Start from these weights instead of the network's own start: a model file, a run folder, or a .pth that fits.");
    private readonly Option<bool> _plan =
        Values.Flag("--plan", "Train nothing: print the stages with steps, rates, and estimates of memory and time on this machine.");

    public TrainCommand(CommandContext context)
        : base(
            "train",
            "Train a model: all stages of an experiment, into a run folder.",
            "superres train quick",
            "superres train quick --images photos/ --run runs/mine --set seed=1 --set stages.0.epochs=2",
            "superres train quick --set seed=1,2,3",
            "superres train photo-x2 --images photos/ --start lite-x2 --run runs/mine",
            "superres train quick --resume",
            "superres train article-div2k --plan")
    {
        _context = context;
        _options.AddTo(this);
        _options.Set.Description += " With several values, such as seed=1,2,3, a run is made for each.";
        foreach (Option option in new Option[] { _start, _resume, _from, _plan, _options.Mpi })
        {
            Options.Add(option);
        }
    }

    protected override int Run(ParseResult parsed) =>
        RankedWork.Run(_context, parsed.GetValue(_options.Mpi), ranks => Run(parsed, ranks));

    private int Run(ParseResult parsed, MpiRanks? ranks)
    {
        if (parsed.GetValue(_resume) && parsed.GetValue(_from) is not null)
        {
            throw new InputException("--resume starts where the run was interrupted, --from begins at a stage; give one of them.");
        }

        IReadOnlyList<SweepPoint> points = Sweep.Expand(parsed.GetValue(_options.Set) ?? []);
        string name = parsed.GetRequiredValue(_options.Experiment);
        (SweepPoint Point, Experiment Experiment)[] runs =
            [.. points.Select(point => (point, WithStart(parsed, Experiment.Load(name, point.Settings))))];
        var places = new List<string>();
        var failures = new List<string>();
        foreach ((SweepPoint point, Experiment experiment) in runs)
        {
            string place = (parsed.GetValue(_options.Run) ?? experiment.Name) + (point.Name.Length == 0 ? "" : "-" + point.Name);
            if (runs.Length > 1)
            {
                _context.Terminal.Note($"{point.Name} ({places.Count + 1} of {runs.Length})");
            }

            if (parsed.GetValue(_plan))
            {
                var plan = TrainingPlan.Of(experiment, parsed.GetValue(_options.Images), _options.Device(parsed, ranks));
                string onRanks = ranks is null ? "" : "\n" + RankedPlan.Describe(plan, MpiFindings.Of(ranks));
                _context.Terminal.Result(plan.ToText() + onRanks);
            }
            else
            {
                try
                {
                    Train(parsed, experiment, place, isSweep: runs.Length > 1, ranks);
                }
                catch (Exception e) when (runs.Length > 1 && (e is DivergedException || (e is InputException && ranks is null)))
                {
                    // The other runs of a sweep are worth something without it.
                    _context.Terminal.Error($"{point.Name}: {e.Message}");
                    failures.Add(point.Name);
                    continue;
                }
            }

            places.Add(place);
        }

        if (places.Count > 1 && !parsed.GetValue(_plan))
        {
            _context.Terminal.Result(RunComparison.Of(places).ToText());
        }

        foreach (string failure in failures)
        {
            _context.Terminal.Note($"failed: {failure}");
        }

        return failures.Count == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }

    private Experiment WithStart(ParseResult parsed, Experiment experiment) =>
        parsed.GetValue(_start) is { } start ? experiment with { Start = start } : experiment;

    private void Train(ParseResult parsed, Experiment experiment, string place, bool isSweep, MpiRanks? ranks)
    {
        bool leads = ranks is null or { Rank: 0 };
        string? from = parsed.GetValue(_from);

        // Of a sweep that was interrupted, some runs are done, one is begun, and the rest are not there.
        bool resume = parsed.GetValue(_resume) && !(isSweep && !RunFolder.Exists(place));
        resume = ranks?.OfRankZero(resume) ?? resume;
        bool continues = resume || from is not null;
        RunFolder folder = continues && leads ? RunFolder.Open(place) : RunFolder.At(place);
        if (continues && leads)
        {
            ResumeCheck.RequireSameExperiment(experiment, folder, from);
        }

        long start = _context.ConsoleEnvironment.Clock.GetTimestamp();
        using var run = new ExperimentRun(experiment, folder, parsed.GetValue(_options.Images),
            _options.Device(parsed, ranks), _context.Terminal.Note, _context.Cancellation)
        {
            Reporter = new RunReporter(),
        };
        if (continues && leads)
        {
            ResumeCheck.RequireSameData(run, from, _context.Terminal.Note);
        }
        else if (!continues)
        {
            // What can't be trained is refused before an earlier run gets out of the way.
            run.RequireTrainable(cancellation: _context.Cancellation);
            if (leads)
            {
                ExistingRun.MoveAside(folder, _context.Terminal);
            }
        }

        using IProgressView bar = _context.Terminal.StartProgress("training");
        TrainingView[] view = [new(_context, bar, experiment.Stages)];
        try
        {
            if (from is null)
            {
                run.Train(resume, view, _context.Cancellation);
            }
            else
            {
                run.TrainFrom(from, view, _context.Cancellation);
            }
        }
        catch (OperationCanceledException e) when (_context.Cancellation.IsCancellationRequested || e is RanksInterruptedException)
        {
            _context.Terminal.Note(folder.StateFile is null && !continues
                ? "No step was made yet; nothing is lost by starting anew."
                : $"Resume with: {_options.CommandLine(parsed)} --resume");
            throw;
        }

        foreach (IGrouping<string, Training.EpochRecord> stage in run.Epochs.GroupBy(epoch => epoch.Stage))
        {
            _context.Terminal.Note($"Stage {stage.Key}: {stage.Count()} epochs in "
                + $"{Words.Of(TimeSpan.FromSeconds(stage.Sum(epoch => epoch.Seconds)))}");
        }

        _context.Terminal.Note($"All epochs took {Words.Of(TimeSpan.FromSeconds(run.Epochs.Sum(epoch => epoch.Seconds)))}, this session "
            + $"{Words.Of(_context.ConsoleEnvironment.Clock.GetElapsedTime(start))}: {folder.ModelFile}, {folder.ReportFile}");
    }
}
