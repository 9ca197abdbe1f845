using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Terminals;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Weights;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres weights fetch</c>: gets pretrained weights.</summary>
internal sealed class WeightsFetchCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _names =
        new("NAME") { HelpName = "NAME", Description = "Names from \"superres weights list\".", Arity = ArgumentArity.OneOrMore };

    public WeightsFetchCommand(CommandContext context)
        : base("fetch", "Fetch pretrained weights into the cache; an interrupted download is resumed.",
            "superres weights fetch resnet34 vgg16_bn")
    {
        _context = context;
        Arguments.Add(_names);
    }

    protected override int Run(ParseResult parsed)
    {
        string[] names = parsed.GetRequiredValue(_names);
        Array.ForEach(names, name => PretrainedWeights.Get(name));
        using var downloader = new Downloader();
        foreach (string name in names)
        {
            using IProgressView bar = _context.Terminal.StartProgress($"fetching {name}");
            // What came with the build may be less than what is asked for: ML.NET's ResNet-18 has no classifier.
            string? found = PretrainedWeights.TryFind(name);
            string path = found is not null && found != PretrainedWeights.Get(name).Bundled?.Path
                ? found
                : WeightsDownload.Fetch(name, downloader, p => bar.Report(
                    p.Total is > 0 ? (double)p.Received / p.Total.Value : 0, Downloads.Describe(p)), cancellation: _context.Cancellation);
            _context.Terminal.Result(path);
        }

        return ExitCodes.Done;
    }
}
