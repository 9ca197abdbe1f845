using System.Text.Json;
using SuperRes.Lab.Features;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Losses;

public sealed class FeatureLossTests
{
    /// <summary>
    /// The gradient is compared in doubles: it jumps where a ReLU or an L1 distance changes sign, which rounding in float32 decides
    /// differently from one
    /// convolution library to the next.
    /// </summary>
    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void Compute_DeterministicVgg_EqualsTheCourse(ScalarType type)
    {
        JsonElement golden = Shared.Golden("feature_loss.json");
        using DisposeScope scope = NewDisposeScope();
        using FeatureLoss loss = Reference();
        loss.Network!.to(type);
        Tensor input = ImageNet.Normalize(ReferenceValues.Waves([0, 1], 64, 64)).to(type).requires_grad_();
        Tensor target = ImageNet.Normalize(ReferenceValues.Waves([0, 1], 64, 64, cosine: true)).to(type);

        using LossTerms terms = loss.Compute(input, target);
        terms.Total.backward();

        Assert.Equal(golden.GetProperty("metric_names").EnumerateArray().Select(n => n.GetString()), terms.Names);
        float[] values = terms.Values.to(float32).data<float>().ToArray();
        int i = 0;
        foreach (JsonProperty expected in golden.GetProperty("feat_losses").EnumerateObject())
        {
            AssertRelative(expected.Value.GetDouble(), values[i++], 1e-5);
        }

        AssertRelative(golden.GetProperty("total").GetDouble(), terms.Total.to(float32).item<float>(), 1e-5);
        JsonElement gradient = golden.GetProperty("input_grad");
        if (type == ScalarType.Float64)
        {
            AssertSamples(gradient, input.grad!, 1e-5);
        }

        AssertRelative(
            gradient.GetProperty("l2").GetDouble(), input.grad!.norm().to(float32).item<float>(), type == ScalarType.Float64 ? 1e-5 : 1e-3);
        AssertFeatures(golden, loss, input.detach(), "input");
        AssertFeatures(golden, loss, target, "target");
    }

    [Fact]
    public void Compute_SamePictures_IsZero()
    {
        using DisposeScope scope = NewDisposeScope();
        using FeatureLoss loss = Reference();
        Tensor input = ImageNet.Normalize(ReferenceValues.Waves([0], 32, 32));
        using LossTerms terms = loss.Compute(input, input);
        Assert.Equal(0, terms.Total.item<float>());
    }

    [Fact]
    public void Compute_OtherDistance_IsTakenOfPixels()
    {
        using DisposeScope scope = NewDisposeScope();
        using var loss = new FeatureLoss(new FeatureLossOptions { Blocks = [], Weights = [], Base = BaseLoss.Mse });
        using LossTerms terms = loss.Compute(full([1, 3, 4, 4], 0.5f), zeros(1, 3, 4, 4));
        Assert.Equal(["pixel"], terms.Names);
        Assert.Equal(0.25f, terms.Total.item<float>());

        loss.Distance = BaseLoss.L1;
        using LossTerms changed = loss.Compute(full([1, 3, 4, 4], 0.5f), zeros(1, 3, 4, 4));
        Assert.Equal(0.5f, changed.Total.item<float>());

        using LossTerms weighted = loss.Compute(full([1, 3, 4, 4], 0.5f), zeros(1, 3, 4, 4), full([1, 1, 4, 4], 0.2f));
        Assert.Equal(0.1f, weighted.Total.item<float>(), 1e-6f);
    }

