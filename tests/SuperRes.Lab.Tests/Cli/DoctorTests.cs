using System.Text.Json;
using SuperRes.Lab.Cli;

namespace SuperRes.Lab.Tests.Cli;

public sealed class DoctorTests
{
    [Fact]
    public void Doctor_JsonToOutput_HasEveryField()
    {
        CliResult result = CliHarness.Run("doctor", "--json", "-");
        Assert.Equal(0, result.Code);
        JsonElement report = JsonDocument.Parse(result.Out).RootElement;
        JsonElement torch = report.GetProperty("torch");
        Assert.Equal("2.10.0", torch.GetProperty("version").GetString());
        Assert.StartsWith("0.107", torch.GetProperty("torchsharp").GetString(), StringComparison.Ordinal);
        Assert.InRange(torch.GetProperty("threads").GetInt32(), 1, 1024);
        Assert.Contains(torch.GetProperty("device").GetString(), new[] { "cpu", "cuda" });
        Assert.Equal(torch.GetProperty("cuda_available").GetBoolean(), torch.GetProperty("device").GetString() == "cuda");
        Assert.Equal(JsonValueKind.Null, torch.GetProperty("error").ValueKind);
        Assert.Equal(System.Runtime.Intrinsics.X86.Avx2.IsSupported, report.GetProperty("cpu").GetProperty("avx2").GetBoolean());
        Assert.Equal(System.Runtime.Intrinsics.X86.Avx512F.IsSupported, report.GetProperty("cpu").GetProperty("avx512").GetBoolean());
        Assert.Equal(Environment.ProcessorCount, report.GetProperty("cpu").GetProperty("cores").GetInt32());
        Assert.InRange(report.GetProperty("memory").GetProperty("total_bytes").GetInt64(), 100_000_000, long.MaxValue);
        Assert.Equal(
            ["cache", "data", "samples", "runs", "experiments", "models"],
            report.GetProperty("folders").EnumerateObject().Select(folder => folder.Name));
        Assert.Contains("vgg16_bn", report.GetProperty("pretrained").EnumerateArray().Select(w => w.GetProperty("name").GetString()));
        Assert.Equal(JsonValueKind.Array, report.GetProperty("missing").ValueKind);
    }

    [Fact]
    public void Doctor_JsonToFile_PrintsTextAndWritesTheFile()
    {
        using var folder = new TempFolder();
        CliResult result = CliHarness.Run("doctor", "--json", folder["doctor.json"]);
        Assert.Equal(0, result.Code);
        Assert.Contains("torch       2.10.0", result.Out, StringComparison.Ordinal);
        Assert.Equal($"Wrote {folder["doctor.json"]}.\n", result.Error);
        Assert.Equal("cpu",
            JsonDocument.Parse(File.ReadAllText(folder["doctor.json"])).RootElement.EnumerateObject().Single(p => p.Name == "cpu").Name);
    }

    [Fact]
    public void WeightsList_WhatComesWithTheBuild_IsNotSaidToBeTorchvisions()
    {
        CliResult result = CliHarness.Run("weights", "list");
        Assert.Equal(0, result.Code);
        Assert.Contains("resnet18", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("mlnet.onnx", result.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by libLibTorchSharp.so)", "older than GLIBCXX_3.4.32")]
    [InlineData("/lib/libc.so.6: version `GLIBC_2.38' not found (required by libtorch_cpu.so)", "C library is older than GLIBC_2.38")]
    [InlineData("libgomp.so.1: cannot open shared object file: No such file or directory", "apt install libgomp1")]
    [InlineData("libstdc++.so.6: cannot open shared object file: No such file or directory", "apt install libstdc++6")]
    [InlineData("libcudart.so.12: cannot open shared object file: No such file or directory", "-p:TorchBackend=cpu")]
    [InlineData("ld-linux-x86-64.so.2: cannot open shared object file", "musl")]
    [InlineData("/app/libtorch_cpu.so: file too short", "delete the bin folders")]
    [InlineData("Unable to load DLL 'LibTorchSharp': The specified module could not be found. (0x8007007E)", "Visual C++ Redistributable")]
    public void NativeLoadAdvice_LoaderText_GivesTheLineThatHelps(string loaderText, string expected)
        => Assert.Contains(expected, NativeLoadAdvice.Advise(loaderText), StringComparison.Ordinal);

    [Fact]
    public void NativeLoadAdvice_WrappedReason_IsFoundInside()
    {
        var failure =
            new TypeInitializationException("TorchSharp.torch", new DllNotFoundException("libgomp.so.1: cannot open shared object file"));
        Assert.True(NativeLoadAdvice.IsLoadFailure(failure));
        Assert.Contains("libgomp1", NativeLoadAdvice.Explain(failure), StringComparison.Ordinal);
        Assert.False(NativeLoadAdvice.IsLoadFailure(new InvalidOperationException("other")));
    }
}
