using System.CommandLine;
using SuperRes.Lab.Cli.Commands;
using SuperRes.Lab.Cli.Parsing;

namespace SuperRes.Lab.Cli;

/// <summary>The program's commands.</summary>
internal static class CommandTree
{
    /// <summary>The program's name.</summary>
    public const string Name = "superres";

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
                new EvaluateCommand(context),
                new UpscaleCommand(context),
                new RestoreCommand(context),
            },
        };
        root.Options.Add(new Option<bool>(Verbose) { Description = "Show the stack trace of a failure.", Recursive = true });
        HelpText.Customize(root, context.Surroundings.Width);
        return root;
    }
}
