using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Course;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres runs</c>: runs beside each other.</summary>
internal sealed class RunsCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _runs = new("RUN") { HelpName = "RUN",
        Description = "Run folders, or their names in runs/. Default: all that are there.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _html = Values.Text("--html", "FILE", "Write a page with the table and all curves in one chart.");
    private readonly Option<string?> _csv = Values.Text("--csv", "FILE", "Write the table as CSV; - is the output.");

    public RunsCommand(CommandContext context)
        : base(
            "runs",
            "Compare runs: what they reached, and in which values their experiments differ.",
            "superres runs",
            "superres runs quick-seed=1 quick-seed=2 --html compared.html")
    {
        _context = context;
        Arguments.Add(_runs);
        Options.Add(_html);
        Options.Add(_csv);
    }

    protected override int Run(ParseResult parsed)
    {
        RunComparison comparison = RunComparison.Of(parsed.GetValue(_runs) ?? []);
        foreach (string why in comparison.Skipped)
        {
            _context.Terminal.Note($"left out: {why}");
        }

        if (parsed.GetValue(_csv) is { } csv)
        {
            _context.WriteText(csv, comparison.ToTable().ToCsv());
        }
        else
        {
            _context.Terminal.Result(comparison.ToText());
        }

        if (parsed.GetValue(_html) is { } html)
        {
            _context.WriteText(html, HtmlPage.Wrap("Runs", comparison.ToHtml(), includePlotly: true));
        }

        return ExitCodes.Done;
    }
}
