using System.CommandLine;
using SuperRes.Lab.Cli.NotebookRuns;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Notebooks;
using SuperRes.Lab.Notebooks.Checking;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres notebooks check</c>: whether notebooks may be stored as they are.</summary>
internal sealed class NotebooksCheckCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _files = NotebookFiles.Argument();
    private readonly Option<bool> _withoutOutputs = Values.Flag("--without-outputs", "Do not ask for stored outputs.");
    private readonly Option<bool> _claims = Values.Flag(
        "--claims",
        "Check what the stored outputs say of the chapters' claims instead: each must hold, or name where a larger run shows it.");

    public NotebooksCheckCommand(CommandContext context)
        : base(
            "check",
            "Check that stored notebooks run everywhere and that their outputs are current and clean.",
            "superres notebooks check",
            "superres notebooks check notebooks/01-data.ipynb --without-outputs",
            "superres notebooks check --claims")
    {
        _context = context;
        Arguments.Add(_files);
        Options.Add(_withoutOutputs);
        Options.Add(_claims);
    }

    protected override int Run(ParseResult parsed)
    {
        var options = new NotebookCheckOptions { RequireOutputs = !parsed.GetValue(_withoutOutputs) };
        string[] files = NotebookFiles.Expand(parsed.GetValue(_files));
        if (parsed.GetValue(_claims))
        {
            return CheckClaims(files);
        }

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

    private int CheckClaims(string[] files)
    {
        var claims = new List<NotebookClaim>();
        int found = 0;
        foreach (string file in files)
        {
            Notebook notebook = Notebook.Read(file);
            foreach (NotebookClaim claim in NotebookClaim.Of(notebook))
            {
                claims.Add(claim);
                _context.Terminal.Result($"{Path.GetFileName(file)} {claim}");
            }

            foreach (NotebookFinding finding in NotebookClaim.Check(notebook, LabFolders.Root))
            {
                found++;
                _context.Terminal.Result($"{file}: {finding}");
            }
        }

        int held = claims.Count(claim => claim.Verdict == ClaimVerdict.Holds);
        int elsewhere = claims.Count(claim => claim.Verdict == ClaimVerdict.ShownElsewhere);
        _context.Terminal.Note(
            $"{claims.Count} claims: {held} hold, {elsewhere} are not shown at this scale and name where they are, {found} things to fix.");
        return found == 0 ? ExitCodes.Done : ExitCodes.Failed;
    }
}
