using System.CommandLine;
using SuperRes.Lab.Cli.Browser;
using SuperRes.Lab.Cli.Commands;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Cli.Slurm;

namespace SuperRes.Lab.Cli;

/// <summary>The program's commands.</summary>
internal static class CommandTree
{
    /// <summary>The program's name.</summary>
    public const string Name = "superres";

    /// <summary>The option that loads assemblies of one's own.</summary>
    public const string Plugin = "--plugin";

    /// <summary>The option that shows the place of a failure.</summary>
    public const string Verbose = "--verbose";

    public static RootCommand Create(CommandContext context)
    {
        var root = new RootCommand("A workbench for super-resolution and image restoration without a GAN.")
        {
            HelpName = Name,
            Subcommands =
            {
                new DoctorCommand(context),
                new GroupCommand(
                    "data",
                    "Get, check, prepare and look at photos to train on.",
                    new DataListCommand(context),
                    new DataFetchCommand(context),
                    new DataVerifyCommand(context),
                    new DataPrepareCommand(context),
                    new DataShowCommand(context),
                    new DataSynthCommand(context)),
                new LrFindCommand(context),
                new TrainCommand(context),
                new GroupCommand(
                    "experiment",
                    "List experiments, and say what the keys of their files mean.",
                    new ExperimentListCommand(context),
                    new ExperimentDescribeCommand(context),
                    new ExperimentSchemaCommand(context)),
                new RunsCommand(context),
                new EvaluateCommand(context),
                new ResultsCommand(context),
                new ReproduceCommand(context),
                new UpscaleCommand(context),
                new RestoreCommand(context),
                new ExportCommand(context),
                new ServeCommand(context),
                new ExportSiteCommand(context),
                new GroupCommand(
                    "weights",
                    "List, fetch, inspect, convert and average weights.",
                    new WeightsListCommand(context),
                    new WeightsFetchCommand(context),
                    new WeightsInspectCommand(context),
                    new WeightsCheckCommand(context),
                    new WeightsConvertCommand(context),
                    new WeightsAverageCommand(context)),
                new GroupCommand(
                    "notebooks",
                    "Run, check and clean notebooks; serve Jupyter.",
                    new NotebooksRunCommand(context),
                    new NotebooksCheckCommand(context),
                    new NotebooksCleanCommand(context),
                    new GroupCommand("kernel", "Run notebooks from Jupyter.", new KernelInstallCommand(context),
                        new KernelRunCommand(context))),
                new GroupCommand(
                    "reference",
                    "Run known weights on known images, to hold against fastai.",
                    new ReferenceForwardCommand(context),
                    new ReferenceTrainCommand(context)),
                new GroupCommand(
                    "slurm",
                    "Print job scripts for a cluster: of a training, a sweep, a folder of photos.",
                    SlurmTrainCommand.Training(context),
                    SlurmTrainCommand.Sweep(context),
                    new SlurmFolderCommand(context)),
                new BenchCommand(context),
            },
        };
        root.Options.Add(new Option<bool>(Verbose) { Description = "Show the stack trace of a failure.", Recursive = true });
        root.Options.Add(new Option<string[]>(Plugin)
        {
            HelpName = "FILE", Recursive = true,
            Description = "Load an assembly with networks, losses, degradations, metrics or callbacks of your own. "
                + "It may do whatever you may.",
        });
        HelpText.Customize(
            root,
            context.ConsoleEnvironment.Width,
            "superres doctor",
            "superres notebooks run",
            "superres train quick --images photos/",
            "superres upscale photo.jpg");
        return root;
    }
}
