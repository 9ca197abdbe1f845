using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Show;
using SuperRes.Lab.Weights;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres weights list</c>: pretrained weights, and which of them are there.</summary>
internal sealed class WeightsListCommand : LabCommand
{
    private readonly CommandContext _context;

    public WeightsListCommand(CommandContext context)
        : base("list", "List pretrained weights, their licences, and which are there.", "superres weights list") => _context = context;

    protected override int Run(ParseResult parsed)
    {
        _context.Terminal.Result(new Table(
            ["name", "what", "size", "licence", "place"],
            [.. PretrainedWeights.All.Select(w => (IReadOnlyList<object?>)[w.Name, w.Description, w.ApproximateSize, w.Licence, Place(w.Name)])]).ToText().TrimEnd());
        return ExitCodes.Done;
    }

    private string Place(string name)
    {
        try
        {
            return PretrainedWeights.TryFind(name) ?? "not there";
        }
        catch (InputException e)
        {
            _context.Terminal.Warning(e.Message);
            return "wrong file";
        }
    }
}
