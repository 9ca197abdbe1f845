using System.Text.Json;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Tests.Cli;

public sealed class ReferenceTests
{
    [Fact]
    public void Forward_SizeOfTheReferenceFile_EqualsFastai()
    {
        JsonElement golden = Shared.Golden("unet_forward.json").GetProperty("eval_90x70_b1").GetProperty("output"),
            sampled = golden.GetProperty("sampled");
        int samples = sampled.GetProperty("values").GetArrayLength();
        ReferenceForward result = ReferenceForward.Run(new ReferenceForwardOptions { Height = 90, Width = 70, Samples = samples });
        Assert.Equal(41_229_213, result.Parameters);
        Assert.Equal([1L, 3, 90, 70], result.Output.Shape);
        Assert.Equal(sampled.GetProperty("stride").GetInt64(), result.Output.Stride);
        double scale = Math.Max(Math.Abs(golden.GetProperty("min").GetDouble()), golden.GetProperty("max").GetDouble());
        Assert.All(
            sampled.GetProperty("values").EnumerateArray().Zip(result.Output.Values), pair =>
                Assert.Equal(pair.First.GetDouble(), pair.Second, 1e-4 * scale));
        Assert.Equal(golden.GetProperty("std_unbiased").GetDouble(), result.Output.Std, 1e-4 * scale);
    }

    [Theory]
    [InlineData(NormType.Spectral, false)]
    [InlineData(NormType.Weight, true)]
    [InlineData(NormType.Spectral, true)]
    public void Forward_SpectralNormOrSelfAttention_StaysInTheImagesRange(NormType norm, bool selfAttention)
    {
        var model = new UnetOptions { Body = "resnet18", Width = 0.125, Norm = norm, SelfAttention = selfAttention };
        ReferenceOutput output = ReferenceForward.Run(new ReferenceForwardOptions { Model = model }).Output;
        Assert.InRange(output.Std, 0.01, 10);
        Assert.InRange(Math.Max(output.Max, -output.Min), 0.01, 100);
    }

    [Fact]
    public void ForwardJson_HasTheFieldsByName()
    {
        var small = new UnetOptions { Body = "resnet18", Width = 0.125 };
        ReferenceForward result =
            ReferenceForward.Run(new ReferenceForwardOptions { Model = small, Height = 33, Width = 40, Batch = 2, Samples = 7 });
        using JsonDocument json = JsonDocument.Parse(result.ToJson());
        Assert.Equal(["parameters", "output"], json.RootElement.EnumerateObject().Select(p => p.Name));
        JsonElement output = json.RootElement.GetProperty("output");
        Assert.Equal(["shape", "mean", "std", "min", "max", "stride", "values"], output.EnumerateObject().Select(p => p.Name));
        Assert.Equal(7, output.GetProperty("values").GetArrayLength());
        Assert.Equal(2 * 3 * 33 * 40 / 7, output.GetProperty("stride").GetInt32());
    }

    [Fact]
    public void ForwardJson_NotFinite_IsWrittenAsText()
    {
        var result = new ReferenceForward(1,
            new ReferenceOutput([1], double.NaN, 0, double.NegativeInfinity, double.PositiveInfinity, 1, [float.NaN]));
        using JsonDocument json = JsonDocument.Parse(result.ToJson());
        JsonElement output = json.RootElement.GetProperty("output");
        Assert.Equal(("nan", "-inf", "inf"), (
            output.GetProperty("mean").GetString(), output.GetProperty("min").GetString(), output.GetProperty("max").GetString()));
        Assert.Equal("nan", output.GetProperty("values")[0].GetString());
    }

    [Fact]
    public void TrainJson_HasTheFieldsByName()
    {
        var terms = new Dictionary<string, double>(StringComparer.Ordinal) { ["pixel"] = 1.5, ["feat_0"] = 2 };
        var cycle = new ReferenceCycle(7, [new ReferenceStep([4e-7, 4e-7, 4e-6], 0.95, 3.5, terms)], 2.5, terms);
        using JsonDocument json = JsonDocument.Parse(new ReferenceTrain(cycle, cycle).ToJson());
        Assert.Equal(["frozen", "unfrozen"], json.RootElement.EnumerateObject().Select(p => p.Name));
        JsonElement frozen = json.RootElement.GetProperty("frozen"), step = frozen.GetProperty("steps")[0];
        Assert.Equal(["trainable", "steps", "valid_loss", "valid_terms"], frozen.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["lr", "mom", "loss", "terms"], step.EnumerateObject().Select(p => p.Name));
        Assert.Equal([4e-7, 4e-7, 4e-6], step.GetProperty("lr").EnumerateArray().Select(n => n.GetDouble()));
        Assert.Equal(["pixel", "feat_0"], step.GetProperty("terms").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void Naming_OddSize_CountsTheResizeThatFastaiInserts()
    {
        JsonElement golden = Shared.Golden("unet_structure.json").GetProperty("built_at_odd_size_91x71");
        using var unet = new DynamicUnet(new UnetOptions { Width = 0.125 });
        Func<string, string> naming = ReferenceForward.Naming(91, 71)!;
        string[] tail =
            [.. StateDict.Entries(unet).Where(e => e.Name.StartsWith("layers.1", StringComparison.Ordinal) && e.Name[8] != '.').Select(
            e => naming(e.Name))];
        Assert.Equal(golden.GetProperty("keys_after_shift").EnumerateArray().Select(k => k.GetString()), tail);
        Assert.Equal("layers.8.conv.0.bias", naming("layers.8.conv.0.bias"));
        Assert.Null(ReferenceForward.Naming(90, 70));
    }

    [Theory]
    [InlineData(0, 64, 1, 10, "size")]
    [InlineData(64, 64, 0, 10, "batch")]
    [InlineData(64, 64, 1, 12289, "samples")]
    public void Options_OutsideRange_AreNamed(int height, int width, int batch, int samples, string named)
    {
        var options = new ReferenceForwardOptions { Height = height, Width = width, Batch = batch, Samples = samples };
        Assert.Contains(named, Assert.Throws<InputException>(() => ReferenceForward.Run(options)).Message, StringComparison.Ordinal);
    }
}