    [Fact]
    public void Compute_DeltaE_IsTheDistanceInLab()
    {
        using DisposeScope scope = NewDisposeScope();
        using var loss = new FeatureLoss(new FeatureLossOptions { Blocks = [], Weights = [], Base = BaseLoss.DeltaE });
        Tensor red = tensor([1f, 0f, 0f]).view(1, 3, 1, 1).expand(1, 3, 4, 4), grey = full([1, 3, 4, 4], 0.5f);
        using LossTerms terms = loss.Compute(ImageNet.Normalize(red), ImageNet.Normalize(grey));

        // CIELAB of pure red is 53.24, 80.09, 67.20; of half grey 53.39, 0, 0.
        Assert.Equal(Math.Sqrt((80.09 * 80.09) + (67.20 * 67.20) + 0.0225) / 100, terms.Total.item<float>(), 1e-4);

        Tensor guess = ImageNet.Normalize(full([1, 3, 4, 4], -0.2f)).requires_grad_();
        using LossTerms dark = loss.Compute(guess, guess.detach());
        dark.Total.backward();
        Assert.Equal(0, guess.grad!.abs().max().item<float>());
        Assert.Equal(0.001f, dark.Total.item<float>(), 1e-6f);
    }

    [Fact]
    public void Loss_WithRandomWeightsOnPurpose_IsRandomWithoutAWarning()
    {
        var options = new FeatureLossOptions { Network = "resnet18", Layers = ["stem"], Pretrained = false };
        using var one = new FeatureLoss(options, seed: 3);
        using var same = new FeatureLoss(options, seed: 3);
        using var other = new FeatureLoss(options, seed: 4);

        Assert.False(one.IsPretrained);
        Assert.Null(one.Warning);
        double First(FeatureLoss loss) => loss.Network!.parameters().First().sum().item<float>();
        Assert.Equal(First(one), First(same));
        Assert.NotEqual(First(one), First(other));
    }

    [Fact]
    public void Gram_Counting_EqualsTheCourse()
    {
        JsonElement golden = Shared.Golden("feature_loss.json");
        using DisposeScope scope = NewDisposeScope();
        GoldenTensors.AssertClose("arange", golden.GetProperty("gram_arange_1x2x2x3"),
            FeatureLoss.Gram(arange(12).to(float32).view(1, 2, 2, 3)), 1e-6);
        Tensor image = ImageNet.Normalize(ReferenceValues.Waves([0, 1], 64, 64));
        GoldenTensors.AssertClose("image", golden.GetProperty("gram_of_input_image"), FeatureLoss.Gram(image), 1e-5);
    }

    [Fact]
    public void Network_AroundTraining_StaysFixed()
    {
        using var network = new Vgg16Features();
        network.train();
        Assert.False(network.training);
        Assert.All(network.parameters(), parameter => Assert.False(parameter.requires_grad));
    }

    [Fact]
    public void Options_OfAnEarlierFile_MeanTheSame()
    {
        FeatureLossOptions Read(string json) => OptionsJson.Read<FeatureLossOptions>(json, "test").WithDefaults();
        FeatureLossOptions written = Read("""{ "base": "l1", "network": "vgg16_bn", "blocks": [2, 3, 4], "weights": [5, 15, 2], "gramFactor": 5000 }""");
        FeatureLossOptions defaults = new FeatureLossOptions().WithDefaults();
        Assert.Equal(["relu3_3", "relu4_3", "relu5_3"], written.Layers!);
        Assert.Equal(defaults.Layers, written.Layers);
        Assert.Equal(defaults.Weights, written.Weights);
        Assert.Equal(defaults.GramFactor, written.GramFactor);
        Assert.Equal(["relu1_2"], Read("""{ "blocks": [0], "weights": [1], "gramFactor": 500 }""").Layers!);
    }

    [Fact]
    public void Options_ByLayers_TakeTheNetworksDefaults()
    {
        FeatureLossOptions options = new FeatureLossOptions { Network = "resnet18" }.WithDefaults();
        Assert.Equal(["stem", "layer1", "layer2"], options.Layers!);
        Assert.Equal([1, 1, 1], options.Weights!);
        Assert.Equal(50, options.GramFactor);
        Assert.Equal([1, 1], new FeatureLossOptions { Layers = ["relu1_2", "relu2_2"] }.WithDefaults().Weights!);
    }

