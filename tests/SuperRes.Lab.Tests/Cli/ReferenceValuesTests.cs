using System.Text.Json;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Cli;

public sealed class ReferenceValuesTests
{
    [Fact]
    public void Value_EachSpotTensor_EqualsTheRule()
    {
        using DisposeScope scope = NewDisposeScope();
        foreach (JsonElement tensor in Shared.Golden("rules.json").GetProperty("tensors").EnumerateArray())
        {
            string name = tensor.GetProperty("name").GetString()!;
            long[] shape = [.. tensor.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64())];
            Tensor value = ReferenceValues.Value(name, shape);
            JsonElement values = tensor.GetProperty("values");
            float[] actual = value.flatten().data<float>().ToArray();
            double[] first = [.. values.GetProperty("first6_f64").EnumerateArray().Select(n => n.GetDouble())];
            for (int i = 0; i < first.Length; i++)
            {
                Assert.Equal((float)first[i], actual[i]);
            }

            Assert.Equal((float)values.GetProperty("last_f64").GetDouble(), actual[^1]);
            Assert.Equal(values.GetProperty("abs_sum_f64").GetDouble(), actual.Sum(v => Math.Abs((double)v)), 1e-6 * actual.Length);
        }
    }

    [Theory]
    [InlineData("image_sin_2x3x64x64", false, false)]
    [InlineData("image_cos_2x3x64x64", true, false)]
    [InlineData("normalised_sin_2x3x64x64", false, true)]
    public void Waves_TwoImages_EqualTheRule(string name, bool cosine, bool normalised)
    {
        using DisposeScope scope = NewDisposeScope();
        JsonElement golden = Shared.Golden("rules.json").GetProperty(name);
        Tensor images = ReferenceValues.Waves([0, 1], 64, 64, cosine);
        float[] actual = (normalised ? ImageNet.Normalize(images) : images).data<float>().ToArray();
        Assert.Equal(golden.GetProperty("mean").GetDouble(), actual.Average(v => (double)v), 1e-7);
        int i = 0;
        foreach (JsonElement expected in golden.GetProperty("first6").EnumerateArray())
        {
            Assert.Equal(expected.GetDouble(), actual[i++], 2e-7);
        }

        Assert.Equal(golden.GetProperty("last").GetDouble(), actual[^1], 2e-7);
    }
}
