using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cluster;

namespace SuperRes.Lab.Cli.Slurm;

/// <summary><c>superres slurm folder</c>: a job array that enlarges or restores a folder of photos.</summary>
internal sealed class SlurmFolderCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string> _folder = new("DIR") { HelpName = "DIR", Description = "Folder of photos." };
    private readonly Option<string> _out = Values.RequiredText("--out", "DIR", "Folder of the results.");
    private readonly Option<int?> _parts = Values.Integer("--parts", "N", "Tasks of the array. Default: 8.", 1, 10_000);
    private readonly Option<string?> _work =
        Values.Choice("--work", "COMMAND", "What is done: upscale or restore. Default: upscale.", "upscale", "restore");
    private readonly Option<string?> _model = Values.Text("--model", "M", ModelFiles.Description + " Default: the command's.");
    private readonly Option<int?> _scale = Values.Integer("--scale", "N", "How many times larger. Default: the model's.", 1, 64);
    private readonly SlurmOptions _slurm = new();

    public SlurmFolderCommand(CommandContext context)
        : base(
            "folder",
            "Print a job array that enlarges or restores a folder of photos.",
            "superres slurm folder photos/ --out photos-x2/ --parts 16 --cores 4",
            "superres slurm folder scans/ --out restored/ --work restore")
    {
        _context = context;
        Arguments.Add(_folder);
        foreach (Option option in new Option[] { _out, _parts, _work, _model, _scale })
        {
            Options.Add(option);
        }

        _slurm.AddTo(this, ranks: false);
    }

    protected override int Run(ParseResult parsed)
    {
        string folder = parsed.GetRequiredValue(_folder), work = parsed.GetValue(_work) ?? "upscale";
        int? scale = parsed.GetValue(_scale);
        if (!Directory.Exists(folder))
        {
            throw new InputException($"There is no folder {folder}; give one of photos.");
        }

        if (scale is not null && work == "restore")
        {
            throw new InputException("--scale is for upscale, and --work is restore; leave one of them out.");
        }

        string[] words =
        [
            work, Path.GetFullPath(folder), "--recursive", "--out", Path.GetFullPath(parsed.GetRequiredValue(_out)),
            .. parsed.GetValue(_model) is { } model ? new[] { "--model", File.Exists(model) ? Path.GetFullPath(model) : model } : [],
            .. scale is { } times ? new[] { "--scale", $"{times}" } : [],
        ];
        SlurmRequest request = _slurm.Request(parsed, work);
        _context.Terminal.Result(SlurmScript.Folder(request, words, parsed.GetValue(_parts) ?? 8).TrimEnd('\n'));
        return ExitCodes.Done;
    }
}
