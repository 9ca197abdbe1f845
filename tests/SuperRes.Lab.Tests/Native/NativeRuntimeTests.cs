using SuperRes.Lab.Native;

namespace SuperRes.Lab.Tests.Native;

public sealed class NativeRuntimeTests
{
    [Fact]
    public async Task NullReference_AfterBfloat16OnAmx_IsCaughtOnMainAndOtherThreads()
    {
        Assert.SkipUnless(AlternateSignalStack.IsNeeded, "This is not Linux on a processor with AMX.");

        (int code, string text) = await ChildProcess.RunAsync(NativeScenarios.NullAfterBfloat16, TestContext.Current.CancellationToken);

        Assert.True(code == 0, $"exit code {code}: {text}");
        Assert.Contains("2 caught", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AlternateSignalStack_ForcedOnMainAnd200Threads_IsUsedAndFreedAtTheirEnd()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && System.Runtime.Intrinsics.X86.X86Base.X64.IsSupported, "The stack is installed on Linux x64.");

        (int code, string text) = await ChildProcess.RunAsync(NativeScenarios.LargerStack, TestContext.Current.CancellationToken);

        Assert.True(code == 0, $"exit code {code}: {text}");
        Assert.Contains("main: True 262144 True", text, StringComparison.Ordinal);
        Assert.Contains("threads: 200 good, ", text, StringComparison.Ordinal);
        int more = int.Parse(text.Split("good, ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(more < 20, text); // each leak would be one or two of 200 threads' mappings
    }

    [Fact]
    public async Task SwitchOff_OneDnn_TorchConvolvesRightlyWithoutIt()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The switch is looked up under its Linux name.");

        (int code, string text) = await ChildProcess.RunAsync(NativeScenarios.WithoutOneDnn, TestContext.Current.CancellationToken);

        Assert.True(code == 0, $"exit code {code}: {text}");
        Assert.Contains("True True False right", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TorchSharp_InItsPackage_LoadsOnOlderLinuxWithoutABuild()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The library needs libstdc++, on Linux.");

        (int code, string text) = await ChildProcess.RunAsync(NativeScenarios.FromPackage, TestContext.Current.CancellationToken);

        Assert.SkipWhen(text.Contains("no package", StringComparison.Ordinal), "TorchSharp's package is in another folder.");
        Assert.True(code == 0 && text.Contains("loads", StringComparison.Ordinal), $"exit code {code}: {text}");
    }

    [Theory]
    [InlineData("app/libLibTorchSharp.so")] // published for one system
    [InlineData("app/runtimes/linux-x64/native/libLibTorchSharp.so")] // dotnet run and dotnet build, for all
    [InlineData("runtimes/linux-x64/native/libLibTorchSharp.so", "lib/net8.0")] // the package, as a notebook's #r finds it
    public void UneditedLibTorchSharp_EachPlaceThatBuildsPutIt_IsFound(string place, string assembly = "app")
    {
        using var folder = new TempFolder();
        string library = folder.Write(place, "a library");
        Assert.Equal(library, UneditedLibTorchSharp.Of(folder[assembly, "TorchSharp.dll"]));
    }

    [Theory]
    [InlineData(true, false, "caches")]
    [InlineData(false, true, "caches switch")]
    public void RequireSafeConvolutions_OneOfBothWorks_ComputesOn(bool corrected, bool switchedOff, string expected)
    {
        var asked = new List<string>();

        NativeRuntime.RequireSafeConvolutions(() => Asked("caches", corrected), () => Asked("switch", switchedOff));

        Assert.Equal(expected, string.Join(' ', asked));

        bool Asked(string what, bool answer)
        {
            asked.Add(what);
            return answer;
        }
    }

    [Fact]
    public void RequireSafeConvolutions_NeitherWorks_RefusesWithASentence()
    {
        var refused = Assert.Throws<InputException>(() => NativeRuntime.RequireSafeConvolutions(() => false, () => false));

        Assert.Contains("wrong convolutions", refused.Message, StringComparison.Ordinal);
    }
}
