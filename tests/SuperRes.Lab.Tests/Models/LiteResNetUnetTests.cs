using SuperRes.Lab.Experiments;
using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class LiteResNetUnetTests
{
    private static readonly UnetOptions Small = new() { Body = "lite-resnet18", Width = 0.5, Norm = NormType.None };

    [Theory]
    [InlineData(64, 64)]
    [InlineData(33, 47)]
    [InlineData(1, 1)]
    public void Forward_Untrained_ReturnsItsInput(int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new LiteResNetUnet(Small);
        unet.eval();
        Tensor input = randn(2, 3, height, width);
        Assert.True(unet.call(input).equal(input).all().item<bool>());
    }

    [Fact]
    public void Forward_Bfloat16_StaysNearFloat32()
    {
        using DisposeScope scope = NewDisposeScope();
        using RestorationNetwork unet = Trained(Small);
        unet.eval();
        Tensor input = randn(1, 3, 40, 48), exact = unet.call(input);
        unet.ComputeType = ScalarType.BFloat16;
        Tensor coarse = unet.call(input);
        Assert.Equal(ScalarType.Float32, coarse.dtype);
        double error = (coarse - exact).abs().max().item<float>(), size = (exact - input).abs().max().item<float>();
        Assert.InRange(error, 1e-6, 0.05 * size);
    }

    [Fact]
    public void ReceptiveRadius_ChangeBeyondIt_IsNotSeen()
    {
        using DisposeScope scope = NewDisposeScope();
        using RestorationNetwork unet = Trained(Small);
        unet.eval();
        const int Side = 448, Far = 224;
        int radius = unet.ReceptiveRadius;
        Assert.InRange(radius, 100, Far);
        Tensor input = randn(1, 3, 64, Side), changed = input.clone();
        changed[0, 0, 32, Far] = 1000;
        Tensor columns = (unet.call(input) - unet.call(changed)).abs().amax([0, 1, 2]);
        float[] seen = columns.data<float>().ToArray();
        int reach = Enumerable.Range(0, Side).Where(x => seen[x] > 0).Max(x => Math.Abs(x - Far));
        Assert.InRange(reach, radius / 2, radius);
    }

    [Fact]
    public void Groups_HoldEachParameterOnce()
    {
        using RestorationNetwork unet = RestorationNetwork.Create(Small);
        Assert.IsType<LiteResNetUnet>(unet);
        string[] grouped = [.. unet.Groups.SelectMany(group => group.Parameters).Select(parameter => parameter.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(unet.named_parameters().Select(parameter => parameter.name).Order(StringComparer.Ordinal), grouped);
        Assert.All(unet.Groups, group => Assert.NotEmpty(group.Parameters));
        unet.Freeze();
        Assert.All(unet.Groups[^1].Parameters, parameter => Assert.True(parameter.Value.requires_grad));
        Assert.All(unet.Groups.SkipLast(1).SelectMany(group => group.Parameters), parameter => Assert.False(parameter.Value.requires_grad, parameter.Name));
    }

    [Fact]
    public void Forward_WithDropout_DrawsTheSameAgainFromTheSameState()
    {
        using DisposeScope scope = NewDisposeScope();
        using RestorationNetwork unet = Trained(Small with { Dropout = 0.5 });
        unet.train();
        var start = StateDict.Entries(unet).ToDictionary(entry => entry.Name, entry => entry.Value.detach().clone(), StringComparer.Ordinal);
        Tensor input = randn(2, 3, 32, 32), first = unet.call(input), second = unet.call(input);
        Assert.True((first - second).abs().max().item<float>() > 1e-3, "two steps left the same features out");
        StateDict.Load(unet, start, "the state before");
        Assert.True(unet.call(input).equal(first).all().item<bool>());
        unet.eval();
        Assert.True(unet.call(input).equal(unet.call(input)).all().item<bool>());
    }

    [Theory]
    [InlineData("resnet18", new[] { 2, 2, 2, 2 }, true)]
    [InlineData("ML.NET's, without a classifier", new[] { 2, 2, 2, 3 }, false)]
    public void EncoderStart_WholeNetwork_GivesTheEncoderItsFirstStages(string of, int[] blocks, bool classifier)
    {
        using DisposeScope scope = NewDisposeScope();
        using var whole = new ResNet("resnet18", classifier ? 1000 : 0, blocks: blocks);
        using var unet = new LiteResNetUnet(Small);
        var weights = StateDict.Entries(whole).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        EncoderStart.Take(Small, unet.Encoder, weights);
        Tensor input = randn(1, 3, 64, 64);
        whole.eval();
        unet.eval();
        Tensor expected = input;
        foreach ((_, nn.Module child) in whole.Body.named_children().Take(7))
        {
            expected = ((nn.Module<Tensor, Tensor>)child).call(expected);
        }

        Assert.True(unet.Encoder.call(input).equal(expected).all().item<bool>(), of);
    }

    [Fact]
    public void EncoderStart_ForeignWeights_AreRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new LiteResNetUnet(Small);
        using var narrow = new ResNet("resnet18", 0, width: 0.5);
        var weights = StateDict.Entries(narrow).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        InputException error = Assert.Throws<InputException>(() => EncoderStart.Take(Small, unet.Encoder, weights));
        Assert.Contains("of another shape", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_Impossible_AreRefused()
    {
        AssertRefused(Small with { Blocks = [1, 1, 1] }, "blocks");
        AssertRefused(Small with { Norm = NormType.Batch }, "batch norm");
        AssertRefused(Small with { Dropout = 0.99 }, "dropout");
        AssertRefused(new UnetOptions { Dropout = 0.5 }, "dropout");

        static void AssertRefused(UnetOptions options, string expected) =>
            Assert.Contains(expected, Assert.Throws<InputException>(() => options.Validate()).Message, StringComparison.Ordinal);
    }

    private static RestorationNetwork Trained(UnetOptions options)
    {
        RestorationNetwork unet = RestorationNetwork.Create(options);
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        foreach ((_, TorchSharp.Modules.Parameter value) in unet.named_parameters().Where(parameter => parameter.name.StartsWith("tail", StringComparison.Ordinal)))
        {
            value.copy_(randn_like(value) * 0.1);
        }

        return unet;
    }
}
