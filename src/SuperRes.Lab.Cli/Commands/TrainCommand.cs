using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cli.Trainings;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres train</c>: all stages of an experiment.</summary>
internal sealed class TrainCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly ExperimentOptions _options = new();
    private readonly Option<bool> _resume = Values.Flag("--resume", "Go on after the last whole epoch of the run.");

    public TrainCommand(CommandContext context)
        : base(
            "train",
            "Train a model: all stages of an experiment, into a run folder.",
            "superres train quick",
            "superres train quick --images photos/ --run runs/mine --set seed=1 --set stages.0.epochs=2",
            "superres train quick --resume")
    {
        _context = context;
        _options.AddTo(this);
        Options.Add(_resume);
    }

    protected override int Run(ParseResult parsed)
    {
        Experiment experiment = _options.Load(parsed);
        string place = parsed.GetValue(_options.Run) ?? experiment.Name;
        bool resume = parsed.GetValue(_resume);
        RunFolder folder = resume ? RunFolder.Open(place) : EarlierRun.MakeRoom(place, _context.Terminal);
        if (resume)
        {
            EarlierRun.RequireSame(experiment, folder);
        }

        long start = _context.Surroundings.Clock.GetTimestamp();
        using var run = new ExperimentRun(experiment, folder, parsed.GetValue(_options.Images), _options.Device(parsed), _context.Terminal.Note, _context.Cancellation);
        if (resume)
        {
            EarlierRun.RequireSamePhotos(run);
        }

        using IProgressView bar = _context.Terminal.StartProgress("training");
        try
        {
            run.Train(resume, [new TrainingView(_context, bar, experiment.Stages)], _context.Cancellation);
        }
        catch (OperationCanceledException) when (_context.Cancellation.IsCancellationRequested)
        {
            _context.Terminal.Note(run.Epochs.Count == 0
                ? "No epoch was finished yet; nothing is lost by starting anew."
                : $"Go on with: {_options.CommandLine(parsed, folder)} --resume");
            throw;
        }

        _context.Terminal.Note($"Trained in {Words.Of(_context.Surroundings.Clock.GetElapsedTime(start))}: {folder.ModelFile}, {folder.ReportFile}");
        return ExitCodes.Done;
    }
}
