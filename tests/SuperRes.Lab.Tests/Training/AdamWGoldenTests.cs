using System.Text.Json;
using SuperRes.Lab.Models;
using SuperRes.Lab.Tests.Models;
using SuperRes.Lab.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Training;

public sealed class AdamWGoldenTests
{
    public static TheoryData<string, bool> Variants()
    {
        var rows = new TheoryData<string, bool>();
        foreach (string variant in (string[])["true_wd_bn_wd", "true_wd_no_bn_wd", "l2_wd_bn_wd", "l2_wd_no_bn_wd", "true_wd_bn_wd_frozen"])
        {
            rows.Add(variant, false);
            rows.Add(variant, true);
        }

        return rows;
    }

    [Theory]
    [MemberData(nameof(Variants))]
    public void Step_PrescribedGradients_EqualsFastai(string variant, bool withTorch)
    {
        JsonElement golden = Shared.Golden("optim.json").GetProperty(variant);
        using DisposeScope scope = NewDisposeScope();
        (LayerGroup[] groups, nn.Module[] modules) = Network();
        GroupParameter[] parameters = [.. groups.SelectMany(group => group.Parameters)];
        Assert.All(parameters, p => GoldenTensors.AssertClose(p.Name, golden.GetProperty("initial").GetProperty(p.Name), p.Value, 1e-6));
        HashSet<string> stepped = Stepped(golden);
        using var optimizer = new AdamW(groups, new AdamWOptions
        {
            WeightDecay = golden.GetProperty("wd").GetDouble(),
            Decoupled = golden.GetProperty("true_wd").GetBoolean(),
            DecayBatchNorm = golden.GetProperty("bn_wd").GetBoolean(),
        }) { UsesTorchOperations = withTorch };

        var largest = new Dictionary<string, float>(StringComparer.Ordinal);
        int number = 0;
        foreach (JsonElement step in golden.GetProperty("steps").EnumerateArray())
        {
            optimizer.ZeroGrad();
            foreach (GroupParameter parameter in parameters.Where(p => stepped.Contains(p.Name)))
            {
                parameter.Value.grad = GoldenTensors.Sines($"grad.{number}.{parameter.Name}", parameter.Value.shape, 0, 0.1);
            }

            optimizer.Step(
                [.. step.GetProperty("lr_by_group").EnumerateArray().Select(n => n.GetDouble())], step.GetProperty("mom").GetDouble());
            foreach (GroupParameter parameter in parameters)
            {
                // Rounding is as large as the largest value that the parameter had on its way.
                float[] expected = GoldenTensors.Floats(step.GetProperty("params").GetProperty(parameter.Name));
                largest[parameter.Name] = Math.Max(largest.GetValueOrDefault(parameter.Name), expected.Max(Math.Abs));
                float[] actual = parameter.Value.detach().flatten().data<float>().ToArray();
                Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f * largest[parameter.Name]));
            }

            number++;
        }

        Assert.Equal(5, number);
        GC.KeepAlive(modules); // a module that is collected frees its parameters
    }

    [Fact]
    public void Step_LongParameters_BothPathsAgree()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor start = randn(300, 1001), gradient = randn(300, 1001);
        Tensor[] results = new Tensor[2];
        foreach (bool withTorch in (bool[])[false, true])
        {
            TorchSharp.Modules.Linear layer = nn.Linear(1001, 300, hasBias: false);
            using (no_grad())
            {
                layer.weight!.copy_(start);
            }

            using var optimizer = new AdamW([LayerGroup.Of(("layer", layer))]) { UsesTorchOperations = withTorch };
            for (int i = 0; i < 3; i++)
            {
                layer.weight!.grad = gradient * (i + 1);
                optimizer.Step([1e-2], 0.9);
            }

            results[withTorch ? 1 : 0] = layer.weight!.detach().clone();
        }

        Assert.True((results[0] - results[1]).abs().max().item<float>() < 1e-6);
    }

    [Fact]
    public void Restore_ForeignState_IsRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        (LayerGroup[] groups, nn.Module[] modules) = Network();
        using var optimizer = new AdamW(groups);
        Action unknown = () => optimizer.Restore("d.weight", zeros(1), zeros(1), 1), misshapen = () =>
            optimizer.Restore("a.weight", zeros(3), zeros(3), 1);
        Assert.Contains("d.weight", Assert.Throws<InputException>(unknown).Message, StringComparison.Ordinal);
        Assert.Contains("[3]", Assert.Throws<InputException>(misshapen).Message, StringComparison.Ordinal);
        GC.KeepAlive(modules);
    }

    /// <summary>The reference file's network: a linear layer | a weight-normed convolution, a batch norm | a linear layer, with rule A's
    /// values.</summary>
    private static (LayerGroup[] Groups, nn.Module[] Modules) Network()
    {
        (string Name, nn.Module Module)[][] modules =
        [
            [("a", nn.Linear(2, 2))],
            [("b.0", new Convolution(1, 2, 2, norm: NormType.Weight)), ("b.1", nn.BatchNorm2d(2))],
            [("c", nn.Linear(2, 1))],
        ];
        LayerGroup[] groups = [.. modules.Select(group => LayerGroup.Of(group))];
        using IDisposable off = no_grad();
        foreach (GroupParameter parameter in groups.SelectMany(group => group.Parameters))
        {
            parameter.Value.copy_(GoldenTensors.RuleA(parameter.Name, parameter.Value.shape));
        }

        return (groups, [.. modules.SelectMany(group => group).Select(entry => entry.Module)]);
    }

    /// <summary>The parameters that get a gradient: all, or while frozen the batch norms and the last group.</summary>
    private static HashSet<string> Stepped(JsonElement golden)
    {
        bool frozen = golden.GetProperty("frozen").GetBoolean();
        return [.. golden.GetProperty("initial").EnumerateObject().Select(entry => entry.Name)
            .Where(name => !frozen || name.StartsWith("b.1", StringComparison.Ordinal) || name.StartsWith("c.", StringComparison.Ordinal))];
    }
}
