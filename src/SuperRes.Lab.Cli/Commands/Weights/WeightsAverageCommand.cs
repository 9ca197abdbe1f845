using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres weights average</c>: the mean of several models' weights, or another mix of them.</summary>
internal sealed class WeightsAverageCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _inputs =
        new("MODEL") { HelpName = "MODEL", Description = "Model files of one network, such as the stages of a run.", Arity = new(2, 100) };
    private readonly Option<double[]> _factors = Values.Reals(
        "--factor", "F", "How much a model counts, once for each in their order, 1 in sum; one below 0, as in --factor=-0.1, goes beyond "
            + "the others, away from it. Default: all alike.", -10, 10);

    private readonly Option<string> _out = Values.RequiredText("--out", "OUT.safetensors", "The model file to write, in float32.");

    public WeightsAverageCommand(CommandContext context)
        : base(
            "average",
            "Write the mean of several models' weights, or another mix: stages that end near each other average to a slightly better "
                + "model, and between a faithful model and a crisp one that began as it lie all shades.",
            "superres weights average runs/mine/checkpoints/stage-128.safetensors runs/mine/checkpoints/stage-longer.safetensors --out "
                + "mean.safetensors",
            "superres weights average lite-x2 photo-x2 --factor 0.4 --factor 0.6 --out softer.safetensors")
    {
        _context = context;
        Arguments.Add(_inputs);
        Options.Add(_factors);
        Options.Add(_out);
    }

    protected override int Run(ParseResult parsed)
    {
        string[] inputs = [.. parsed.GetRequiredValue(_inputs).Select(ModelFiles.Find)];
        string output = ModelFiles.RequireExtension(parsed.GetRequiredValue(_out));
        double[]? factors = parsed.GetValue(_factors) is { Length: > 0 } given ? given : null;
        using RestorationModel model = RestorationModel.Average(inputs, factors);
        model.Save(output);
        _context.Terminal.Result(output);
        _context.Terminal.Note($"A mean of {inputs.Length} models of task {model.Card.Task}, scale {model.Card.Scale}.");
        return ExitCodes.Done;
    }
}
