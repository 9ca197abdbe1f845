using System.CommandLine;
using SuperRes.Lab.Metrics;

namespace SuperRes.Lab.Cli.Parsing;

/// <summary><c>--lpips [NET]</c>: whether the perceptual distance is measured too, and by which network.</summary>
internal sealed class LpipsOption
{
    public Option<string?> Option { get; } = Values.Choice(
        "--lpips", "NET", "Measure LPIPS too, with alex, squeeze or vgg, whose weights are fetched. Default: alex where it is there.",
        [.. Lpips.Networks]);

    public LpipsOption() => Option.Arity = ArgumentArity.ZeroOrOne;

    /// <summary>The metric that was asked for; null where none was.</summary>
    /// <exception cref="InputException">Its weights are not there.</exception>
    public Lpips? Load(ParseResult parsed) => parsed.GetResult(Option) is null ? null : Lpips.Load(network: parsed.GetValue(Option));
}
