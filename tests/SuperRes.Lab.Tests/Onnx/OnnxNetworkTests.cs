using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Onnx;
using SuperRes.Lab.Tests.Cli;
using SuperRes.Lab.Tests.Inference;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Onnx;

/// <summary>ONNX files of ours and of others as models that enlarge photos.</summary>
public sealed class OnnxNetworkTests
{
    [Theory]
    [InlineData(0, 0)]
    [InlineData(160, 72)]
    public void Upscale_OurFileInTiles_EqualsTheModelAsAWhole(int tile, int edge)
    {
        using var folder = new TempFolder();
        using RestorationModel model = TinyModel();
        OnnxExport.Write(model, folder["tiny.onnx"], new() { Tile = tile });
        RgbImage image = ImageCodec.Read(CliHarness.WriteImage(folder["in.png"], 223, 177));
        using OnnxNetwork network = OnnxNetwork.Load(folder["tiny.onnx"]);
        RgbImage whole = new Upscaler(model).Upscale(image);
        var upscaler = new Upscaler(network.ToUpscaler(), new() { Tile = tile == 0 ? 32 : 0 });
        Assert.True(upscaler.Plan(223, 177) is { Count: > 1, IsExact: true });
        RgbImage tiled = upscaler.Upscale(image);
        Assert.Equal((446, 354), (tiled.Width, tiled.Height));
        // A file of one size fills its tiles up with repeated pixels, where the network's own edge, right and below, is zeros.
        Assert.InRange(TestNetworks.MostDifference(Upper(whole, edge), Upper(tiled, edge)), 0, 1);
    }

    [Fact]
    public void Upscale_EngineOnnx_EqualsTorch()
    {
        using var folder = new TempFolder();
        string model = folder["tiny.safetensors"], image = CliHarness.WriteImage(folder["in.png"], 61, 45);
        using (RestorationModel tiny = TinyModel())
        {
            tiny.Save(model);
            OnnxExport.Write(tiny, folder["tiny.onnx"]);
        }

        foreach ((string name, string[] more) in new[] {
            ("torch", (string[])["--model", model, "--engine", "torch", "--dtype", "float32"]),
            ("onnx", ["--model", model, "--engine", "onnx"]), ("file", ["--model", folder["tiny.onnx"]]) })
        {
            CliResult run = CliHarness.Run(["upscale", image, "--out", folder[name + ".png"], .. more]);
            Assert.True(run.Code == 0, run.Error);
        }

        RgbImage expected = ImageCodec.Read(folder["torch.png"]);
        Assert.InRange(TestNetworks.MostDifference(expected, ImageCodec.Read(folder["onnx.png"])), 0, 1);
        Assert.InRange(TestNetworks.MostDifference(expected, ImageCodec.Read(folder["file.png"])), 0, 1);
    }

    [Fact]
    public void Evaluate_OnnxFile_GivesTheModelsFigures()
    {
        using var folder = new TempFolder();
        using (RestorationModel tiny = TinyModel())
        {
            tiny.Save(folder["tiny.safetensors"]);
            OnnxExport.Write(tiny, folder["tiny.onnx"]);
        }

        Directory.CreateDirectory(folder["hr"]);
        CliHarness.WriteImage(folder["hr/a.png"], 64, 48);
        double Mean(string model)
        {
            CliResult run = CliHarness.Run("evaluate", "--model", folder[model], "--hr", folder["hr"], "--json", "-");
            Assert.True(run.Code == 0, run.Error);
            return EvaluationReport.Parse(run.Out, model).Models[0].Images[0].PsnrY!.Value;
        }

        Assert.Equal(Mean("tiny.safetensors"), Mean("tiny.onnx"), 0.02);
    }

