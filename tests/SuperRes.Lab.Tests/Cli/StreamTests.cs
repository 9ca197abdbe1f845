using System.Text.Json;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using SuperRes.Lab.Weights;
using TorchSharp;
using static SuperRes.Lab.Tests.Cli.CliHarness;

namespace SuperRes.Lab.Tests.Cli;

public sealed class StreamTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Evaluate_JsonToOutput_WritesJsonAlone()
    {
        Directory.CreateDirectory(_folder["hr"]);
        WriteImage(_folder["hr", "a.png"], 48, 40);
        WriteImage(_folder["hr", "b.png"], 41, 37, number: 1);
        string model = WriteModel(_folder.Path);
        CliResult result = Run("evaluate", "--model", model, "--hr", _folder["hr"], "--scale", "2", "--json", "-", "--save",
            _folder["saved"], "--sheet", _folder["sheet.png"]);
        Assert.Equal(0, result.Code);
        JsonElement report = JsonDocument.Parse(result.Out).RootElement;
        Assert.Equal(["scale", "protocol", "model", "images", "mean"], report.EnumerateObject().Select(p => p.Name));
        Assert.Equal("tiny", report.GetProperty("model").GetString());
        Assert.Equal(["a", "b"], report.GetProperty("images").EnumerateArray().Select(i => i.GetProperty("name").GetString()));
        Assert.True(report.GetProperty("mean").GetProperty("baselines").GetProperty("bicubic").GetProperty("psnr_y").GetDouble() > 20);
        Assert.Equal(2, Directory.GetFiles(_folder["saved"]).Length);
        Assert.True(ImageCodec.ReadHeader(_folder["sheet.png"]).Width > 100);
        Assert.Equal($"Wrote {_folder["sheet.png"]}.\n", result.Error);
    }

    [Fact]
    public void Evaluate_WithoutModel_MeasuresBaselinesOfThePapers()
    {
        string hr = Shared.Require("images", "set5", "hr"), lr = Shared.Require("images", "set5", "lr-x2");
        CliResult result = Run("evaluate", "--hr", hr, "--lr", lr, "--scale", "2", "--json", "-");
        double bicubic = JsonDocument.Parse(result.Out).RootElement.GetProperty("mean").GetProperty("baselines").GetProperty("bicubic")
            .GetProperty("psnr_y").GetDouble();
        Assert.InRange(bicubic, 33.61, 33.71);
    }

    [Fact]
    public void Evaluate_WithoutModelOfAnExactImage_SaysSo()
    {
        Directory.CreateDirectory(_folder["hr"]);
        WriteImage(_folder["hr", "a.png"], 48, 40);
        ImageCodec.Write(new RgbImage(48, 40), _folder["hr", "black.png"]);
        CliResult result = Run("evaluate", "--hr", _folder["hr"], "--scale", "2");
        Assert.Equal(0, result.Code);
        Assert.Contains("bicubic gives 1 of 2 images exactly; each counts as 100 dB.", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Upscale_OneImage_PrintsItsResultAndTellsTheRest()
    {
        string image = WriteImage(_folder["photo.jpg"], 21, 17);
        CliResult result = Run("upscale", image, "--model", WriteModel(_folder.Path), "--change-map", _folder["map.png"]);
        Assert.Equal(0, result.Code);
        Assert.Equal(_folder["photo-x2.jpg"] + "\n", result.Out);
        Assert.StartsWith($"{image}: 42×34 in ", result.Error, StringComparison.Ordinal);
        ImageInfo written = ImageCodec.ReadHeader(_folder["photo-x2.jpg"]);
        Assert.Equal((42, 34), (written.Width, written.Height));
        Assert.Equal(42, ImageCodec.ReadHeader(_folder["map.png"]).Width);
    }

    [Fact]
    public void Upscale_Bfloat16_IsCloseToFloat32()
    {
        string image = WriteImage(_folder["photo.png"], 32, 32), model = WriteModel(_folder.Path);
        Assert.Equal(0, Run("upscale", image, "--model", model, "--out", _folder["full.png"]).Code);
        Assert.Equal(0, Run("upscale", image, "--model", model, "--out", _folder["half.png"], "--dtype", "bfloat16").Code);
        RgbImage full = ImageCodec.Read(_folder["full.png"]), half = ImageCodec.Read(_folder["half.png"]);
        double mean = full.Pixels.Zip(half.Pixels, (a, b) => Math.Abs(a - b)).Average();
        Assert.InRange(mean, 0.0001, 6);
    }

    [Fact]
    public void Restore_OneImage_KeepsTheSize()
    {
        string image = WriteImage(_folder["scan.png"], 33, 31);
        CliResult result = Run("restore", image, "--model", WriteModel(_folder.Path, "repair", 1, "restoration"));
        Assert.Equal(0, result.Code);
        Assert.Equal(_folder["scan-restored.png"] + "\n", result.Out);
        Assert.Equal(33, ImageCodec.ReadHeader(_folder["scan-restored.png"]).Width);
    }

    [Fact]
    public void WeightsConvert_WithOptions_MakesAModelThatRuns()
    {
        string plain = _folder["plain.safetensors"], model = _folder["model.safetensors"];
        using (SafeTensors whole = SafeTensors.Open(WriteModel(_folder.Path)))
        {
            using DisposeScope scope = torch.NewDisposeScope();
            SafeTensors.Write(plain, whole.ReadAll().Select(entry => (entry.Key, entry.Value)));
        }

        Assert.Contains("has no \"superres\" metadata", WrongInput("upscale", WriteImage(_folder["a.png"], 16, 16), "--model", plain),
            StringComparison.Ordinal);
        File.WriteAllText(_folder["options.json"], JsonSerializer.Serialize(TinyUnet, OptionsJson.Indented));
        CliResult converted = Run("weights", "convert", plain, model, "--model", _folder["options.json"]);
        Assert.Equal(model + "\n", converted.Out);
        Assert.Equal(0, Run("upscale", _folder["a.png"], "--model", model).Code);
        JsonElement described = JsonDocument.Parse(Run("weights", "inspect", model, "--json", "-").Out).RootElement;
        Assert.Equal("safetensors", described.GetProperty("format").GetString());
        Assert.True(described.GetProperty("parameters").GetInt64() > 100_000);
    }

    [Fact]
    public void WeightsAverage_TwoModels_IsTheirMean()
    {
        string first = WriteModel(_folder.Path), second = _folder["second.safetensors"], mean = _folder["mean.safetensors"];
        string other = _folder["other.safetensors"];
        using (RestorationModel model = RestorationModel.Load(first))
        {
            RestorationModel.Save(other, model.Network, model.Card with { Scale = 1 });
            using IDisposable off = torch.no_grad();
            foreach (TorchSharp.Modules.Parameter parameter in model.Network.parameters())
            {
                parameter.add_(0.01);
            }

            model.Save(second);
        }

        Assert.Equal(mean + "\n", Run("weights", "average", first, second, "--out", mean).Out);

        using (DisposeScope scope = torch.NewDisposeScope())
        using (SafeTensors before = SafeTensors.Open(first))
        using (SafeTensors after = SafeTensors.Open(mean))
        {
            IReadOnlyDictionary<string, torch.Tensor> was = before.ReadAll(), now = after.ReadAll();
            string name = was.Keys.First(key => key.EndsWith("bias", StringComparison.Ordinal));
            Assert.Equal(0.005, (now[name] - was[name]).mean().item<float>(), 1e-6);
            Assert.Equal(was.Keys.Order(StringComparer.Ordinal), now.Keys.Order(StringComparer.Ordinal));
        }

        Assert.Equal(0, Run("upscale", WriteImage(_folder["a.png"], 16, 16), "--model", mean).Code);
        Assert.Contains("different networks, tasks or scales", WrongInput("weights", "average", first, other, "--out", mean),
            StringComparison.Ordinal);
        Assert.Contains("ends in \".pth\"", WrongInput("weights", "average", first, second, "--out", "mean.pth"), StringComparison.Ordinal);
    }

    [Fact]
    public void WeightsConvert_ModelToFloat16_StaysAModelOfHalfTheSize()
    {
        string model = WriteModel(_folder.Path), half = _folder["half.safetensors"];
        Assert.Equal(half + "\n", Run("weights", "convert", model, half, "--dtype", "float16").Out);

        Assert.InRange(new FileInfo(half).Length / (double)new FileInfo(model).Length, 0.4, 0.6);
        Assert.Equal(0, Run("upscale", WriteImage(_folder["a.png"], 16, 16), "--model", half).Code);
        Assert.Contains("--dtype is 'int8'; give float32 or float16 or bfloat16",
            WrongInput("weights", "convert", model, half, "--dtype", "int8"), StringComparison.Ordinal);
    }

    [Fact]
    public void ReferenceForward_SmallNet_WritesTheContractsJson()
    {
        CliResult result = Run("reference", "forward", "--body", "resnet18", "--norm", "batch", "--size", "32x48", "--samples", "10");
        Assert.Equal(0, result.Code);
        JsonElement output = JsonDocument.Parse(result.Out).RootElement.GetProperty("output");
        Assert.Equal([1, 3, 32, 48], output.GetProperty("shape").EnumerateArray().Select(d => d.GetInt32()));
        Assert.Equal(1 * 3 * 32 * 48 / 10, output.GetProperty("stride").GetInt32());
        Assert.Equal(10, output.GetProperty("values").GetArrayLength());
    }

    [Theory]
    [InlineData(null, "photo-x2")]
    [InlineData("photo", "photo-x2")]
    [InlineData("faithful", "lite-x2")]
    public void Upscale_ByLook_TakesTheShippedModelOfThatLook(string? look, string model)
    {
        string image = WriteImage(_folder["a.png"], 24, 20);
        string[] byLook = look is null ? [] : ["--look", look];

        Assert.Equal(0, Run(["upscale", image, "--out", _folder["look.png"], .. byLook]).Code);
        Assert.Equal(0, Run("upscale", image, "--out", _folder["model.png"], "--model", model).Code);

        Assert.Equal(ImageCodec.Read(_folder["model.png"]).Pixels, ImageCodec.Read(_folder["look.png"]).Pixels);
        Assert.Contains("--look is 'nice'; give photo or faithful.", WrongInput("upscale", image, "--look", "nice"),
            StringComparison.Ordinal);
    }
}
