using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres upscale</c>: larger photos.</summary>
internal sealed class UpscaleCommand : PhotoCommand
{
    private const string Photo = "photo", Faithful = "faithful", PhotoModel = "photo-x2", PhotoModel4 = "photo-x4",
        FaithfulModel = "lite-x2";
    private readonly Option<string?> _look = Values.Choice(
        "--look", "LOOK", "What is wanted where no model is named: photo (crisp, as most people like it; some of the detail is made up) or "
            + "faithful (nearest to the true pixels; softer). Default: photo.", Photo, Faithful);
    private readonly Option<int?> _scale =
        Values.Integer("--scale", "N", "How many times larger: the model's scale, or a power of it. Default: the model's.", 1, 64);

    public UpscaleCommand(CommandContext context)
        : base(
            context,
            "upscale",
            "Make photos larger with a super-resolution model.",
            $"{PhotoModel}, or as --look says",
            "superres upscale photo.jpg",
            "superres upscale photo.jpg --look faithful",
            "superres upscale photo.jpg --scale 4 --out large.png",
            "superres upscale holiday/ --out holiday-x2/ --model runs/quick")
    {
        Options.Add(_look);
        Options.Add(_scale);
        AddCommonOptions();
    }

    protected override string Verb => "upscaling";

    protected override bool MayStartWithoutTorch => true;

    protected override string DefaultModelFor(ParseResult parsed) => parsed.GetValue(_look) == Faithful ? FaithfulModel
        : ScaleOf(parsed) == 4 && ModelFiles.TryShipped(PhotoModel4) is not null ? PhotoModel4 : PhotoModel;

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
