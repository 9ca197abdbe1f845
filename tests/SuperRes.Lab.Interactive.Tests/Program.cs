using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace SuperRes.Lab.Interactive.Tests;

/// <summary>The test program: xunit's runners, and the engine with one list of cells in a process of its own.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        if (args is [EngineProcess.Argument, string request, string answer])
        {
            return EngineHost.RunAsync(request, answer).GetAwaiter().GetResult();
        }

        return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions).GetAwaiter().GetResult()
            : ConsoleRunner.Run(args).GetAwaiter().GetResult();
    }
}
