using SuperRes.Lab.Degradations;
using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public class MaskUnetTests
{
    [Fact]
    public void Answer_MaskBelowItsFloor_ReturnsTheInputItself()
    {
        using MaskUnet network = Create();
        using Tensor input = rand(1, 3, 37, 50);
        using IDisposable off = no_grad();
        MaskedAnswer answer = network.Answer(input);
        using Tensor masked = answer.MaskLogits!.sigmoid();
        using Tensor surelyWhole = masked.lt(0.1).expand_as(input), changed = answer.Picture.ne(input);
        using Tensor changedWhole = changed.logical_and(surelyWhole);
        Assert.Equal([1, 3, 37, 50], answer.Picture.shape);
        Assert.Equal([1, 1, 37, 50], answer.MaskLogits.shape);
        Assert.True(surelyWhole.any().item<bool>());
        Assert.False(changedWhole.any().item<bool>());
    }

    [Fact]
    public void MaskError_OfTheRightMask_IsNearZero()
    {
        using Tensor input = zeros(1, 3, 8, 8), target = zeros(1, 3, 8, 8), logits = full([1, 1, 8, 8], -9f);
        target[0, 1, 2, 3] = 1;
        logits[0, 0, 2, 3] = 9;
        using Tensor right = MaskError.Of(logits, input, target)!, wrong = MaskError.Of(logits.negative(), input, target)!;
        Assert.InRange(right.item<float>(), 0, 1e-3f);
        Assert.InRange(wrong.item<float>(), 8.9f, 9.1f);
    }

    [Fact]
    public void Apply_MarksAlone_TargetKeepsCompressionAndHasNoMarks()
    {
        DegradationOptions options = new()
        {
            MarksAlone = true, MarkedLast = 1,
            Geometry = GeometryOptions.None, Lighting = LightingOptions.None, Downscale = new() { Probability = 0 },
            Holes = new() { Probability = 1, Fill = HoleFill.White }, Jpeg = new() { Quality = 30 },
        };
        RgbImage photo = Gradient();
        ImagePair pair = new DegradationPipeline(options).Apply(photo, 96, new RandomStream(1, "pair"));
        ImagePair unmarked = new DegradationPipeline(options with { MarksAlone = false, Holes = new() })
            .Apply(photo, 96, new RandomStream(1, "pair"));
        Assert.Equal(unmarked.Input.Pixels, pair.Target.Pixels);
        Assert.NotEqual(pair.Target.Pixels, pair.Input.Pixels);
    }

    [Fact]
    public void Evaluate_TrueMask_LeavesUnmaskedPixelsAndSaysSo()
    {
        using var folder = new TempFolder();
        ImageCodec.Write(Gradient(), folder["a.png"]);
        using MaskUnet network = Create();
        using var model = new RestorationModel(network, new ModelCard { Task = "restoration", Scale = 1 }, "retouch");
        EvaluationReport report = Evaluator.Sweep(
            new() { HighResolution = folder.Path, Scale = 1 }, [Degradation.Holes(), Degradation.None()],
            [EvaluatedModel.Of(model), EvaluatedModel.TrueMask()], cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(["retouch", "fill, true mask", "retouch", "fill, true mask"], report.Models.Select(m => m.Model));
        Assert.Equal(100, report.Models[1].Mean.PsnrUnmasked);
        Assert.True(report.Models[1].Mean.PsnrMasked > report.Models[1].Mean.Baselines["input"].PsnrMasked + 6);
        Assert.Equal(("none", 100, null), (report.Models[2].Protocol.Downscale, report.Models[2].Mean.Baselines["input"].PsnrY,
            report.Models[2].Mean.PsnrMasked));
    }

    [Fact]
    public void Save_ValueThatFloat16CannotHold_IsRefused()
    {
        using MaskUnet network = Create();
        using var folder = new TempFolder();
        using var model = new RestorationModel(network, new ModelCard { Task = "restoration", Scale = 1 }, "retouch");
        using (no_grad())
        {
            network.Encoder.named_buffers().First(buffer => buffer.name.EndsWith("running_var", StringComparison.Ordinal))
                .buffer.fill_(7e4);
        }

        InputException e = Assert.Throws<InputException>(() => model.Save(folder["m.safetensors"], ScalarType.Float16));
        Assert.Contains("bfloat16", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder["m.safetensors"]));
        model.Save(folder["m.safetensors"], ScalarType.BFloat16);
        using RestorationModel read = RestorationModel.Load(folder["m.safetensors"]);
        Assert.True(read.Network.HasMask);
    }

    [Theory]
    [InlineData("retouch")]
    [InlineData("photo-x4")]
    public void Load_ShippedModel_HasFiniteWeights(string name)
    {
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Root, "models", name + ".safetensors"));
        Assert.Equal(name, model.Name);
    }

    [Fact]
    public void Of_CompressedPhoto_NeedsCleaningAndAWholeOneDoesNot()
    {
        RgbImage photo = ImageCodec.Read(Path.Combine(LabFolders.Root, "data", "samples", "chelsea.png"));
        Assert.False(PhotoCondition.Of(photo).NeedsCleaning);
        Assert.True(PhotoCondition.Of(SuperRes.Lab.Evaluation.Degradation.Jpeg(20).Apply(photo, 0)).NeedsCleaning);
        Assert.True(PhotoCondition.Of(SuperRes.Lab.Evaluation.Degradation.Noise(25).Apply(photo, 0)).NeedsCleaning);
    }

    private static MaskUnet Create()
    {
        manual_seed(3);
        var network = new MaskUnet(new MaskUnetOptions { Stages = 2, Width = 0.25 });
        network.eval();
        return network;
    }

    private static RgbImage Gradient()
    {
        var image = new RgbImage(96, 96);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)((i * 7 / 3) % 97);
        }

        return image;
    }
}
