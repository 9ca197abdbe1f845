using System.CommandLine;
using SuperRes.Lab.Cli.Diagnosis;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cli.Trainings;
using SuperRes.Lab.Course;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres reproduce</c>: trains the method without each of its parts and writes the page that says which part
/// matters.</summary>
internal sealed class ReproduceCommand : LabCommand
{
    private const string Recipe = "ablation", LpipsNetwork = "alex";
    private readonly CommandContext _context;
    private readonly Option<string?> _images = Values.Text("--images", "DIR", "Folder of photos in place of the experiment's own.");
    private readonly Option<string[]> _only =
        new("--only") { HelpName = "NAME", Description = "Train and measure this ablation alone. Repeat it for several. Default: all." };
    private readonly Option<string?> _runs =
        Values.Text("--runs", "DIR", "Holds a run folder for each ablation. Default: runs/reproduction.");
    private readonly Option<string?> _out =
        Values.Text("--out", "DIR", "Where reproduction.md and the folder reproduction/ go. Default: docs/.");
    private readonly Option<bool> _page = Values.Flag("--page", "Write the page alone again, from the files that are there.");

    public ReproduceCommand(CommandContext context)
        : base(
            "reproduce",
            "Train the method without each of its parts, and write the page that says which part matters.",
            "superres reproduce --images photos/",
            "superres reproduce --images photos/ --only recipe --only pixels",
            "superres reproduce --page")
    {
        _context = context;
        foreach (Option option in new Option[] { _images, _only, _runs, _out, _page })
        {
            Options.Add(option);
        }
    }

    protected override int Run(ParseResult parsed)
    {
        string docs = Path.Combine(LabFolders.Root, "docs"), output = parsed.GetValue(_out) ?? docs;
        string folder = Path.Combine(output, "reproduction");
        IReadOnlyList<Ablation> all = Ablation.Read(Path.Combine(docs, "reproduction", "ablations.json"));
        if (!parsed.GetValue(_page))
        {
            using Lpips? lpips = Lpips.IsAvailable(network: LpipsNetwork) ? Lpips.Load(network: LpipsNetwork) : null;
            if (lpips is null)
            {
                _context.Terminal.Note("LPIPS is left out, because its weights are not there; \"superres weights fetch alexnet\" and "
                    + "\"superres weights fetch lpips_alex\" get them.");
            }

            var measuring = new AblationRun(folder, lpips is null ? null : lpips.Distance);
            foreach (Ablation ablation in Chosen(all, parsed.GetValue(_only) ?? []))
            {
                _context.Terminal.Note($"{ablation.Name}: {ablation.Change}");
                Reproduce(parsed, ablation, measuring);
            }
        }

        var page = new ReproductionPage(Experiment.Load(Recipe), all, folder);
        _context.WriteText(Path.Combine(output, "reproduction.md"), page.ToMarkdown());
        return ExitCodes.Done;
    }

    private static IEnumerable<Ablation> Chosen(IReadOnlyList<Ablation> all, string[] names)
    {
        string? unknown = names.FirstOrDefault(name => all.All(ablation => ablation.Name != name));
        return unknown is null
            ? all.Where(ablation => names.Length == 0 || names.Contains(ablation.Name))
            : throw new InputException($"There is no ablation \"{unknown}\"; use {string.Join(", ", all.Select(a => a.Name))}.");
    }

    /// <summary>Trains where that is not done yet, from where it was interrupted, and measures.</summary>
    private void Reproduce(ParseResult parsed, Ablation ablation, AblationRun measuring)
    {
        Experiment experiment = Experiment.Load(Recipe, [.. ablation.Set]);
        string place = Path.Combine(parsed.GetValue(_runs) ?? Path.Combine(LabFolders.Runs, "reproduction"), ablation.Name);
        bool exists = RunFolder.Exists(place);
        RunFolder folder = exists ? RunFolder.Open(place) : RunFolder.At(place);
        if (exists)
        {
            ResumeCheck.RequireSameExperiment(experiment, folder, from: null);
        }

        using var run = new ExperimentRun(
            experiment, folder, parsed.GetValue(_images), log: _context.Terminal.Note, cancellation: _context.Cancellation);
        if (!File.Exists(folder.StageFile(experiment.Stages[^1].Name)))
        {
            using IProgressView bar = _context.Terminal.StartProgress("training");
            run.Train(exists && folder.StateFile is not null, [new TrainingView(_context, bar, experiment.Stages)], _context.Cancellation);
        }

        measuring.Measure(ablation, run, ProcessorInfo.Read().Model);
    }
}
