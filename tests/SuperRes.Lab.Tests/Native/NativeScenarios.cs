using System.Runtime.InteropServices;
using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Native;

/// <summary>What runs in a process of its own. Each returns the process's exit code, 0 where all was as expected.</summary>
internal static class NativeScenarios
{
    public const string NullAfterBfloat16 = "null-after-bfloat16", LargerStack = "larger-stack", WithoutOneDnn = "without-onednn",
        FromPackage = "from-package";

    private const int WarmUpThreads = 20, Threads = 200, Collections = 3;

    public static int Run(string name) => name switch
    {
        NullAfterBfloat16 => CatchNullsAfterBfloat16(),
        LargerStack => InstallOnManyThreads(),
        WithoutOneDnn => ConvolveWithoutOneDnn(),
        FromPackage => LoadFromPackage(),
        _ => throw new ArgumentException($"There is no scenario \"{name}\".", nameof(name)),
    };

    /// <summary>Twenty lines that end a process with AMX (exit code 139) unless each thread has a larger stack for signals.</summary>
    private static int CatchNullsAfterBfloat16()
    {
        NativeRuntime.Initialize();
        int caught = ConvolveAndCatch(throughTorch: true);
        OnNewThread(() => caught += ConvolveAndCatch(throughTorch: false));
        Console.WriteLine($"{caught} caught");
        return caught == 2 ? 0 : 1;
    }

    /// <summary>Forces the stack, which elsewhere than on AMX is installed on no thread, and counts what the ended threads leave in
    /// memory.</summary>
    private static int InstallOnManyThreads()
    {
        bool isInstalled = AlternateSignalStack.Install() && AlternateSignalStack.Install();
        Console.WriteLine($"main: {isInstalled} {AlternateSignalStack.CurrentBytes()} {CatchNull()}");
        RunThreads(WarmUpThreads);
        int before = Mappings();
        int good = RunThreads(Threads);
        Console.WriteLine($"threads: {good} good, {Mappings() - before} more mappings");
        return 0;
    }

    private static int ConvolveWithoutOneDnn()
    {
        bool? before = OneDnn.IsOn;
        bool isOff = OneDnn.SwitchOff();
        using DisposeScope scope = NewDisposeScope();
        Tensor input = rand(2, 48, 33, 31), weight = rand(64, 48, 3, 3);
        using var conv = new Convolution(48, 64, 3);
        conv.SetWeight(weight);
        double error =
            (conv.call(input).to(float64) - nn.functional.conv2d(input.to(float64), weight.to(float64), padding: [1, 1])).abs().max()
            .ToDouble();
        Console.WriteLine($"{before} {isOff} {OneDnn.IsOn} {(error < 1e-3 ? "right" : "wrong")}");
        return 0;
    }

    /// <summary>Loads TorchSharp's library as its package has it, as in a notebook that no build has prepared.</summary>
    private static int LoadFromPackage()
    {
        string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        string version = typeof(torch).Assembly.GetName().Version!.ToString(3);
        string? library = UneditedLibTorchSharp.Of(Path.Combine(packages, "torchsharp", version, "lib", "net8.0", "TorchSharp.dll"));
        bool hasTorch = NativeLibrary.TryLoad("torch", typeof(torch).Assembly, null, out _);
        bool isLoaded = library is not null && UneditedLibTorchSharp.LoadEdited(library) is { } handle
            && NativeLibrary.TryGetExport(handle, "THSTensor_ones", out _);
        Console.WriteLine(library is null ? "no package" : isLoaded ? "loads" : $"does not load, torch: {hasTorch}");
        return 0;
    }

    private static int ConvolveAndCatch(bool throughTorch)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor input = ones([1, 48, 64, 64], ScalarType.BFloat16);
        if (throughTorch)
        {
            nn.functional.conv2d(input, ones([48, 48, 3, 3], ScalarType.BFloat16));
        }
        else
        {
            using var conv = new Convolution(48, 48, 3);
            conv.call(input);
        }

        return CatchNull() ? 1 : 0;
    }

    /// <summary>A null reference as the runtime finds it: by the signal that reading address 0 raises.</summary>
    private static bool CatchNull()
    {
        try
        {
            string? none = Environment.GetEnvironmentVariable("a name that no variable has");
            return none!.Length < 0;
        }
        catch (NullReferenceException)
        {
            return true;
        }
    }

    private static int RunThreads(int count)
    {
        int good = 0;
        for (int i = 0; i < count; i++)
        {
            OnNewThread(
                () => good += AlternateSignalStack.Install() && AlternateSignalStack.CurrentBytes() == AlternateSignalStack.Bytes
                && CatchNull() ? 1 : 0);
        }

        return good;
    }

    private static void OnNewThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }

    /// <summary>Ranges of memory that the process has, after those of ended threads had time to be freed.</summary>
    private static int Mappings()
    {
        for (int i = 0; i < Collections; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return File.ReadLines("/proc/self/maps").Count();
    }
}
