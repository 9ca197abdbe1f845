using System.CommandLine;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres restore</c>: photos of the same size without degradations, or with colour.</summary>
internal sealed class RestoreCommand : PhotoCommand
{
    public RestoreCommand(CommandContext context)
        : base(
            context,
            "restore",
            "Repair or colour photos with a restoration model; their size stays.",
            "lite-restore",
            "superres restore scan.jpg",
            "superres restore scans/ --out restored/ --model runs/restore-jpeg")
        => AddCommonOptions();

    protected override string Verb => "restoring";

    protected override int? ScaleOf(ParseResult parsed) => null;

    protected override string Suffix(int scale) => "-restored";

    protected override void CheckTask(LoadedModel model)
    {
        if (!model.KeepsSize)
        {
            throw new InputException($"{model.Name} is a {model.Task} model that enlarges ×{model.Scale}; use \"superres upscale\", or a "
                + $"restoration model.");
        }
    }
}
