using System.CommandLine;
using SuperRes.Lab.Cli.Parsing;
using SuperRes.Lab.Notebooks.Kernel;

namespace SuperRes.Lab.Cli.Commands;

/// <summary><c>superres notebooks kernel install</c>: makes the kernel known to Jupyter.</summary>
internal sealed class KernelInstallCommand : LabCommand
{
    private readonly CommandContext _context;

    public KernelInstallCommand(CommandContext context)
        : base("install", "Make this program Jupyter's kernel \"superres\".", "superres notebooks kernel install") => _context = context;

    protected override int Run(ParseResult parsed)
    {
        _context.Terminal.Result(KernelSpec.Install([.. KernelRunCommand.Path, KernelSpec.ConnectionFilePlaceholder]));
        return ExitCodes.Done;
    }
}

/// <summary><c>superres notebooks kernel run</c>: what Jupyter calls.</summary>
internal sealed class KernelRunCommand : LabCommand
{
    /// <summary>The words that lead to this command. An interrupt there is for the running cell, not for the program.</summary>
    public static readonly string[] Path = ["notebooks", "kernel", "run"];

    private readonly CommandContext _context;
    private readonly Argument<string> _connection = new("FILE") { HelpName = "CONNECTION", Description = "Jupyter's connection file." };

    public KernelRunCommand(CommandContext context)
        : base("run", "Serve as a Jupyter kernel; Jupyter calls this.", "superres notebooks kernel run connection.json")
    {
        _context = context;
        Arguments.Add(_connection);
    }

    protected override int Run(ParseResult parsed)
    {
        JupyterKernel.RunAsync(parsed.GetRequiredValue(_connection), _context.Cancellation).GetAwaiter().GetResult();
        return ExitCodes.Done;
    }
}
