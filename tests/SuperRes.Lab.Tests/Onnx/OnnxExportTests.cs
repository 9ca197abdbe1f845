using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Onnx;
using SuperRes.Lab.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Onnx;

/// <summary>What ONNX Runtime computes of an exported model equals what torch computes of the model itself.</summary>
public sealed class OnnxExportTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Networks =>
    [
        .. NetworkRegistry.Names.Where(name => NetworkRegistry.TryGet(name, out NetworkKind? kind)
            && kind.Options.Assembly == typeof(NetworkRegistry).Assembly).Select(name => $$"""{"body":"{{name}}","width":0.25}"""),
        """{"body":"lite"}""",
        """{"body":"lite-resnet18"}""",
        """{"body":"resnet18","norm":"batch","width":0.25}""",
        """{"body":"resnet18","norm":"spectral","selfAttention":true,"width":0.25}""",
        """{"body":"resnet18","norm":"none","lastCross":false,"blur":false,"width":0.25}""",
        """{"body":"resnet18","stem":"deep","bottle":true,"blurFinal":false,"width":0.25}""",
        """{"body":"resnet18","stem":"inception","residual":true,"icnr":"asIntended","width":0.25}""",
        """{"body":"resnet18","yRange":[-3,3],"blocks":[1,2,1,1],"width":0.25}""",
        """{"body":"resnet50","norm":"none","width":0.125}""",
        """{"body":"lite","norm":"spectral","width":0.5,"blocks":[1,2,1]}""",
        """{"body":"lite","norm":"none","width":0.5}""",
        """{"body":"lite-resnet18","norm":"spectral","width":0.5}""",
        """{"body":"lite-resnet18","norm":"none","encoderStages":4,"seenSide":320}""",
    ];

    public static TheoryData<string> Shipped =>
        [.. Directory.GetFiles(LabFolders.Models, "*.safetensors").Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Networks))]
    public void Export_RandomWeights_EqualsTorchOnOddSizes(string options)
    {
        using RestorationModel model = Random(OptionsJson.Read<NetworkOptions>(options, "the test"));
        foreach ((int height, int width) in new[] { (37, 51), (48, 32) })
        {
            AssertEqual(model, height, width);
        }
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Export_ShippedModel_EqualsTorchOnOddSizes(string name)
    {
        using var folder = new TempFolder();
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Models, name + ".safetensors"));
        OnnxExport.Write(model, folder["model.onnx"]);
        foreach ((int height, int width) in new[] { (53, 75), (131, 97), (7, 5), (1, 1) })
        {
            using Tensor photo = DamagedPhoto(height, width);
            AssertEqual(model, folder["model.onnx"], photo, Tolerance);
        }
    }

    [Theory]
    [MemberData(nameof(Shipped))]
    public void Export_ShippedModelWithHalfWeights_IsTheSame(string name)
    {
        using var folder = new TempFolder();
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Models, name + ".safetensors"));
        OnnxExport.Write(model, folder["half.onnx"], new() { StoredAs = ScalarType.Float16 });
        using Tensor photo = DamagedPhoto(131, 97);
        AssertEqual(model, folder["half.onnx"], photo, Tolerance);
    }

    [Fact]
    public void Export_FlatColour_StaysAsItIs()
    {
        using var folder = new TempFolder();
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Models, "photo-x4.safetensors"));
        OnnxExport.Write(model, folder["model.onnx"]);
        using OnnxNetwork exported = OnnxNetwork.Load(folder["model.onnx"]);
        using Tensor magenta = tensor(new[] { 1f, 0, 1 }).view(1, 3, 1, 1).expand(1, 3, 33, 21).contiguous();
        using Tensor result = exported.Predict(magenta);
        Assert.InRange((result - magenta[.., .., ..1, ..1]).abs().max().item<float>(), 0, 1e-6);
    }

    [Fact]
    public void Export_ModelThatFindsMarks_FillsThemInTheGraph()
    {
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Models, "retouch.safetensors"));
        using Tensor photo = DamagedPhoto(131, 97), plain = model.Predict(photo), filled = UpscaleNetwork.Of(model).Predict(photo);
        Assert.True((plain - filled).abs().max().item<float>() > 0.02, "nothing was filled, so the tests above would show nothing");
    }

    [Theory]
    [InlineData(ResampleFilter.Nearest, 2)]
    [InlineData(ResampleFilter.Bilinear, 3)]
    [InlineData(ResampleFilter.Bicubic, 2)]
    [InlineData(ResampleFilter.Bicubic, 4)]
    [InlineData(ResampleFilter.Lanczos, 3)]
    public void Export_WithEnlargement_EqualsOurResampler(ResampleFilter filter, int scale)
    {
        using RestorationModel model = Random(new LiteUnetOptions { Width = 0.125, Blocks = [1, 1, 1] }, scale, filter);
        AssertEqual(model, 21, 17);
    }

    [Fact]
    public void Export_AnotherFilter_IsRefused()
    {
        using RestorationModel model = Random(new LiteUnetOptions { Width = 0.125, Blocks = [1, 1, 1] }, 2, ResampleFilter.Box);
        InputException fault = Assert.Throws<InputException>(() => OnnxExport.ToBytes(model));
        Assert.Contains("Box", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Export_NetworkThatSaysNothing_IsRefusedByName()
    {
        using RestorationModel model = Random(new Srcnn.SrcnnOptions());
        InputException fault = Assert.Throws<InputException>(() => OnnxExport.ToBytes(model));
        Assert.Contains("srcnn", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float16, null, 0.02)]
    [InlineData(ScalarType.Float32, ScalarType.Float16, 0.01)]
    public void Export_Float16_IsHalfAsLargeAndNear(ScalarType type, ScalarType? stored, double tolerance)
    {
        using var folder = new TempFolder();
        using RestorationModel model = Random(new LiteUnetOptions());
        OnnxExport.Write(model, folder["whole.onnx"]);
        OnnxExport.Write(model, folder["half.onnx"], new() { Dtype = type, StoredAs = stored });
        Assert.InRange(new FileInfo(folder["half.onnx"]).Length, 1, 0.55 * new FileInfo(folder["whole.onnx"]).Length);
        AssertEqual(model, folder["half.onnx"], 45, 31, tolerance);
    }

    [Fact]
    public void Export_FixedTile_TakesThatSizeAlone()
    {
        using var folder = new TempFolder();
        using RestorationModel model = Random(new LiteUnetOptions { Width = 0.125, Blocks = [1, 1, 1] });
        OnnxExport.Write(model, folder["fixed.onnx"], new() { Tile = 40 });
        AssertEqual(model, folder["fixed.onnx"], 40, 40, Tolerance);
        using OnnxNetwork network = OnnxNetwork.Load(folder["fixed.onnx"]);
        Assert.Equal(80, network.ToUpscaler().FixedSide);
    }

    private static RestorationModel Random(NetworkOptions options, int scale = 2, ResampleFilter filter = ResampleFilter.Bicubic)
    {
        manual_seed(7);
        RestorationNetwork network = RestorationNetwork.Create(options);
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor value) in StateDict.Entries(network).Where(entry => entry.Value.is_floating_point()))
        {
            // What starts at zero or one would hide what stands before it.
            if (value.dim() <= 1 && !name.EndsWith("weight_u", StringComparison.Ordinal)
                && !name.EndsWith("weight_v", StringComparison.Ordinal))
            {
                value.add_(rand_like(value) * 0.1);
            }
            else if (name.StartsWith("tail", StringComparison.Ordinal))
            {
                value.copy_(randn_like(value) * 0.05);
            }
        }

        // Batch norms with the statistics of what they see: otherwise activations grow from block to block, and rounding with them.
        network.train();
        for (int i = 0; i < 30; i++)
        {
            using Tensor seen = network.call(randn(2, 3, 64, 64));
        }

        return new RestorationModel(network, new ModelCard { Scale = scale, InputFilter = filter }, "random");
    }

    private static void AssertEqual(RestorationModel model, int height, int width)
    {
        using var folder = new TempFolder();
        OnnxExport.Write(model, folder["model.onnx"]);
        AssertEqual(model, folder["model.onnx"], height, width, Tolerance);
    }

    private static void AssertEqual(RestorationModel model, string path, int height, int width, double tolerance)
    {
        using Tensor image = rand(1, 3, height, width, generator: new Generator(3));
        AssertEqual(model, path, image, tolerance);
    }

    private static void AssertEqual(RestorationModel model, string path, Tensor image, double tolerance)
    {
        using DisposeScope scope = NewDisposeScope();
        using OnnxNetwork exported = OnnxNetwork.Load(path);
        (long height, long width) = (image.shape[2], image.shape[3]);
        Tensor large = model.Scale == 1 ? image
            : Resampler.Resize(image, (int)height * model.Scale, (int)width * model.Scale, model.InputFilter).clamp(0, 1);
        Tensor free = UpscaleNetwork.Of(model).Predict(large), expected = free.clamp(0, 1), actual = exported.Predict(image);
        // Random weights can give numbers far outside 0–1, whose rounding is as much larger.
        tolerance *= Math.Max(1, free.abs().max().item<float>());
        Assert.Equal(expected.shape, actual.shape);
        Assert.True(height * width == 1 || expected.std().item<float>() > 0.01, "the picture is flat, and nothing would be compared");
        Assert.InRange((expected - actual).abs().max().item<float>(), 0, tolerance);
        Assert.Equal((model.Scale, model.Task), (exported.Scale, exported.Task));
    }

    /// <summary>A part of a photo with a flat corner, a white scratch and a black spot.</summary>
    private static Tensor DamagedPhoto(int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor photo = ImageCodec.Read(Path.Combine(LabFolders.Root, "data", "samples", "chelsea.png")).ToTensor()
            [.., .., 60..(60 + height), 90..(90 + width)].clone();
        photo[.., .., (height / 2).., (width / 2)..] = tensor(0.6f);
        photo[.., .., .., (width / 4)..((width / 4) + 2)] = tensor(1f);
        photo[.., .., (height / 8)..(height / 4), (width / 8)..(width / 5)] = tensor(0f);
        return photo.MoveToOuterDisposeScope();
    }
}
