using System.Text.Json;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class LayerGoldenTests
{
    private const double OutputTolerance = 1e-4;
    private const double GradientTolerance = 1e-3;

    public static TheoryData<string> Layers() => new(
        "conv_layer_3_4_Weight_eval",
        "conv_layer_3_4_Batch_eval",
        "conv_layer_3_4_Batch_train",
        "conv_layer_3_4_BatchZero_eval",
        "conv_layer_3_4_BatchZero_train",
        "conv_layer_3_4_none_eval",
        "conv_layer_3_4_ks1_noact_Weight_eval",
        "conv_layer_3_4_Spectral_eval",
        "res_block_4_Weight_eval",
        "res_block_4_Batch_train",
        "SelfAttention_16_eval",
        "UnetBlock_8_3_Weight_blur_eval",
        "UnetBlock_8_3_Weight_blur_train",
        "UnetBlock_8_3_Weight_blur_interp_eval",
        "UnetBlock_8_3_Weight_blur_interp_train",
        "UnetBlock_8_3_Weight_final_eval",
        "UnetBlock_8_3_Weight_final_train",
        "UnetBlock_8_3_Batch_blur_eval",
        "UnetBlock_8_3_Batch_blur_train");

    [Theory]
    [MemberData(nameof(Layers))]
    public void Layer_DeterministicWeights_EqualsFastai(string name)
    {
        JsonElement golden = Shared.Golden("layers.json").EnumerateObject()
            .First(entry => entry.Name == name || entry.Name.StartsWith(name + " (", StringComparison.Ordinal)).Value;
        using DisposeScope scope = NewDisposeScope();
        (nn.Module module, string prefix) = Build(name);
        using nn.Module owned = module;
        Assert.Equal(
            golden.GetProperty("state_before_run").EnumerateArray()
                .Select(row => $"{row[0].GetString()} [{string.Join(",", row[1].EnumerateArray())}]"),
            StateDict.Entries(module).Select(entry => $"{prefix}{entry.Name} [{string.Join(",", entry.Value.shape)}]"));
        ReferenceValues.Fill(module, entry => prefix + entry);
        module.train(name.EndsWith("_train", StringComparison.Ordinal));
        long[] shape = [.. golden.GetProperty("input_shape").EnumerateArray().Select(n => n.GetInt64())];
        Tensor input = ((GoldenTensors.Waves(shape) * 2) - 1).requires_grad_();

        Tensor output = module is UnetBlock block ? block.call(input, Skip(name)) : ((nn.Module<Tensor, Tensor>)module).call(input);

        GoldenTensors.AssertClose("output", golden.GetProperty("output"), output, OutputTolerance);
        (output * GoldenTensors.Waves(output.shape, cosine: true)).sum().backward();
        GoldenTensors.AssertClose("input gradient", golden.GetProperty("input_grad"), input.grad!, GradientTolerance);
        var parameters = module.named_parameters().ToDictionary(p => prefix + p.name, p => p.parameter, StringComparer.Ordinal);
        JsonProperty[] gradients = [.. golden.GetProperty("param_grads").EnumerateObject()];
        Assert.Equal(gradients.Length, parameters.Count);
        Assert.All(gradients, entry => GoldenTensors.AssertClose(entry.Name, entry.Value, parameters[entry.Name].grad!, GradientTolerance));
    }

    private static (nn.Module Module, string Prefix) Build(string name)
    {
        NormType norm = name.Contains("Batch", StringComparison.Ordinal) ? NormType.Batch
            : name.Contains("Spectral", StringComparison.Ordinal) ? NormType.Spectral
            : name.Contains("none", StringComparison.Ordinal) ? NormType.None : NormType.Weight;
        if (name.StartsWith("conv_layer", StringComparison.Ordinal))
        {
            bool small = name.Contains("ks1_noact", StringComparison.Ordinal);
            return (ConvLayer.Create(3, 4, small ? 1 : 3, norm, activation: !small), "");
        }

        return name.StartsWith("res_block", StringComparison.Ordinal) ? (new ResBlock(4, norm), "m.")
            : name.StartsWith("Self", StringComparison.Ordinal) ? (new SelfAttention(16), "")
            : (new UnetBlock(
                8, 3, name.Contains("final", StringComparison.Ordinal), blur: true, selfAttention: false, new UnetOptions { Norm = norm }),
                "b.");
    }

    private static Tensor Skip(string name)
    {
        long[] shape = name.Contains("interp", StringComparison.Ordinal) ? [2, 3, 5, 7] : [2, 3, 6, 8];
        return (GoldenTensors.Waves(shape, cosine: true) * 2) - 1;
    }
}
