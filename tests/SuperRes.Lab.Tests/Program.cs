using SuperRes.Lab.Datasets;
using SuperRes.Lab.Native;
using SuperRes.Lab.Onnx;
using SuperRes.Lab.Tests.Examples;
using SuperRes.Lab.Tests.Native;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace SuperRes.Lab.Tests;

/// <summary>The test program: xunit's runners, and what runs in a process of its own because it could end the process or changes it for
/// good.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        if (args is [ChildProcess.Argument, string example] && example.EndsWith(".cs", StringComparison.Ordinal))
        {
            return ExampleCompiler.Run(example);
        }

        if (args is [ChildProcess.Argument, string scenario])
        {
            return NativeScenarios.Run(scenario);
        }

        NativeRuntime.Initialize(loadTorch: false);
        DatasetCatalog.Register();
        // Not into the folder of whoever runs the tests.
        using var graphs = new TempFolder();
        StoredGraph.Folder = graphs.Path;
        return args.Any(argument => argument is "--server" or "--internal-msbuild-node")
            ? TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions).GetAwaiter().GetResult()
            : ConsoleRunner.Run(args).GetAwaiter().GetResult();
    }
}
