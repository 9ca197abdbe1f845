using System.CommandLine;
using SuperRes.Lab.Cli.NotebookRuns;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Notebooks.Checking;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres notebooks check</c>: whether notebooks may be stored as they are.</summary>
internal sealed class NotebooksCheckCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _files = NotebookFiles.Argument();
    private readonly Option<bool> _withoutOutputs = Values.Flag("--without-outputs", "Do not ask for stored outputs.");

    public NotebooksCheckCommand(CommandContext context)
        : base(
            "check",
            "Check that stored notebooks run everywhere and that their outputs are current and clean.",
            "superres notebooks check",
            "superres notebooks check notebooks/01-data.ipynb --without-outputs")
    {
        _context = context;
        Arguments.Add(_files);
        Options.Add(_withoutOutputs);
    }

    protected override int Run(ParseResult parsed)
    {
        var options = new NotebookCheckOptions { RequireOutputs = !parsed.GetValue(_withoutOutputs) };
        string[] files = NotebookFiles.Expand(parsed.GetValue(_files));
        int found = 0;
        foreach (string file in files)
        {
            _context.Cancellation.ThrowIfCancellationRequested();
            foreach (NotebookFinding finding in NotebookCheck.Check(file, options))
            {
                found++;
                _context.Terminal.Result($"{file}: {finding}");
            }
        }

        _context.Terminal.Note(
            found == 0 ? $"{files.Length} notebooks, nothing to fix." : $"{files.Length} notebooks, {found} things to fix.");
        return found == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}
