using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using SuperRes.Lab.Tests.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Inference;

public sealed class ReducedViewTests
{
    private static UpscaleNetwork Plus(Func<Tensor, Tensor> change) => TestNetworks.Identity(1, "colorization") with
    {
        Predict = x => x + change(x), SeenSide = 64, SizeMultiple = 32, ReceptiveRadius = 40,
    };

    [Theory]
    [InlineData(64, 90, 64)]
    [InlineData(66, 90, 66)]
    [InlineData(100, 80, 64)]
    [InlineData(333, 222, 64)]
    [InlineData(640, 1024, 64)]
    public void For_AnySize_TheNetworkSeesTheShorterSideAtItsLength(int height, int width, int seen)
    {
        using DisposeScope scope = NewDisposeScope();
        var shapes = new List<long[]>();
        UpscaleNetwork network = Plus(x =>
        {
            shapes.Add(x.shape);
            return zeros_like(x);
        });
        Tensor picture = rand(1, 3, height, width), result = network.For(width, height).Predict(picture);
        Assert.True(result.equal(picture).all().item<bool>(), "the picture's own detail isn't touched");
        long[] shape = Assert.Single(shapes);
        Assert.InRange(Math.Min(shape[2], shape[3]), seen * 0.93, seen * 1.13);
        Assert.InRange((double)shape[3] / shape[2], 0.9 * width / height, 1.1 * width / height);
    }

    [Fact]
    public void For_EvenChange_IsAddedEverywhere()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor picture = rand(1, 3, 201, 155), result = Plus(x => full_like(x, 0.25f)).For(155, 201).Predict(picture);
        Assert.True((result - picture - 0.25f).abs().max().item<float>() < 1e-5f);
    }

    [Fact]
    public void Upscale_InTiles_GivesWhatTheWholeGives()
    {
        using DisposeScope scope = NewDisposeScope();
        using RestorationNetwork colours = SmallNetworks.Trained(new LiteResNetUnetOptions { Width = 0.25, Norm = NormType.None });
        UpscaleNetwork network = TestNetworks.Identity(1, "colorization") with
        {
            Predict = x => colours.call(x), SeenSide = 48, SizeMultiple = colours.SizeMultiple, ReceptiveRadius = colours.ReceptiveRadius,
        };
        RgbImage picture = RgbImage.FromTensor(rand(1, 3, 100, 1400));
        RgbImage whole = new Upscaler(network).Upscale(picture), tiles = new Upscaler(network, new() { Tile = 64 }).Upscale(picture);
        Assert.True(new Upscaler(network, new() { Tile = 64 }).Plan(1400, 100).Count > 1);
        Assert.All(whole.Pixels.Zip(tiles.Pixels), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        Assert.NotEqual(picture.Pixels, whole.Pixels);
    }

    [Fact]
    public void Then_AnotherNetwork_BothSeeThePictureAsItIs() =>
        Assert.Equal(0, Plus(x => zeros_like(x)).Then(TestNetworks.Identity(1)).SeenSide);
}
