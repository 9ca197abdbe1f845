using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Cluster;
using SuperRes.Lab.Course;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.IO;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres evaluate</c>: how good models are on images whose truth is known.</summary>
internal sealed class EvaluateCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<string[]> _models = new("--model") { HelpName = "M",
        Description = ModelFiles.Description
            + " Or an .onnx file that makes pictures of pictures. Repeat it to compare several; without it, plain enlargements alone are "
            + "measured.",
    };
    private readonly Option<string> _hr = Values.RequiredText("--hr", "DIR", "Folder of the true images.");
    private readonly Option<string?> _lr = Values.Text("--lr", "DIR",
        "Folder of the small or degraded images with the same names. Default: made by an antialiased bicubic downscale.");
    private readonly Option<int?> _scale =
        Values.Integer("--scale", "N", "How many times larger the results are; 1 measures restoration. Default: the first model's.", 1, 16);
    private readonly Option<int[]> _jpeg = new("--jpeg") { HelpName = "Q",
        Description = "Degrade the images by JPEG compression of this quality first; repeat it for several." };
    private readonly Option<double[]> _noise = Values.Reals(
        "--noise", "SIGMA", "Degrade the images by Gaussian noise of this strength (of 255) first; repeat it for several.", 0, 255);
    private readonly Option<string[]> _degradation =
        new("--degradation", "--damage") { HelpName = "D",
        Description =
        "Degrade the images first: holes, text, watermark, scratches, dust, folds, grey, jpeg10, noise25, none, or several joined by "
        + "+ as jpeg40+holes; repeat it for several. Masked and unmasked pixels are measured apart." };
    private readonly Option<string?> _json = Values.Text("--json", "FILE", "Write the figures as JSON; - is the output.");
    private readonly Option<string?> _csv = Values.Text("--csv", "FILE", "Write the figures as comma-separated values.");
    private readonly Option<string?> _markdown = Values.Text("--markdown", "FILE", "Write the tables as Markdown.");
    private readonly Option<string?> _html =
        Values.Text("--html", "FILE", "Write a page with tables, and sheets of the best, median and worst image.");
    private readonly Option<string?> _sheet = Values.Text("--sheet", "FILE",
        "Write a picture: input, plain enlargements, prediction, target of the best, median and worst image.");
    private readonly Option<string?> _save = Values.Text("--save", "DIR", "Write the models' results as PNG.");
    private readonly LpipsOption _lpips = new();
    private readonly Option<bool> _extended =
        Values.Flag("--extended",
        "Measure MS-SSIM, gradient similarity (GMSD) and seconds per megapixel too; intervals of all means and comparisons go into the "
        + "JSON.");
    private readonly Option<string[]> _metric = new("--metric") { HelpName = "NAME",
        Description = "Measure a metric of your own too, which a --plugin registers; repeat it for several." };
    private readonly Option<Shard?> _shard = Values.Shard("the images");
    private readonly ModelOptions _options = new();

    public EvaluateCommand(CommandContext context)
        : base(
            "evaluate",
            "Measure models against plain enlargements on images whose truth is known.",
            "superres evaluate --model runs/quick --hr set5/hr --lr set5/lr-x2 --scale 2",
            "superres evaluate --model lite-x2 --model runs/quick --hr photos/ --sheet sheet.png --html report.html",
            "superres evaluate --model lite-restore --hr photos/ --jpeg 10 --jpeg 40 --json -",
            "superres evaluate --model lite-restore --hr photos/ --degradation holes --degradation jpeg40+text --html report.html")
    {
        _context = context;
        foreach (Option option in new Option[] { _models, _hr, _lr, _scale, _jpeg, _noise, _degradation, _lpips.Option, _extended,
            _metric, _json, _csv, _markdown, _html, _sheet, _save, _shard })
        {
            Options.Add(option);
        }

        _options.AddTo(this);
    }

    protected override int Run(ParseResult parsed)
    {
        if (parsed.GetValue(_sheet) is { } sheet)
        {
            // What can be known to fail is not found out after the measuring.
            if (parsed.GetValue(_models) is not { Length: > 0 })
            {
                throw new InputException("A sheet shows a model's results, and no model is given; give --model M.");
            }

            ImageCodec.RequireWritten(sheet);
            AtomicFile.RequireWritable(sheet);
        }

        List<LoadedModel> loaded = [];
        try
        {
            foreach (string name in parsed.GetValue(_models) ?? [])
            {
                loaded.Add(LoadedModel.ReadAny(ModelFiles.Find(name)));
            }

            int scale = parsed.GetValue(_scale) ?? (loaded.Count > 0 ? loaded[0].Scale : 2);
            EvaluatedModel[] models = [.. loaded.Select(m => EvaluatedModel.Of(m.Name, m.Upscaler(parsed, _options, scale)))];
            Measure(parsed, scale, models);
            return ExitCodes.Done;
        }
        finally
        {
            loaded.ForEach(model => model.Dispose());
        }
    }

    private void Measure(ParseResult parsed, int scale, EvaluatedModel[] models)
    {
        using Lpips? lpips = _lpips.Load(parsed);
        var options = new EvaluationOptions
        {
            HighResolution = parsed.GetRequiredValue(_hr),
            LowResolution = parsed.GetValue(_lr),
            Scale = scale,
            Save = parsed.GetValue(_save),
            Only = parsed.GetValue(_shard) is { } shard ? shard.Holds : null,
            Lpips = lpips is null ? null : lpips.Distance,
            Extended = parsed.GetValue(_extended),
            Metrics = parsed.GetValue(_metric) ?? [],
        };
        IEnumerable<Degradation> asked =
        [
            .. (parsed.GetValue(_jpeg) ?? []).Select(Degradation.Jpeg),
            .. (parsed.GetValue(_noise) ?? []).Select(sigma => Degradation.Noise(sigma)),
            .. (parsed.GetValue(_degradation) ?? []).Select(Degradation.Parse),
        ];
        Degradation[] degradations = [.. asked.DistinctBy(one => one.Name)];
        foreach (string folder in new[] { options.HighResolution, options.LowResolution }.OfType<string>().Where(Directory.Exists))
        {
            if (ImageCodec.ListFolder(folder).Note is { } note)
            {
                _context.Terminal.Note(note);
            }
        }

        using IProgressView bar = _context.Terminal.StartProgress("measuring");
        var progress =
            new SyncProgress<EvaluationProgress>(p => bar.Report((double)p.Index / p.Count, $"{p.Index + 1} of {p.Count}, {p.Image}"));
        EvaluationReport report = degradations.Length > 0
            ? Evaluator.Sweep(options, degradations, models, progress, _context.Cancellation)
            : new Evaluator(options).Run(models, progress, _context.Cancellation);
        Write(parsed, report,
            at => new Evaluator(degradations.Length > 0 ? options with { Degradation = degradations[at / models.Length] } : options)
            .Sheet(models[at % models.Length], report.Models[at]));
    }

    private void Write(ParseResult parsed, EvaluationReport report, Func<int, ComparisonSheet> drawSheet)
    {
        string? json = parsed.GetValue(_json), html = parsed.GetValue(_html), sheetFile = parsed.GetValue(_sheet);
        ComparisonSheet? first = sheetFile is null ? null : drawSheet(0);
        if (json != "-")
        {
            _context.Terminal.Result(report.ToText());
        }

        WriteIf(json, report.ToJson);
        WriteIf(parsed.GetValue(_csv), report.ToCsv);
        WriteIf(parsed.GetValue(_markdown), () => report.ToMarkdown());
        WriteIf(html, () => report.ToHtmlPage(
            sheets: report.Models[0].Model is null ? [] : Enumerable.Range(0, report.Models.Count).Select(drawSheet)));
        if (sheetFile is not null)
        {
            first!.Save(sheetFile);
            _context.Terminal.Note($"Wrote {sheetFile}.");
        }
    }

    private void WriteIf(string? path, Func<string> text)
    {
        if (path is not null)
        {
            _context.WriteText(path, text());
        }
    }
}
