using System.Diagnostics;
using System.Reflection.PortableExecutable;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Onnx;
using SuperRes.Lab.Tests.Cli;
using SuperRes.Lab.Tests.Inference;
using TorchSharp;

namespace SuperRes.Lab.Tests.Onnx;

/// <summary>A small photo does not wait for libtorch.</summary>
public sealed class StoredGraphTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Graph_OfAModel_IsKeptAndGivesTheModelsPicture()
    {
        string path = Model("a.safetensors", seed: 1);
        Assert.Null(StoredGraph.TryOpen(path));
        using RestorationModel model = RestorationModel.Load(path);
        RgbImage image = TestNetworks.Noise(37, 29, 3), expected = new Upscaler(model).Upscale(image);
        using (StoredGraph made = StoredGraph.TryMake(model, path)!)
        {
            Assert.InRange(TestNetworks.MostDifference(expected, new Upscaler(made.Network.ToUpscaler()).Upscale(image)), 0, 1);
        }

        using StoredGraph kept = StoredGraph.TryOpen(path)!;
        UpscaleNetwork network = kept.Network.ToUpscaler();
        Assert.NotNull(network.PredictWhole);
        Assert.Equal((model.Name, model.WeightsHash()), (network.Name, network.WeightsHash()));
        Assert.InRange(TestNetworks.MostDifference(expected, new Upscaler(network).Upscale(image)), 0, 1);
        // In tiles it is torch that holds the pictures.
        Assert.InRange(TestNetworks.MostDifference(expected, new Upscaler(network, new() { Tile = 16 }).Upscale(image)), 0, 1);
    }

    [Fact]
    public void Graph_OfOtherWeightsAtTheSamePlace_IsNotTaken()
    {
        string path = Model("b.safetensors", seed: 1);
        Make(path);
        Model("b.safetensors", seed: 2);
        Assert.Null(StoredGraph.TryOpen(path));
    }

    [Fact]
    public void Graph_Damaged_IsMadeAnew()
    {
        string path = Model("c.safetensors", seed: 1);
        string before = Kept();
        Make(path);
        string stored = Directory.GetFiles(StoredGraph.Folder!).Single(file => !before.Contains(file, StringComparison.Ordinal));
        File.WriteAllBytes(stored, File.ReadAllBytes(stored)[..1000]);
        Assert.Null(StoredGraph.TryOpen(path));
        Make(path);
        using StoredGraph? again = StoredGraph.TryOpen(path);
        Assert.NotNull(again);

        static string Kept() => string.Join('\n', Directory.GetFiles(StoredGraph.Folder!));
    }

    [Fact]
    public void Graph_OfTheArticlesNetwork_IsLeftToTorch()
    {
        string path = CliHarness.WriteModel(_folder.Path);
        using RestorationModel model = RestorationModel.Load(path);
        Assert.Null(StoredGraph.TryMake(model, path));
    }

    [Fact]
    public async Task Upscale_OfASmallPhotoForTheSecondTime_LoadsNoTorch()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Which libraries are loaded is listed by glibc's loader.");
        string model = Model("d.safetensors", seed: 1);
        CliHarness.WriteImage(_folder["photo.png"], 48, 40);
        Assert.Contains("libtorch_cpu", await Loaded("first.png", model), StringComparison.Ordinal);
        string libraries = await Loaded("second.png", model);
        Assert.Contains("libonnxruntime", libraries, StringComparison.Ordinal);
        Assert.DoesNotContain("libtorch", libraries, StringComparison.Ordinal);
        Assert.Equal(ImageCodec.Read(_folder["first.png"]).Pixels, ImageCodec.Read(_folder["second.png"]).Pixels);
        CliResult again = CliHarness.Run("upscale", _folder["photo.png"], "--model", model, "--out", _folder["second.png"]);
        Assert.Contains("there already", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Program_OfAReleaseBuild_IsCompiledAhead()
    {
        string program = Path.Combine(LabFolders.Root, "src", "SuperRes.Lab.Cli");
        bool isAsked = Directory.Exists(Path.Combine(program, "obj", "ahead", "Release"));
        Assert.SkipUnless(isAsked, "It was not built so: -p:CompileAhead=false.");
        foreach (string name in new[] { "superres", "SuperRes.Lab", "TorchSharp", "Microsoft.ML.OnnxRuntime" })
        {
            using var file = new PEReader(File.OpenRead(Path.Combine(program, "bin", "Release", "net10.0", name + ".dll")));
            int size = file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size;
            Assert.True(size > 0, $"{name} is not compiled ahead: the build says why.");
        }
    }

    private static void Make(string path)
    {
        using RestorationModel model = RestorationModel.Load(path);
        using StoredGraph? made = StoredGraph.TryMake(model, path);
        Assert.NotNull(made);
    }

    private string Model(string name, int seed)
    {
        using var random = new TorchSeed(seed, "test");
        using var noises = new torch.Generator((ulong)seed);
        using var network = new LiteUnet(new LiteUnetOptions { Width = 0.25, Blocks = [1, 1, 1] });
        foreach ((_, TorchSharp.Modules.Parameter parameter) in network.named_parameters())
        {
            using IDisposable off = torch.no_grad();
            using torch.Tensor noise = torch.randn(parameter.shape, generator: noises);
            parameter.add_(noise, 0.02);
        }

        RestorationModel.Save(_folder[name], network, new ModelCard { Scale = 2 });
        return _folder[name];
    }

    /// <summary>The libraries that <c>superres upscale</c> loads.</summary>
    private async Task<string> Loaded(string output, string model)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "superres.dll");
        var start = new ProcessStartInfo("dotnet", [program, "upscale", _folder["photo.png"], "--model", model, "--out", _folder[output]])
        {
            RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false,
        };
        start.Environment["SUPERRES_CACHE"] = _folder["cache"];
        start.Environment["LD_DEBUG"] = "files";
        start.Environment["LD_DEBUG_OUTPUT"] = _folder[output + ".log"];
        using Process process = Process.Start(start)!;
        Task<string> text = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await text + error);
        string[] logs = Directory.GetFiles(_folder.Path, output + ".log.*");
        return string.Concat(logs.SelectMany(File.ReadLines).Where(line => line.Contains("calling init", StringComparison.Ordinal)));
    }
}