    [Fact]
    public void Compute_ResNetLayers_ReportsEachTermAndWeighsThePixels()
    {
        using DisposeScope scope = NewDisposeScope();
        var options = new FeatureLossOptions { Network = "resnet18", Layers = ["stem", "layer2"], Weights = [2, 3], GramFactor = 10,
            PixelWeight = 0.5 };
        using FeatureNetwork network = FeatureNetworks.Get("resnet18").Create();
        using var loss = new FeatureLoss(network, options);
        Tensor a = ImageNet.Normalize(ReferenceValues.Waves([0], 48, 48)),
            b = ImageNet.Normalize(ReferenceValues.Waves([0], 48, 48, cosine: true));
        using LossTerms terms = loss.Compute(a, b);
        Assert.Equal(["pixel", "feat_0", "feat_1", "gram_0", "gram_1"], terms.Names);
        IReadOnlyList<Tensor> actual = network.Features(a, options.Layers), expected = network.Features(b, options.Layers);
        double L1(Tensor x, Tensor y) => (x - y).abs().mean().item<float>();
        double[] sums =
        [
            0.5 * L1(a, b), 2 * L1(actual[0], expected[0]), 3 * L1(actual[1], expected[1]),
            40 * L1(FeatureLoss.Gram(actual[0]), FeatureLoss.Gram(expected[0])),
                90 * L1(FeatureLoss.Gram(actual[1]), FeatureLoss.Gram(expected[1])),
        ];
        float[] values = terms.Values.data<float>().ToArray();
        for (int i = 0; i < sums.Length; i++)
        {
            AssertRelative(sums[i], values[i], 1e-5);
        }

        AssertRelative(sums.Sum(), terms.Total.item<float>(), 1e-5);
    }

    [Theory]
    [InlineData("layers")]
    [InlineData("pixelWeight")]
    [InlineData("blocks")]
    [InlineData("weights")]
    [InlineData("network")]
    [InlineData("gramFactor")]
    public void Options_OutsideRange_AreNamed(string field)
    {
        var options = new FeatureLossOptions();
        options = field switch
        {
            "layers" => options with { Network = "resnet18", Layers = ["stem", "relu3_3"] },
            "pixelWeight" => options with { PixelWeight = -1 },
            "blocks" => options with { Blocks = [3, 2, 4] },
            "weights" => options with { Weights = [1] },
            "network" => options with { Network = "vgg19" },
            _ => options with { GramFactor = double.NaN },
        };
        InputException error = Assert.Throws<InputException>(() => options.Validate());
        Assert.Contains("loss." + field, error.Message, StringComparison.Ordinal);
    }

    private static FeatureLoss Reference()
    {
        var network = new Vgg16Features();
        ReferenceValues.Fill(network);
        return new FeatureLoss(network);
    }

    private static void AssertFeatures(JsonElement golden, FeatureLoss loss, Tensor image, string which)
    {
        using IDisposable off = no_grad();
        IReadOnlyList<Tensor> features = ((Vgg16Features)loss.Network!).Features(image, [22, 32, 42]);
        for (int i = 0; i < features.Count; i++)
        {
            AssertSamples(golden.GetProperty("features_" + which)[i], features[i], 1e-4);
            AssertSamples(golden.GetProperty("gram_" + which)[i], FeatureLoss.Gram(features[i]), 1e-4);
        }
    }

    private static void AssertSamples(JsonElement expected, Tensor actual, double tolerance)
    {
        Assert.Equal(GoldenTensors.Shape(expected), actual.shape);
        JsonElement sampled = expected.GetProperty("sampled");
        int stride = sampled.GetProperty("stride").GetInt32();
        double scale = Math.Max(Math.Abs(expected.GetProperty("min").GetDouble()), Math.Abs(expected.GetProperty("max").GetDouble()));
        float[] values = actual.detach().to(float32).contiguous().flatten().data<float>().ToArray();
        int i = 0;
        foreach (JsonElement value in sampled.GetProperty("values").EnumerateArray())
        {
            Assert.Equal(value.GetDouble(), values[stride * i++], tolerance * scale);
        }
    }

    private static void AssertRelative(double expected, double actual, double tolerance) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Abs(expected), $"{actual} instead of {expected}");
}
