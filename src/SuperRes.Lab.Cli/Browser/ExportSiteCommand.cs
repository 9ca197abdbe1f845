using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Web;

namespace SuperRes.Lab.Cli.Browser;

/// <summary><c>superres export-site</c>: the page that needs no server.</summary>
internal sealed class ExportSiteCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<string?> _out = Values.Text("--out", "DIR", "The folder to write, for any static host.");
    private readonly Option<string[]> _model = new("--model")
    {
        HelpName = "M",
        Description = "A model to offer; repeat it for several. Default: those in models/.",
    };

    public ExportSiteCommand(CommandContext context)
        : base(
            "export-site",
            "Write a page that works in the browser alone, also without network: pictures never leave the device.",
            "superres export-site --out site/",
            "superres export-site --out site/ --model runs/mine")
    {
        _context = context;
        Options.Add(_out);
        Options.Add(_model);
    }

    protected override int Run(ParseResult parsed)
    {
        string output = parsed.GetValue(_out) ?? throw new InputException("No folder is named; give --out DIR.");
        string[] models = parsed.GetValue(_model) is { Length: > 0 } named ? [.. named.Select(ModelFiles.Find)] : [.. ModelFiles.Shipped()];
        SiteSize size = Site.Write(output, models);
        _context.Terminal.Result(output);
        _context.Terminal.Note(FormattableString.Invariant(
            $"{size.Files} files, {size.Bytes / 1e6:0.0} MB; a first visit takes {size.FirstVisit / 1e6:0.0} MB (gzip), with a model."));
        return ExitCodes.Done;
    }
}
