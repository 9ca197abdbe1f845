using SuperRes.Lab.Distributed;
using SuperRes.Lab.Native;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Distributed;

/// <summary>Batch norm over several ranks against torch's own over the whole batch.</summary>
public sealed class SyncedBatchNormsTests
{
    [Theory]
    [InlineData(2, 4)]
    [InlineData(2, 5)]
    [InlineData(3, 2)]
    public void BatchNorm_OnSeveralRanks_IsTorchsOwnOverTheWholeBatch(int size, int batch)
    {
        Dictionary<string, float[]> expected = Pass(Ranks.One, batch);

        Dictionary<string, float[]>[] found = ThreadRanks.Run(size, ranks => Pass(ranks, batch));

        foreach ((string name, float[] values) in expected)
        {
            float[] actual = name is "output" or "input"
                ? [.. found.SelectMany(part => part[name])] : found[0][name];
            Assert.Equal(values.Length, actual.Length);
            float difference = values.Zip(actual, (one, other) => Math.Abs(one - other)).Max();
            Assert.True(difference < 2e-6, $"{name}: {difference}");
        }
    }

    /// <summary>Forward and backward through two batch norms with a ReLU between them; a rank without a part gives nothing back.</summary>
    private static Dictionary<string, float[]> Pass(IRanks ranks, int batch)
    {
        NativeRuntime.Initialize();
        using DisposeScope scope = NewDisposeScope();
        var share = BatchShare.For(batch, ranks.Rank, ranks.Size);
        Tensor Part(Tensor whole) => whole.narrow(0, share.Start, share.Length);
        float[] Counted(Tensor part) => share.Count == 0 ? [] : part.detach().contiguous().data<float>().ToArray();
        using var first = nn.BatchNorm2d(5);
        using var second = nn.BatchNorm2d(5);
        using var network = nn.Sequential(first, nn.ReLU(), second);
        ReferenceValues.Fill(network);
        Tensor input = Part(ReferenceValues.Value("input", [batch, 5, 6, 7])).detach().requires_grad_();
        Tensor slope = Part(ReferenceValues.Value("slope", [batch, 5, 6, 7])).mul(share.Count > 0 ? 1 : 0);
        using SyncedBatchNorms? synced = SyncedBatchNorms.Attach(network, ranks);
        if (synced is not null)
        {
            synced.Counts = share.Count > 0;
        }

        Tensor output = network.call(input);
        (output * slope).sum().backward();
        GradientBuckets.Sum(ranks, network.parameters().Select(parameter => parameter.grad!));
        var found = new Dictionary<string, float[]> { ["output"] = Counted(output), ["input"] = Counted(input.grad!) };
        foreach (BatchNorm2d norm in new[] { first, second })
        {
            string name = norm == first ? "first" : "second";
            found[name + ".weight"] = [.. norm.weight!.grad!.data<float>()];
            found[name + ".bias"] = [.. norm.bias!.grad!.data<float>()];
            found[name + ".mean"] = [.. norm.running_mean!.data<float>()];
            found[name + ".var"] = [.. norm.running_var!.data<float>()];
        }

        return found;
    }
}
