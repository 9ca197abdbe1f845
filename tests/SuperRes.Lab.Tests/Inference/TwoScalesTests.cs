using SuperRes.Lab.Inference;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Inference;

public sealed class TwoScalesTests
{
    [Theory]
    [InlineData(64, 80)]
    [InlineData(61, 35)] // filled up to a multiple of four, and cut back
    public void Mean_NetworkThatChangesNothing_GivesThePicture(int height, int width)
    {
        using Tensor picture = rand(1, 3, height, width), mean = TwoScales.Mean(picture, x => x.clone(), isPicture: true);
        Assert.Equal(picture.shape, mean.shape);
        Assert.True((mean - picture).abs().max().item<float>() < 1e-6f);
    }

    [Fact]
    public void Mean_NetworkThatFindsAMarkAtOneSizeAlone_TakesHalfOfItOff()
    {
        using Tensor picture = full([1, 3, 64, 64], 0.5f), half = full_like(picture, 0.25f);
        using Tensor mean = TwoScales.Mean(picture, x => x.shape[2] == 64 ? half.clone() : x.clone(), isPicture: true);
        Assert.True((mean - 0.375f).abs().max().item<float>() < 1e-6f);
    }

    [Fact]
    public void Mean_OfAMask_IsTheMeanOfBoth()
    {
        using Tensor picture = rand(1, 3, 64, 48);
        using Tensor mean = TwoScales.Mean(
            picture, x => full([1, 1, x.shape[2], x.shape[3]], x.shape[2] == 80 ? 1f : 0f), isPicture: false);
        Assert.Equal([1, 1, 64, 48], mean.shape);
        Assert.True((mean - 0.5f).abs().max().item<float>() < 1e-6f);
    }

    [Fact]
    public void For_PictureOfMoreThanAMegapixel_TheNetworkLooksOnce()
    {
        UpscaleNetwork network = TestNetworks.Identity(1, "restoration") with { PredictSmall = x => zeros_like(x), SizeMultiple = 32 };
        Assert.Equal(128, network.For(1024, 1024).SizeMultiple);
        Assert.Same(network, network.For(1025, 1024));
    }

    [Fact]
    public void Then_SmallPicture_GoesThroughBothNetworksWays()
    {
        UpscaleNetwork plus = TestNetworks.Identity(1, "restoration") with { Predict = x => x + 0.25f, PredictSmall = x => x + 0.5f };
        UpscaleNetwork both = plus.Then(TestNetworks.Identity(1, "restoration"));
        using Tensor picture = zeros(1, 3, 8, 8), small = both.For(8, 8).Predict(picture), large = both.For(2000, 2000).Predict(picture);
        Assert.Equal(0.5f, small.max().item<float>());
        Assert.Equal(0.25f, large.max().item<float>());
    }
}
