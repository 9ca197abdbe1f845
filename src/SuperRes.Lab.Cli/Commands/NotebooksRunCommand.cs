using System.CommandLine;
using SuperRes.Lab.Cli.NotebookRuns;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Notebooks.Html;
using SuperRes.Lab.Notebooks.Pages;
using SuperRes.Lab.Notebooks.Running;
using SuperRes.Lab.Notebooks.Scripting;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres notebooks run</c>: executes notebooks without any notebook program.</summary>
internal sealed class NotebooksRunCommand : LabCommand
{
    private const string PageName = "index.html";
    private readonly CommandContext _context;
    private readonly Argument<string[]> _files = NotebookFiles.Argument();
    private readonly Option<string?> _experiment = Values.Text("--experiment", "NAME",
        "The experiment the notebooks work on: quick, evening, article-div2k, another name in experiments/ or a file. "
        + "Default: what chapter 01 chose, quick.");
    private readonly Option<string?> _images = Values.Text("--images", "DIR", "Folder of photos in place of the generated images.");
    private readonly Option<string?> _run =
        Values.Text("--run", "DIR", "The run folder, or its name in runs/. Default: the experiment's name.");
    private readonly Option<string?> _out =
        Values.Text("--out", "DIR", $"Folder of the executed notebooks and their page. Default: {NotebookFiles.DefaultOutput}.");
    private readonly Option<bool> _html = Values.Flag("--html", "Write a page for each notebook instead of one page for all.");
    private readonly Option<string?> _pages = Values.Text("--pages", "DIR",
        "Also write each notebook as a Markdown page with its pictures as files, for a repository's site. Default: none.");
    private readonly Option<bool> _keepGoing = Values.Flag("--keep-going", "Run the notebooks after a failed one too.");
    private readonly Option<int?> _cellSeconds =
        Values.Integer("--cell-timeout", "SECONDS", "Most seconds that a cell may run. Default: no limit.", 1);

    public NotebooksRunCommand(CommandContext context)
        : base(
            "run",
            "Run notebooks in order and write executed copies and a page.",
            "superres notebooks run",
            "superres notebooks run --images photos/",
            "superres notebooks run --experiment evening --images photos/ --pages docs/course-evening",
            "superres notebooks run notebooks/04-learning-rate.ipynb --out tried/")
    {
        _context = context;
        Arguments.Add(_files);
        foreach (Option option in new Option[] { _experiment, _images, _run, _out, _html, _pages, _keepGoing, _cellSeconds })
        {
            Options.Add(option);
        }
    }

    protected override int Run(ParseResult parsed)
    {
        string[] files = NotebookFiles.Expand(parsed.GetValue(_files));
        string output = parsed.GetValue(_out) ?? Path.Combine(LabFolders.Root, NotebookFiles.DefaultOutput);
        var options = new NotebookRunOptions
        {
            OutputFolder = output,
            KeepGoing = parsed.GetValue(_keepGoing),
            Parameters = Parameters(parsed),
            Cells =
                new ScriptSessionOptions { CellTimeLimit = parsed.GetValue(_cellSeconds) is { } seconds ? TimeSpan.FromSeconds(
                seconds) : null },
        };
        NotebookRunReport report;
        using (IProgressView bar = _context.Terminal.StartProgress("running"))
        {
            report = NotebookRunner.RunAsync(files, options, new NotebookRunView(_context.Terminal, bar).Show, _context.Cancellation)
                .GetAwaiter().GetResult();
        }

        WritePages(report, output, parsed.GetValue(_html));
        if (parsed.GetValue(_pages) is { } pages)
        {
            WriteMarkdown(report, pages, parsed.GetValue(_experiment) ?? "quick");
        }

        _context.Terminal.Result(NotebookRunView.Summary(report));
        _context.Terminal.Note($"Wrote {Path.Combine(output, PageName)}.");
        return report.Interrupted ? ExitCodes.Interrupted : report.Succeeded ? ExitCodes.Done : ExitCodes.Failed;
    }

    /// <summary>What the notebooks read from the environment, checked before the first of them starts.</summary>
    private Dictionary<string, string> Parameters(ParseResult parsed)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (parsed.GetValue(_experiment) is { } experiment)
        {
            Experiment.Load(experiment);
            parameters[Course.Lab.ExperimentVariable] = File.Exists(experiment) ? Path.GetFullPath(experiment) : experiment;
        }

        if (parsed.GetValue(_images) is { } images)
        {
            ImageCodec.ListImages(images);
            parameters[Course.Lab.ImagesVariable] = Path.GetFullPath(images);
        }

        if (parsed.GetValue(_run) is { } run)
        {
            parameters[Course.Lab.RunVariable] = RunFolder.Create(run).Path;
        }

        return parameters;
    }

    private void WriteMarkdown(NotebookRunReport report, string folder, string experiment)
    {
        string description = Experiment.Load(experiment).Description.TrimEnd('.'), first = Path.GetFullPath(report.Notebooks[0].Path);
        string introduction = $"What the chapters show at the scale of `{experiment}` ({description}). "
            + $"Written by `superres notebooks run --pages`; the first notebook itself is [{Path.GetFileName(first)}]"
            + $"({Path.GetRelativePath(Path.GetFullPath(folder), first).Replace('\\', '/')}).";
        MarkdownPages.Write([.. report.Notebooks.Select(SiteNotebook.From)], folder, "The course", introduction);
        _context.Terminal.Note($"Wrote {Path.Combine(folder, "README.md")}.");
    }

    private static void WritePages(NotebookRunReport report, string output, bool apart)
    {
        SiteNotebook[] notebooks = [.. report.Notebooks.Select(SiteNotebook.From)];
        if (apart)
        {
            HtmlSite.WriteSite(notebooks, output, "SuperRes.Lab");
        }
        else
        {
            HtmlSite.WritePage(notebooks, Path.Combine(output, PageName), "SuperRes.Lab");
        }
    }
}
