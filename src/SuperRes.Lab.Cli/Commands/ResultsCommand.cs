using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Course;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres results</c>: the page of what the shipped models reach.</summary>
internal sealed class ResultsCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<string[]> _images =
        new("--images") { HelpName = "DIR",
        Description =
        "A set of photos to measure on beside data/samples: a folder of images, or one with hr/ and perhaps lr-x2/, or a folder of such. "
        + "Repeat it for several." };
    private readonly Option<string[]> _models = new("--model") { HelpName = "M",
        Description = ModelFiles.Description + " Repeat it for several. Default: every model in models/." };
    private readonly Option<string?> _out = Values.Text("--out", "DIR", "Where results.md and the folder results/ go. Default: docs/.");
    private readonly Option<bool> _page = Values.Flag("--page", "Write the page alone again, from the files that are there.");
    private readonly LpipsOption _lpips = new();
    private readonly ModelOptions _options = new();

    public ResultsCommand(CommandContext context)
        : base(
            "results",
            "Measure the shipped models and write the page of results.",
            "superres results",
            "superres results --images set5/ --images set14/ --lpips alex",
            "superres results --model lite-x2 --images photos/ --out docs/")
    {
        _context = context;
        foreach (Option option in new Option[] { _images, _models, _lpips.Option, _out, _page })
        {
            Options.Add(option);
        }

        _options.AddTo(this);
    }

    protected override int Run(ParseResult parsed)
    {
        string output = parsed.GetValue(_out) ?? Path.Combine(LabFolders.Root, "docs"), folder = Path.Combine(output, "results");
        if (!parsed.GetValue(_page))
        {
            Measure(parsed, folder);
        }

        _context.WriteText(Path.Combine(output, "results.md"), new ResultsPage(folder).ToMarkdown());
        string readme = Path.Combine(LabFolders.Root, "README.md");
        if (parsed.GetValue(_out) is null && File.Exists(readme))
        {
            _context.WriteText(readme, ResultsSummary.Refresh(File.ReadAllText(readme), folder));
        }

        return ExitCodes.Done;
    }

    private void Measure(ParseResult parsed, string folder)
    {
        string samples = Path.Combine(LabFolders.Root, "data", ResultsRun.SamplesName);
        ResultsSet[] sets =
            [.. (parsed.GetValue(_images) ?? []).SelectMany(ResultsSet.Find), new(ResultsRun.SamplesName, samples, samples)];
        string[] named = [.. (parsed.GetValue(_models) ?? []).Select(ModelFiles.Find)];
        string[] files = named.Length > 0 ? named : [.. ModelFiles.Shipped()];
        if (files.Length == 0)
        {
            throw new InputException($"{LabFolders.Models} holds no model; give --model FILE, such as one that \"superres train\" made.");
        }

        using Lpips? lpips = _lpips.Load(parsed);
        var loaded = files.Select(LoadedModel.Read).ToList();
        try
        {
            var run = new ResultsRun(folder, samples, LoadedModel.Options(parsed, _options), lpips);
            using IProgressView bar = _context.Terminal.StartProgress("measuring");
            foreach (RestorationModel model in loaded.Select(m => m.Model))
            {
                foreach (ResultsSet set in sets)
                {
                    var progress = new SyncProgress<EvaluationProgress>(
                        p => bar.Report((double)p.Index / p.Count, $"{model.Name} on {set.Name}, {p.Index + 1} of {p.Count}"));
                    Report(run.Measure(model, set, progress, _context.Cancellation));
                }

                Report(model.Network.HasMask ? [run.DrawSheet(model), run.DrawOldPhoto(model)] : [run.DrawSheet(model)]);
            }

            // Where a page is there, measuring some model again doesn't change whose large examples it shows.
            bool areThere = named.Length > 0 && Directory.EnumerateFiles(folder, "large-x*").Any();
            if (!areThere && loaded.Find(m => m.Scale == 2) is { } upscaling)
            {
                if (loaded.TrueForAll(m => m.Task != "restoration") && ModelFiles.TryShipped("lite-restore") is { } restoring)
                {
                    loaded.Add(LoadedModel.Read(restoring)); // one of the large examples shows both
                }

                Report(run.DrawLarge(upscaling.Model, loaded.Find(m => m.Task == "restoration")?.Model));
            }
        }
        finally
        {
            loaded.ForEach(model => model.Dispose());
        }
    }

    private void Report(IEnumerable<string> written)
    {
        foreach (string file in written)
        {
            _context.Terminal.Note($"Wrote {file}.");
        }
    }
}
