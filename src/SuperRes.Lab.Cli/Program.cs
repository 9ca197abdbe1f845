using SuperRes.Lab.Cli;

if (OperatingSystem.IsWindows())
{
    Console.OutputEncoding = System.Text.Encoding.UTF8;
}

using var signals = new InterruptSignals();
return CommandLineHost.Run(args, Console.Out, Console.Error, Surroundings.OfProcess(), signals.Token);
