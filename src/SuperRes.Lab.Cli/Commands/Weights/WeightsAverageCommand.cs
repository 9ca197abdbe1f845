using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres weights average</c>: the mean of several models' weights.</summary>
internal sealed class WeightsAverageCommand : LabCommand
{
    private readonly CommandContext _context;
    private readonly Argument<string[]> _inputs =
        new("MODEL") { HelpName = "MODEL", Description = "Model files of one network, such as the stages of a run.", Arity = new(2, 100) };
    private readonly Option<string> _out = Values.RequiredText("--out", "OUT.safetensors", "The model file to write, in float32.");

    public WeightsAverageCommand(CommandContext context)
        : base(
            "average",
            "Write the mean of several models' weights: stages that end near each other average to a slightly better model.",
            "superres weights average runs/mine/checkpoints/stage-128.safetensors runs/mine/checkpoints/stage-longer.safetensors --out "
                + "mean.safetensors")
    {
        _context = context;
        Arguments.Add(_inputs);
        Options.Add(_out);
    }

    protected override int Run(ParseResult parsed)
    {
        string[] inputs = [.. parsed.GetRequiredValue(_inputs).Select(ModelFiles.Find)];
        string output = ModelFiles.RequireExtension(parsed.GetRequiredValue(_out));
        using RestorationModel model = RestorationModel.Average(inputs);
        model.Save(output);
        _context.Terminal.Result(output);
        _context.Terminal.Note($"The mean of {inputs.Length} models of task {model.Card.Task}, scale {model.Card.Scale}.");
        return ExitCodes.Done;
    }
}
