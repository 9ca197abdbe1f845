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
            [.. PretrainedWeights.All.Select(
                w => (IReadOnlyList<object?>)[w.Name, w.Description, w.ApproximateSize, w.Licence, Place(w)])]).ToText().TrimEnd());
        foreach (PretrainedWeight weight in PretrainedWeights.All.Where(weight => weight.Bundled is not null))
        {
            _context.Terminal.Result(Describe(weight.Name, weight.Bundled!));
        }

        return ExitCodes.Done;
    }

    private static string Describe(string name, BundledWeight bundled) => File.Exists(bundled.Path)
        ? $"With the build comes a {name} without classifier, used where the cache has none: {bundled.Source}, {bundled.Licence}, sha256 "
            + $"{bundled.Sha256}."
        : $"This build comes without the {name} of {bundled.Source}; build without -p:BundledResNet18=false to have it, or fetch "
            + $"torchvision's.";

    private string Place(PretrainedWeight weight)
    {
        try
        {
            // The build's is another file, of another origin: it has its line below.
            string? found = PretrainedWeights.TryFind(weight.Name);
            return found is null ? "not there" : found == weight.Bundled?.Path ? "not there; the build's, below, is used" : found;
        }
        catch (InputException e)
        {
            _context.Terminal.Warning(e.Message);
            return "wrong file";
        }
    }
}
