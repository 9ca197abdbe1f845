using SuperRes.Lab.Cli;
using SuperRes.Lab.Cli.Commands;

if (OperatingSystem.IsWindows())
{
    Console.OutputEncoding = System.Text.Encoding.UTF8;
}

if (args.AsSpan().StartsWith(["notebooks", "run"]) || args.AsSpan().StartsWith(KernelRunCommand.Path))
{
    OneHeap.Ensure();
}

using var signals = new InterruptSignals(takesInterrupt: !args.AsSpan().StartsWith(KernelRunCommand.Path));
int code = CommandLineHost.Run(args, Console.Out, Console.Error, Surroundings.OfProcess(), signals.Token);
QuickExit.Prepare();
return code;
