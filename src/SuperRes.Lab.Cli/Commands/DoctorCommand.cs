using System.CommandLine;
using SuperRes.Lab.Cli.Diagnosis;
using SuperRes.Lab.Cli.Parsing;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres doctor</c>: whether this machine can do the work, and what is missing.</summary>
internal sealed class DoctorCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Option<string?> _json = Values.Text("--json", "FILE", "Write the findings as JSON; - is the output.");

    public DoctorCommand(CommandContext context)
        : base(
            "doctor",
            "Show torch, processor, memory, folders and weights, and what is missing.",
            "superres doctor",
            "superres doctor --json -")
    {
        _context = context;
        Options.Add(_json);
    }

    protected override int Run(ParseResult parsed)
    {
        DoctorReport report = Doctor.Examine();
        string? json = parsed.GetValue(_json);
        if (json != "-")
        {
            _context.Terminal.Result(report.ToText());
        }

        if (json is not null)
        {
            _context.WriteText(json, report.ToJson());
        }

        if (report.Torch.Error is { } error)
        {
            _context.Terminal.Error($"torch can't be loaded: {error}");
            return ExitCodes.Failed;
        }

        return ExitCodes.Done;
    }
}
