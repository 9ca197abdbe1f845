using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Reference;
using SuperRes.Lab.Cli.Terminals;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres reference train</c>: eight known steps of training, to hold against fastai.</summary>
internal sealed class ReferenceTrainCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<string?> _json = Values.Text("--json", "FILE", "Where the JSON goes; - (default) is the output.");

    public ReferenceTrainCommand(CommandContext context)
        : base("train", "Train a few steps from deterministic weights on deterministic images.",
            "superres reference train --json train.json")
    {
        _context = context;
        Options.Add(_json);
    }

    protected override int Run(ParseResult parsed)
    {
        var progress = new SyncProgress<string>(_context.Terminal.Note);
        ReferenceTrain result = ReferenceTrain.Run(progress, cancellation: _context.Cancellation);
        _context.WriteText(parsed.GetValue(_json) ?? "-", result.ToJson());
        return ExitCodes.Done;
    }
}
