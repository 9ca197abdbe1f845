#pragma warning disable xUnit1051 // Pictures of a few pixels: there is nothing to cancel.
using CsCheck;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Inference;

/// <summary>The network of the shipped models, with weights that make every pixel it can see count.</summary>
public sealed class LiteTilesTests : IDisposable
{
    private readonly RestorationModel _model = Make();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void Upscale_LiteUnetInRandomTiles_EqualsUntiled()
    {
        UpscaleNetwork network = Squeezed(UpscaleNetwork.Of(_model));
        Gen.Select(Gen.Int[20, 90], Gen.Int[20, 90], Gen.Int[16, 60], Gen.Int[0, 40]).Sample(
            (width, height, tile, overlap) =>
            {
                RgbImage image = TestNetworks.Noise(width, height, (width * 1000) + height);
                RgbImage tiled = new Upscaler(network, new UpscaleOptions { Tile = tile, Overlap = overlap }).Upscale(image);
                return TestNetworks.MostDifference(new Upscaler(network).Upscale(image), tiled) <= 1;
            },
            iter: 50,
            threads: 1);
    }

    [Fact]
    public void Upscale_LiteUnetWithHalfItsRadius_ShowsSeams()
    {
        // The property above would be empty if the weights could not tell tiles apart.
        UpscaleNetwork network = Squeezed(UpscaleNetwork.Of(_model));
        RgbImage image = TestNetworks.Noise(200, 60, 1);
        RgbImage blind = new Upscaler(network with { ReceptiveRadius = 0 }, new UpscaleOptions { Tile = 32 }).Upscale(image);
        Assert.True(TestNetworks.MostDifference(new Upscaler(network).Upscale(image), blind) > 4);
    }

    [Theory]
    [InlineData("lite-x2")]
    [InlineData("photo-x2")]
    [InlineData("lite-restore")]
    public void Upscale_ShippedModelInTiles_OverlapsByWhatItSeesAndEqualsUntiled(string name)
    {
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Models, name + ".safetensors"));
        Assert.InRange(model.SeenRadius, 32, model.ReceptiveRadius / 2);
        RgbImage photo = ImageCodec.Read(Path.Combine(LabFolders.Root, "data", "samples", "chelsea.png"));
        RgbImage image = Resampler.Resize(photo, 1200 / model.Scale, 800 / model.Scale, ResampleFilter.Bicubic);
        var tiles = new Upscaler(model, new UpscaleOptions { Tile = 200 });
        Assert.InRange(tiles.Plan(image.Width, image.Height).Overlap, model.SeenRadius, model.ReceptiveRadius / 2);
        Assert.InRange(TestNetworks.MostDifference(new Upscaler(model).Upscale(image), tiles.Upscale(image)), 0, 1);
    }

    [Fact]
    public void Upscale_RetouchInTilesThatOverlapByWhatItSees_EqualsUntiled()
    {
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Models, "retouch.safetensors"));
        Assert.Equal(256, model.SeenRadius);
        RgbImage marked = Marked(EnlargedPhoto(), new());
        UpscaleNetwork network = UpscaleNetwork.Of(model);
        var tiles = new Upscaler(network with { ReceptiveRadius = model.SeenRadius, SeenRadius = null }, new UpscaleOptions { Tile = 320 });
        Assert.Equal(3, tiles.Plan(960, 288).Count);
        RgbImage whole = new Upscaler(network).Upscale(marked);
        Assert.True(TestNetworks.MostDifference(marked, whole) > 64, "marks go");
        Assert.InRange(TestNetworks.MostDifference(whole, tiles.Upscale(marked)), 0, 1);
    }

    [Fact]
    public void Upscale_RetouchOnAPhotoThatWasEnlarged_TakesMostOfTheMarksOff()
    {
        using RestorationModel model = RestorationModel.Load(Path.Combine(LabFolders.Models, "retouch.safetensors"));
        RgbImage photo = EnlargedPhoto();
        RgbImage marked = Marked(photo, new() { Downscale = new() { Probability = 0 }, Jpeg = new() { Probability = 0 } });
        int marks = Different(photo, marked), found = Different(marked, new Upscaler(UpscaleNetwork.Of(model)).Upscale(marked));
        Assert.True(found > marks / 2, $"{found} of {marks} pixels are taken off a photo that was enlarged");
    }

    [Theory]
    [InlineData(20, 100, 48)]
    [InlineData(5, 100, 32)]
    [InlineData(80, 80, 80)]
    public void SeenRadius_OfAMean_IsWhatItReaches(int reach, int radius, int expected)
        => Assert.Equal(expected, SeenRadius.Of(
            x => nn.functional.avg_pool2d(x, (2 * reach) + 1, 1, reach, count_include_pad: false), radius, 4));

    private static RgbImage EnlargedPhoto() => Resampler.Resize(
        ImageCodec.Read(Path.Combine(LabFolders.Root, "data", "samples", "chelsea.png")), 960, 288, ResampleFilter.Bicubic);

    private static RgbImage Marked(RgbImage photo, DegradationOptions options) => new DegradationPipeline(options with
    {
        Scratches = new() { Probability = 1, Count = 6 }, Holes = new() { Probability = 1, Count = 3 },
    }).Degrade(photo, new RandomStream(1, "marks"));

    /// <summary>Counts the pixels of which some channel differs by more than 16.</summary>
    private static int Different(RgbImage one, RgbImage other) => one.Pixels.Zip(other.Pixels, (a, b) => Math.Abs(a - b) > 16)
        .Chunk(3).Count(pixel => pixel.Contains(true));

    private static RestorationModel Make()
    {
        TorchSharp.torch.manual_seed(1);
        var options = new LiteUnetOptions { Blocks = [1, 1, 1] };
        var network = RestorationNetwork.Create(options);
        using (no_grad())
        {
            foreach (TorchSharp.Modules.Parameter parameter in network.parameters().Where(p => p.dim() == 4))
            {
                // The last layer starts at zero, and branches small: an untrained network would give its input back.
                nn.init.normal_(parameter, 0, 1.5 / Math.Sqrt(parameter.numel() / parameter.shape[0]));
            }
        }

        return new(network, new ModelCard { Model = options }, "lite");
    }

    /// <summary>An untrained network's values reach beyond 0–1, where clamping would hide differences.</summary>
    private static UpscaleNetwork Squeezed(UpscaleNetwork network) => network with { Predict = x => network.Predict(x).sigmoid() };
}
