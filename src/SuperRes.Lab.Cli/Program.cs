using SuperRes.Lab.Cli;
using SuperRes.Lab.Cli.Commands;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Native;

if (OperatingSystem.IsWindows())
{
    Console.OutputEncoding = System.Text.Encoding.UTF8;
}

if (args.AsSpan().StartsWith(["notebooks", "run"]) || args.AsSpan().StartsWith(KernelRunCommand.Path))
{
    NativeRuntime.RestartWithOneMallocArena();
}

NativeRuntime.Initialize(loadTorch: false);
bool takesPhotos = args is ["upscale" or "restore", _, ..] && !args.Any(arg => arg is "-h" or "-?" or "--help");
Task libraries = takesPhotos ? PhotoLibraries.Load() : Task.CompletedTask;
DatasetCatalog.Register();
using var signals = new InterruptSignals(takesInterrupt: !args.AsSpan().StartsWith(KernelRunCommand.Path));
int code = CommandLineHost.Run(args, Console.Out, Console.Error, ConsoleEnvironment.OfProcess(), signals.Token);
libraries.Wait(); // a process that ends while a library is loaded may crash
NativeRuntime.SkipNativeDestructorsAtExit();
return code;