    [Fact]
    public void Export_Command_WritesAFileAndSaysHowFarItIsFromTorch()
    {
        using var folder = new TempFolder();
        using (RestorationModel tiny = TinyModel())
        {
            tiny.Save(folder["tiny.safetensors"]);
        }

        CliResult run = CliHarness.Run("export", folder["tiny.safetensors"], folder["tiny.onnx"], "--tile", "32");
        Assert.True(run.Code == 0, run.Error);
        Assert.Equal(folder["tiny.onnx"], run.Out.Trim());
        Assert.Contains("differs from torch's by at most", run.Error, StringComparison.Ordinal);
        string wrong = CliHarness.WrongInput("export", folder["tiny.safetensors"], folder["tiny.tflite"]);
        Assert.Contains(".onnx", wrong, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 255)]
    public void Load_FileOfAnotherProgram_FindsItsLayout(bool channelsLast, int white)
    {
        using var folder = new TempFolder();
        WriteNearest(folder["other.onnx"], channelsLast, white);
        using OnnxNetwork network = OnnxNetwork.Load(folder["other.onnx"]);
        Assert.Equal((2, "super-resolution"), (network.Scale, network.Task));
        RgbImage image = ImageCodec.Read(CliHarness.WriteImage(folder["in.png"], 61, 45));
        RgbImage result = new Upscaler(network.ToUpscaler(), new() { Tile = 64 }).Upscale(image);
        Assert.InRange(TestNetworks.MostDifference(Resampler.Resize(image, 122, 90, ResampleFilter.Nearest), result), 0, 1);
    }

    [Fact]
    public void Load_NoImageModel_IsRefusedInOneSentence()
    {
        using var folder = new TempFolder();
        using (var graph = new OnnxGraphBuilder(ScalarType.Float32))
        {
            graph.Rename(graph.Relu("x"), "y");
            using FileStream file = File.Create(folder["classifier.onnx"]);
            OnnxFileWriter.Write(file, graph, ("x", [1, 1000]), ("y", [1, 1000]), new Dictionary<string, string>());
        }

        string image = CliHarness.WriteImage(folder["in.png"]), text = folder.Write("text.onnx", "no model");
        Assert.Contains("1×1000", CliHarness.WrongInput("upscale", image, "--model", folder["classifier.onnx"]), StringComparison.Ordinal);
        Assert.Contains("can't be read as ONNX", CliHarness.WrongInput("upscale", image, "--model", text), StringComparison.Ordinal);
    }

    [Fact]
    public void Predict_Cancelled_Stops()
    {
        using RestorationModel model = TinyModel();
        using OnnxNetwork network = OnnxNetwork.Of(model);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        using Tensor image = rand(1, 3, 64, 64);
        Assert.ThrowsAny<OperationCanceledException>(() => network.Predict(image, stop.Token));
    }

    private static RestorationModel TinyModel()
    {
        manual_seed(5);
        RestorationNetwork network = RestorationNetwork.Create(new LiteUnetOptions { Width = 0.125, Blocks = [1, 1, 1] });
        using IDisposable off = no_grad();
        foreach ((_, TorchSharp.Modules.Parameter value) in network.named_parameters().Where(
            one => one.name.StartsWith("tail", StringComparison.Ordinal)))
        {
            using Tensor noise = randn_like(value) * 0.05;
            value.copy_(noise);
        }

        return new RestorationModel(network, new ModelCard { InputFilter = ResampleFilter.Bicubic }, "tiny");
    }

    /// <summary>A model of another program: nearest neighbours ×2, whole numbers where white is 255, without our entries.</summary>
    private static void WriteNearest(string path, bool channelsLast, int white)
    {
        using var graph = new OnnxGraphBuilder(ScalarType.Float32);
        string x = channelsLast ? graph.Add("Transpose", ["in"], ("perm", new long[] { 0, 3, 1, 2 })) : "in";
        using Tensor scales = tensor(new float[] { 1, 1, 2, 2 });
        x = graph.Add("Resize", [x, "", graph.Constant(scales)], ("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"),
            ("nearest_mode", "floor"));
        x = white == 255 ? graph.Add("Round", [x]) : x;
        x = channelsLast ? graph.Add("Transpose", [x], ("perm", new long[] { 0, 2, 3, 1 })) : x;
        graph.Rename(x, "out");
        using FileStream file = File.Create(path);
        object[] Sizes(string h, string w) => channelsLast ? [1, h, w, 3] : [1, 3, h, w];
        OnnxFileWriter.Write(file, graph, ("in", Sizes("h", "w")), ("out", Sizes("h2", "w2")), new Dictionary<string, string>());
    }

    private static RgbImage Upper(RgbImage image, int less)
    {
        var part = new RgbImage(image.Width - less, image.Height - less);
        for (int y = 0; y < part.Height; y++)
        {
            image.Pixels.AsSpan(y * image.Width * 3, part.Width * 3).CopyTo(part.Pixels.AsSpan(y * part.Width * 3));
        }

        return part;
    }
}
