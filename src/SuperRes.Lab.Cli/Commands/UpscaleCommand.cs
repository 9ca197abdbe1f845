using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres upscale</c>: larger photos.</summary>
internal sealed class UpscaleCommand : PhotoCommand
{
    private readonly Option<int?> _scale =
        Values.Integer("--scale", "N", "How many times larger: the model's scale, or a power of it. Default: the model's.", 1, 64);

    public UpscaleCommand(CommandContext context)
        : base(
            context,
            "upscale",
            "Make photos larger with a super-resolution model.",
            "lite-x2",
            "superres upscale photo.jpg",
            "superres upscale photo.jpg --scale 4 --out large.png",
            "superres upscale holiday/ --out holiday-x2/ --model runs/quick")
    {
        Options.Add(_scale);
        AddCommonOptions();
    }

    protected override string Verb => "upscaling";

    protected override int? ScaleOf(ParseResult parsed) => parsed.GetValue(_scale);

    protected override string Suffix(int scale) => $"-x{scale}";

    protected override void CheckTask(LoadedModel model)
    {
        if (model.KeepsSize)
        {
            throw new InputException($"{model.Name} is a {model.Task} model that keeps an image's size; use \"superres restore\", or a "
                + $"super-resolution model.");
        }
    }
}
