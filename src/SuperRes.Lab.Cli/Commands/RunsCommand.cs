using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Trainings;
using SuperRes.Lab.Course;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres runs</c>: runs beside each other.</summary>
internal sealed class RunsCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _runs = new("RUN") { HelpName = "RUN",
        Description = "Run folders, their names in runs/, or patterns such as 'quick-*'. Default: all that are there.",
        Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _all = Values.Flag("--all", "Show every key in which the runs differ, however wide the table becomes.");
    private readonly Option<string?> _html = Values.Text("--html", "FILE", "Write a page with the table and all curves in one chart.");
    private readonly Option<string?> _csv = Values.Text("--csv", "FILE", "Write the table as CSV; - is the output.");

    public RunsCommand(CommandContext context)
        : base(
            "runs",
            "Compare runs: what they reached, and in which values their experiments differ.",
            "superres runs",
            "superres runs 'quick-seed=*' --all",
            "superres runs quick-seed=1 quick-seed=2 --html compared.html")
    {
        _context = context;
        Arguments.Add(_runs);
        Options.Add(_all);
        Options.Add(_html);
        Options.Add(_csv);
    }

    protected override int Run(ParseResult parsed)
    {
        RunComparison comparison = RunComparison.Of(RunSelection.Expand(parsed.GetValue(_runs) ?? []));
        foreach (string why in comparison.Skipped)
        {
            _context.Terminal.Note($"left out: {why}");
        }

        if (parsed.GetValue(_csv) is { } csv)
        {
            _context.WriteText(csv, comparison.ToTable().ToCsv());
        }
        else if (parsed.GetValue(_all))
        {
            _context.Terminal.Result(comparison.ToText());
        }
        else
        {
            (Table table, IReadOnlyList<string> leftOut) = RunsTable.Fit(comparison.ToTable(), _context.ConsoleEnvironment.Width);
            _context.Terminal.Result(table.ToText());
            if (leftOut.Count > 0)
            {
                _context.Terminal.Note($"{leftOut.Count} more keys differ; --all shows them, --csv FILE writes them.");
            }
        }

        if (parsed.GetValue(_html) is { } html)
        {
            _context.WriteText(html, HtmlPage.Wrap("Runs", comparison.ToHtml(), includePlotly: true));
        }

        return ExitCodes.Done;
    }
}
