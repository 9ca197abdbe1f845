using System.Text.Json;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class DynamicUnetTests
{
    public static TheoryData<string, string> Structures()
    {
        var rows = new TheoryData<string, string> { { "unet_structure.json", "resnet34_weight_64" } };
        foreach (string norm in (string[])["weight", "batch", "spectral"])
        {
            rows.Add("unet_structure_resnet18_variants.json", $"resnet18_{norm}_64");
            rows.Add("unet_structure_resnet18_variants.json", $"resnet18_{norm}_selfattn_64");
            rows.Add("unet_structure_resnet34_variants.json", $"resnet34_{norm}_selfattn_64");
        }

        foreach (string variant in (
            string[])["batch", "spectral", "none", "weight_noblur", "weight_bottle", "weight_nolastcross", "weight_yrange"])
        {
            rows.Add("unet_structure_resnet34_variants.json", $"resnet34_{variant}_64");
        }

        return rows;
    }

    [Theory]
    [InlineData(2, 61, 45)]
    [InlineData(3, 64, 50)]
    public void Forward_OnFewerStages_KeepsTheSizeAndStartsAsTheIdentity(int stages, int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new DynamicUnet(new UnetOptions { Body = "resnet18", Stages = stages, Residual = true });
        unet.eval();
        Tensor input = randn(1, 3, height, width);

        using IDisposable off = no_grad();
        Assert.Equal(0, (unet.call(input) - input).abs().max().item<float>());
        Assert.Equal(2 << stages, unet.SizeMultiple);
        Assert.Equal(stages, unet.Layers.OfType<UnetBlock>().Count());
        Assert.All(unet.Groups, group => Assert.NotEmpty(group.Parameters));
    }

    [Fact]
    public void LoadPretrained_OnTwoStages_TakesTheFirstOnesOfTheBundledResNet()
    {
        Assert.SkipUnless(
            SuperRes.Lab.Weights.PretrainedWeights.TryFind("resnet18") is not null, "The build has no ResNet-18 (BundledResNet18=false).");
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyDictionary<string, Tensor> weights = SuperRes.Lab.Weights.PretrainedWeights.Load("resnet18");
        using var unet = new DynamicUnet(new UnetOptions { Body = "resnet18", Stages = 2 });

        unet.LoadPretrained(weights);

        Tensor loaded = StateDict.Entries(unet).Single(entry => entry.Name == "layers.0.5.1.conv2.weight").Value;
        Assert.True(loaded.equal(weights["layer2.1.conv2.weight"]).all().item<bool>());
    }

    [Theory]
    [MemberData(nameof(Structures))]
    public void Structure_EachVariant_EqualsFastai(string file, string variant)
    {
        JsonElement golden = Shared.Golden(file).GetProperty(variant);
        using DisposeScope scope = NewDisposeScope();
        using var unet = new DynamicUnet(Options(variant));

        if (golden.TryGetProperty("state_dict", out JsonElement rows) && rows.ValueKind == JsonValueKind.Array
            && rows[0].GetArrayLength() > 1)
        {
            string[] expected =
                [.. rows.EnumerateArray().Select(row => $"{row[0].GetString()} [{string.Join(",", row[1].EnumerateArray())}]")];
            string[] actual = [.. StateDict.Entries(unet).Select(entry => $"{entry.Name} [{string.Join(",", entry.Value.shape)}]")];
            Assert.Equal(expected, actual);
        }

        Assert.Equal(golden.GetProperty("total_params").GetInt64(), unet.parameters().Sum(p => p.numel()));
        Assert.Equal(golden.GetProperty("total_buffer_elements").GetInt64(), unet.buffers().Sum(b => b.numel()));
        Assert.Equal(
            golden.GetProperty("params_per_group").EnumerateArray().Select(n => n.GetInt64()),
            unet.Groups.Select(group => group.Parameters.Sum(p => p.Value.numel())));
        Assert.Equal(
            golden.GetProperty("top_level_layers").GetArrayLength() - (((UnetOptions)unet.Options).YRange is null ? 0 : 1),
            unet.Layers.Count);

        unet.Freeze();
        Assert.Equal(
            golden.GetProperty("frozen_trainable_params_per_group").EnumerateArray().Select(n => n.GetInt64()),
            unet.Groups.Select(group => group.Parameters.Where(p => p.Value.requires_grad).Sum(p => p.Value.numel())));
        unet.Unfreeze();
        Assert.Equal(golden.GetProperty("trainable_params").GetInt64(), unet.parameters().Where(p => p.requires_grad).Sum(p => p.numel()));
    }

    [Theory]
    [InlineData("eval_64x64_b2", 2, 64, 64, false)]
    [InlineData("train_64x64_b2", 2, 64, 64, true)]
    [InlineData("eval_90x70_b1", 1, 90, 70, false)]
    public void Forward_DeterministicWeights_EqualsFastai(string name, int batch, int height, int width, bool train)
    {
        JsonElement golden = Shared.Golden("unet_forward.json").GetProperty(name);
        using DisposeScope scope = NewDisposeScope();
        using DynamicUnet unet = Reference(new UnetOptions());
        unet.train(train);
        var stages = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        Hook(unet, golden.GetProperty("intermediate"), stages);
        int[] numbers = [.. Enumerable.Range(0, batch)];
        Tensor input = ImageNet.Normalize(ReferenceValues.Waves(numbers, height, width));
        Tensor target = ImageNet.Normalize(ReferenceValues.Waves(numbers, height, width, cosine: true));

        Tensor output = unet.call(input);

        AssertSamples(golden.GetProperty("output"), output);
        AssertStages(golden.GetProperty("intermediate"), stages);
        if (golden.TryGetProperty("grads", out JsonElement grads))
        {
            Tensor loss = nn.functional.l1_loss(output, target);
            Assert.Equal(golden.GetProperty("l1_loss").GetDouble(), loss.item<float>(), 1e-5);
            loss.backward();
            AssertGradients(unet, grads, train);
        }

        if (golden.TryGetProperty("running_stats_after", out JsonElement running))
        {
            AssertRunningStatistics(unet, running);
        }
    }

    [Theory]
    [InlineData(91, 71)]
    [InlineData(33, 64)]
    [InlineData(1, 1)]
    public void Forward_OddSizes_GivesThatSize(int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new DynamicUnet(new UnetOptions { Body = "resnet18", Width = 0.125 });
        unet.eval();
        using IDisposable off = no_grad();
        Tensor output = unet.call(randn(1, 3, height, width));
        Assert.Equal([1, 3, height, width], output.shape);
    }

    [Fact]
    public void Forward_OddSizeWithoutLastCross_EqualsFastaisLargerOutputCropped()
    {
        // Without the last cross the crop after the last enlarging is all that differs, and the head looks at single pixels.
        using DisposeScope scope = NewDisposeScope();
        using DynamicUnet unet = Reference(new UnetOptions { Body = "resnet18", Width = 0.25, LastCross = false });
        unet.eval();
        using IDisposable off = no_grad();
        Tensor? enlarged = null;
        ((nn.Module<Tensor, Tensor>)unet.Layers[8]).register_forward_hook((_, _, output) =>
        {
            enlarged = output.clone().DetachFromDisposeScope();
            return output;
        });
        Tensor actual = unet.call(randn(1, 3, 45, 51));
        Tensor expected = ((nn.Module<Tensor, Tensor>)unet.Layers[9]).call(enlarged!);
        Assert.Equal([1, 3, 46, 52], expected.shape);
        Assert.True((expected.narrow(2, 0, 45).narrow(3, 0, 51) - actual).abs().max().item<float>() < 1e-5);
        enlarged!.Dispose();
    }

    [Theory]
    [InlineData(NormType.Weight)]
    [InlineData(NormType.Batch)]
    [InlineData(NormType.None)]
    public void Residual_Untrained_ReturnsItsInput(NormType norm)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new DynamicUnet(new UnetOptions { Body = "resnet18", Width = 0.125, Residual = true, Norm = norm });
        Tensor input = randn(2, 3, 32, 32);
        Assert.Equal(0, (unet.call(input) - input).abs().max().item<float>(), 1e-6);
    }

    [Theory]
    [InlineData(StemType.Classic)]
    [InlineData(StemType.Deep)]
    [InlineData(StemType.Inception)]
    public void Stem_EachType_HalvesTheSizeAndTrains(StemType stem)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new DynamicUnet(new UnetOptions { Body = "resnet18", Width = 0.25, Stem = stem });
        var skips = new List<Tensor>();
        unet.Encoder.Forward(randn(2, 3, 64, 64), skips);
        Assert.Equal([2, 16, 32, 32], skips[0].shape);
        unet.call(randn(2, 3, 64, 64)).mean().backward();
        Assert.All(unet.Groups[0].Parameters, p => Assert.NotNull(p.Value.grad));
    }

    [Theory]
    [InlineData(NormType.Weight)]
    [InlineData(NormType.Spectral)]
    public void To_AnotherType_MovesEveryTensorThatIsUsed(NormType norm)
    {
        using DisposeScope scope = NewDisposeScope();
        using DynamicUnet unet = Reference(new UnetOptions { Body = "resnet18", Width = 0.125, Norm = norm, SelfAttention = true });
        Tensor input = randn(1, 3, 64, 64), before = unet.call(input);
        if (norm == NormType.Spectral)
        {
            before = unet.call(input); // the first pass moved its vectors
        }

        using DynamicUnet moved = Reference((UnetOptions)unet.Options);
        moved.to(float64);
        Assert.All(moved.Groups.SelectMany(group => group.Parameters), p => Assert.Equal(float64, p.Value.dtype));
        moved.ComputeType = ScalarType.Float64;
        Tensor after = moved.call(input.to(float64));
        if (norm == NormType.Spectral)
        {
            after = moved.call(input.to(float64));
        }

        Assert.Equal(float64, after.dtype);
        Assert.True((after - before).abs().max().item<double>() < 1e-3 * before.abs().max().item<float>());
        after.mean().backward();
        Assert.All(moved.Groups.SelectMany(group => group.Parameters), p => Assert.NotNull(p.Value.grad));
    }

    [Theory]
    [InlineData("body", "resnet99")]
    [InlineData("width", "7")]
    [InlineData("blocks", "[1, 2]")]
    [InlineData("yRange", "[1, 0]")]
    public void Options_OutsideRange_AreNamed(string field, string found)
    {
        var options = new UnetOptions();
        options = field switch
        {
            "body" => options with { Body = "resnet99" },
            "width" => options with { Width = 7 },
            "blocks" => options with { Blocks = [1, 2] },
            _ => options with { YRange = [1, 0] },
        };
        InputException error = Assert.Throws<InputException>(() => new DynamicUnet(options));
        Assert.Contains("model." + field, error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
    }

    internal static DynamicUnet Reference(UnetOptions options)
    {
        var unet = new DynamicUnet(options);
        ReferenceValues.Fill(unet);
        return unet;
    }

    internal static void AssertSamples(JsonElement golden, Tensor actual)
    {
        Assert.Equal(golden.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()), actual.shape);
        JsonElement sampled = golden.GetProperty("sampled");
        long stride = sampled.GetProperty("stride").GetInt64();
        double scale = Math.Max(Math.Abs(golden.GetProperty("min").GetDouble()), Math.Abs(golden.GetProperty("max").GetDouble()));
        float[] values = actual.detach().contiguous().data<float>().ToArray();
        int i = 0;
        foreach (JsonElement expected in sampled.GetProperty("values").EnumerateArray())
        {
            Assert.Equal(expected.GetDouble(), values[i * stride], 1e-4 * scale);
            i++;
        }

        Assert.Equal(golden.GetProperty("mean").GetDouble(), values.Average(v => (double)v), 1e-4 * scale);
    }

    private static UnetOptions Options(string variant) => new()
    {
        Body = variant.Split('_')[0],
        Norm = variant.Contains("batch", StringComparison.Ordinal) ? NormType.Batch
            : variant.Contains("spectral", StringComparison.Ordinal) ? NormType.Spectral
            : variant.Contains("none", StringComparison.Ordinal) ? NormType.None : NormType.Weight,
        SelfAttention = variant.Contains("selfattn", StringComparison.Ordinal),
        Blur = !variant.Contains("noblur", StringComparison.Ordinal),
        Bottle = variant.Contains("bottle", StringComparison.Ordinal),
        LastCross = !variant.Contains("nolastcross", StringComparison.Ordinal),
        YRange = variant.Contains("yrange", StringComparison.Ordinal) ? [-3, 3] : null,
    };

    private static void Hook(DynamicUnet unet, JsonElement wanted, Dictionary<string, Tensor> stages)
    {
        var modules = unet.named_modules().ToDictionary(pair => pair.name, pair => pair.module, StringComparer.Ordinal);
        foreach (string name in wanted.EnumerateObject().Select(entry => entry.Name))
        {
            if (modules.TryGetValue(name.Split(' ')[0], out nn.Module? module) && module is nn.Module<Tensor, Tensor> unary)
            {
                unary.register_forward_hook((_, _, output) =>
                {
                    stages[name] = output.detach().clone().DetachFromDisposeScope();
                    return output;
                });
            }
        }
    }

    private static void AssertStages(JsonElement golden, Dictionary<string, Tensor> stages)
    {
        Assert.True(stages.Count >= 20, $"only {stages.Count} of fastai's stages have a module of that name here");
        foreach ((string name, Tensor value) in stages)
        {
            JsonElement expected = golden.GetProperty(name);
            double scale = Math.Max(Math.Abs(expected.GetProperty("min").GetDouble()), expected.GetProperty("max").GetDouble());
            Assert.Equal(expected.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()), value.shape);
            Assert.True(Math.Abs(expected.GetProperty("mean").GetDouble() - value.to(float64).mean().item<double>()) < 1e-4 * scale, name);
            value.Dispose();
        }
    }

    private static void AssertGradients(DynamicUnet unet, JsonElement grads, bool train)
    {
        // In training mode fastai's own float32 gradients differ from float64 ones by up to 6 % (its file says so per entry).
        Dictionary<string,
            Tensor> parameters = unet.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter, StringComparer.Ordinal);
        foreach (JsonProperty entry in grads.EnumerateObject())
        {
            Tensor gradient = parameters[entry.Name].grad!;
            double l2 = entry.Value.GetProperty("l2").GetDouble();
            double rounding = entry.Value.GetProperty("rel_l2_err_f32_vs_f64").GetDouble();
            double tolerance = train ? Math.Max(1e-3, 3 * rounding) : 1e-3;
            double actual = gradient.to(float64).norm().item<double>();
            Assert.True(Math.Abs(actual - l2) <= tolerance * l2, $"{entry.Name}: l2 {actual} instead of {l2}");
            float[] first = gradient.flatten().narrow(0, 0, Math.Min(5, gradient.numel())).contiguous().data<float>().ToArray();
            double typical = l2 / Math.Sqrt(gradient.numel());
            int i = 0;
            foreach (JsonElement expected in entry.Value.GetProperty("first5").EnumerateArray())
            {
                double bound = tolerance * Math.Max(Math.Abs(expected.GetDouble()), 3 * typical);
                Assert.True(Math.Abs(expected.GetDouble() - first[i]) <= bound, $"{entry.Name}[{i}]: {first[i]} instead of {expected}");
                i++;
            }
        }
    }

    private static void AssertRunningStatistics(DynamicUnet unet, JsonElement running)
    {
        Dictionary<string, Tensor> state = unet.state_dict();
        foreach (JsonProperty norm in running.EnumerateObject())
        {
            foreach (string buffer in (string[])["running_mean", "running_var"])
            {
                double expected = norm.Value.GetProperty(buffer).GetProperty("mean").GetDouble();
                Assert.Equal(expected, state[$"{norm.Name}.{buffer}"].mean().item<float>(), 1e-4 * Math.Max(1, Math.Abs(expected)));
            }

            Assert.Equal(1, state[$"{norm.Name}.num_batches_tracked"].item<long>());
        }
    }
}
