using System.CommandLine;
using SuperRes.Lab.Cli.NotebookRuns;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Notebooks;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres notebooks clean</c>: twins without outputs.</summary>
internal sealed class NotebooksCleanCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _files = NotebookFiles.Argument();
    private readonly Option<string?> _out =
        Values.Text("--out", "DIR", $"Folder of the twins. Default: {NotebookFiles.DefaultOutput}/clean.");
    private readonly Option<bool> _inPlace = Values.Flag("--in-place", "Take the outputs out of the notebooks themselves.");

    public NotebooksCleanCommand(CommandContext context)
        : base("clean", "Write notebooks without their outputs.", "superres notebooks clean --out mine/",
            "superres notebooks clean notebooks/01-data.ipynb --in-place")
    {
        _context = context;
        Arguments.Add(_files);
        Options.Add(_out);
        Options.Add(_inPlace);
    }

    protected override int Run(ParseResult parsed)
    {
        bool inPlace = parsed.GetValue(_inPlace);
        if (inPlace && parsed.GetValue(_out) is not null)
        {
            throw new InputException("--in-place and --out name two places for the result; give one of them.");
        }

        string folder = parsed.GetValue(_out) ?? Path.Combine(LabFolders.Root, NotebookFiles.DefaultOutput, "clean");
        foreach (string file in NotebookFiles.Expand(parsed.GetValue(_files)))
        {
            string twin = inPlace ? file : Path.Combine(folder, Path.GetFileName(file));
            NotebookClean.Write(file, twin);
            _context.Terminal.Result(twin);
        }

        return ExitCodes.Done;
    }
}
