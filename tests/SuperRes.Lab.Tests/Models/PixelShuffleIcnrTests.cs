using System.Text.Json;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class PixelShuffleIcnrTests
{
    [Theory]
    [InlineData("out8_in2_k1_scale2")]
    [InlineData("out8_in3_k1_scale2")]
    [InlineData("out8_in2_k3_scale2")]
    [InlineData("out8_in2_k1_scale2_det")]
    public void Repeat_SubKernels_AreArrangedAsFastaiDoes(string name)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonElement golden = Shared.Golden("icnr.json").GetProperty(name);
        long[] shape = [.. golden.GetProperty("sub_kernel_shape").EnumerateArray().Select(n => n.GetInt64())];
        Tensor kernels = tensor(GoldenTensors.Floats(golden.GetProperty("sub_kernel")), shape);
        Tensor weight = PixelShuffleIcnr.Repeat(kernels);
        Assert.Equal(golden.GetProperty("weight_shape").EnumerateArray().Select(n => n.GetInt64()), weight.shape);
        Assert.Equal(GoldenTensors.Floats(golden.GetProperty("result")), weight.contiguous().flatten().data<float>().ToArray());
    }

    [Theory]
    [InlineData(NormType.None, "none")]
    [InlineData(NormType.Batch, "Batch")]
    [InlineData(NormType.Weight, "Weight")]
    [InlineData(NormType.Spectral, "Spectral")]
    public void AsRun_EachNorm_TakesEffectWhereFastaisDoes(NormType norm, string key)
    {
        JsonElement golden = Shared.Golden("icnr.json").GetProperty("icnr_effect_by_norm_type").GetProperty(key);
        using DisposeScope scope = NewDisposeScope();
        using var layer = new PixelShuffleIcnr(4, 3, norm: norm, icnr: IcnrMode.AsRun);
        layer.eval();
        Assert.Equal(golden.GetProperty("output_2x2_blocks_constant").GetBoolean(), BlocksAreConstant(layer));
    }

    [Theory]
    [InlineData(NormType.None)]
    [InlineData(NormType.Batch)]
    [InlineData(NormType.Weight)]
    [InlineData(NormType.Spectral)]
    public void AsIntended_EachNorm_EnlargesLikeNearestNeighbour(NormType norm)
    {
        using DisposeScope scope = NewDisposeScope();
        using var layer = new PixelShuffleIcnr(4, 3, norm: norm, icnr: IcnrMode.AsIntended);
        layer.eval();
        Assert.True(BlocksAreConstant(layer));
    }

    [Theory]
    [InlineData("ruleA_Weight_blurTrue")]
    [InlineData("ruleA_Weight_blurFalse")]
    [InlineData("ruleA_none_blurTrue")]
    [InlineData("ruleA_none_blurFalse")]
    [InlineData("ruleB_Weight_blurTrue")]
    [InlineData("ruleB_Weight_blurFalse")]
    [InlineData("ruleB_none_blurTrue")]
    [InlineData("ruleB_none_blurFalse")]
    public void Forward_GivenWeights_EqualsFastai(string name)
    {
        JsonElement forward = Shared.Golden("icnr.json").GetProperty("forward"), golden = forward.GetProperty("cases").GetProperty(name);
        using DisposeScope scope = NewDisposeScope();
        using var layer = new PixelShuffleIcnr(4, 2, name.Contains("blurTrue", StringComparison.Ordinal),
            name.Contains("Weight", StringComparison.Ordinal) ? NormType.Weight : NormType.None);
        JsonElement state = golden.GetProperty("state");
        StateDict.Load(layer, state.EnumerateObject().ToDictionary(
            entry => entry.Name, entry => GoldenTensors.Read(entry.Value), StringComparer.Ordinal), name);
        layer.eval();
        GoldenTensors.AssertClose(name, golden.GetProperty("output"), layer.call(GoldenTensors.Read(forward.GetProperty("input"))), 1e-6);
    }

    private static bool BlocksAreConstant(PixelShuffleIcnr layer)
    {
        using IDisposable off = no_grad();
        Tensor output = layer.call(randn(1, 4, 5, 6).abs());
        Tensor enlarged =
            nn.functional.interpolate(output.slice(2, 0, 10, 2).slice(3, 0, 12, 2), [10, 12], mode: InterpolationMode.Nearest);
        return (output - enlarged).abs().max().item<float>() < 1e-6;
    }
}
