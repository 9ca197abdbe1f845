using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Models;

public sealed class LiteResNetUnetTests
{
    private static readonly LiteResNetUnetOptions Small = new() { Width = 0.5, Norm = NormType.None };

    [Theory]
    [InlineData(64, 64)]
    [InlineData(33, 47)]
    [InlineData(1, 1)]
    public void Forward_Untrained_ReturnsItsInput(int height, int width) => SmallNetworks.AssertReturnsItsInput(Small, height, width);

    [Fact]
    public void Forward_Bfloat16_StaysNearFloat32() => SmallNetworks.AssertBfloat16StaysNearFloat32(Small);

    [Fact]
    public void ReceptiveRadius_ChangeBeyondIt_IsNotSeen() => SmallNetworks.AssertSeesItsRadius(Small, least: 100, height: 64, width: 448);

    [Fact]
    public void ReceptiveRadius_FourStages_ChangeBeyondItIsNotSeen() =>
        SmallNetworks.AssertSeesItsRadius(Small with { EncoderStages = 4 }, least: 200, height: 64, width: 896);

    [Theory]
    [InlineData(3, 5 + 16 + 28 + 56 + 16 + 8 + 16)]
    [InlineData(4, 5 + 16 + 28 + 56 + 112 + 32 + 8 + 32)]
    public void ReceptiveRadius_IsTheSumOfStemStagesEnlargementsAndPadding(int stages, int expected)
    {
        using RestorationNetwork unet = RestorationNetwork.Create(Small with { EncoderStages = stages });
        Assert.Equal(expected, unet.ReceptiveRadius);
    }

    [Fact]
    public void Forward_FourStagesAndSidesOfAnyLength_ReturnsItsInput() =>
        SmallNetworks.AssertReturnsItsInput(Small with { EncoderStages = 4 }, 33, 47);

    [Fact]
    public void Groups_HoldEachParameterOnce()
    {
        using RestorationNetwork unet = RestorationNetwork.Create(Small);
        Assert.IsType<LiteResNetUnet>(unet);
        SmallNetworks.AssertGroupsHoldEachParameterOnce(unet);
        unet.Freeze();
        Assert.All(unet.Groups[^1].Parameters, parameter => Assert.True(parameter.Value.requires_grad));
        Assert.All(unet.Groups.SkipLast(1).SelectMany(group => group.Parameters), parameter => Assert.False(
            parameter.Value.requires_grad, parameter.Name));
    }

    [Fact]
    public void Forward_WithDropout_DrawsTheSameAgainFromTheSameState()
    {
        using DisposeScope scope = NewDisposeScope();
        using RestorationNetwork unet = SmallNetworks.Trained(Small with { Dropout = 0.5 });
        unet.train();
        var start = StateDict.Entries(unet)
            .ToDictionary(entry => entry.Name, entry => entry.Value.detach().clone(), StringComparer.Ordinal);
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
    public void LoadPretrained_WholeNetwork_GivesTheEncoderItsFirstStages(string of, int[] blocks, bool classifier)
    {
        using DisposeScope scope = NewDisposeScope();
        using var whole = new ResNet("resnet18", classifier ? 1000 : 0, blocks: blocks);
        using var unet = new LiteResNetUnet(Small);
        var weights = StateDict.Entries(whole).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        unet.LoadPretrained(weights);
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
    public void LoadPretrained_ForeignWeights_AreRefused()
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new LiteResNetUnet(Small);
        using var narrow = new ResNet("resnet18", 0, width: 0.5);
        var weights = StateDict.Entries(narrow).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal);
        InputException error = Assert.Throws<InputException>(() => unet.LoadPretrained(weights));
        Assert.Contains("of another shape", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_Impossible_AreRefused()
    {
        AssertRefused(Small with { Norm = NormType.Batch }, "batch norm");
        AssertRefused(Small with { Dropout = 0.99 }, "dropout");
        AssertRefused(Small with { EncoderStages = 2 }, "encoderStages");
        AssertRefused(Small with { SeenSide = -1 }, "seenSide");

        static void AssertRefused(LiteResNetUnetOptions options, string expected) =>
            Assert.Contains(expected, Assert.Throws<InputException>(() => options.Validate()).Message, StringComparison.Ordinal);
    }
}
