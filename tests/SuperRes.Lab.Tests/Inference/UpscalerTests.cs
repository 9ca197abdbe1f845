#pragma warning disable xUnit1051 // Pictures of a few pixels: there is nothing to cancel.
using CsCheck;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Inference;

public sealed class UpscalerTests
{
    [Fact]
    public void Upscale_RandomSizesTilesAndOverlaps_EqualsUntiled()
        => Gen.Select(Gen.Int[1, 70], Gen.Int[1, 70], Gen.Int[16, 90], Gen.Int[0, 40], Gen.Int[1, 2]).Sample(
            (width, height, tile, overlap, scale) =>
            {
                RgbImage image = TestNetworks.Noise(width, height, (width * 1000) + height);
                UpscaleNetwork network = TestNetworks.Pooling(scale);
                RgbImage whole = new Upscaler(network).Upscale(image);
                RgbImage tiled = new Upscaler(network, new UpscaleOptions { Tile = tile, Overlap = overlap }).Upscale(image);
                return TestNetworks.MostDifference(whole, tiled) <= 1;
            },
            iter: 50, threads: 1);

    [Fact]
    public void Upscale_NetworkThatHidesItsRadius_ShowsSeams()
    {
        // The property above would be empty if the test network could not tell tiles apart.
        RgbImage image = TestNetworks.Noise(60, 60, 1);
        RgbImage whole = new Upscaler(TestNetworks.Pooling()).Upscale(image);
        RgbImage lying = new Upscaler(TestNetworks.Pooling(radius: 0), new UpscaleOptions { Tile = 32 }).Upscale(image);
        RgbImage unaligned = new Upscaler(TestNetworks.Pooling(multiple: 1), new UpscaleOptions { Tile = 33 }).Upscale(image);
        Assert.True(TestNetworks.MostDifference(whole, lying) > 4);
        Assert.True(TestNetworks.MostDifference(whole, unaligned) > 1);
    }

    [Theory]
    [InlineData(37, 23, ResampleFilter.Bicubic)]
    [InlineData(64, 50, ResampleFilter.Lanczos)]
    public void Upscale_IdentityInTiles_IsThePlainEnlargement(int width, int height, ResampleFilter filter)
    {
        RgbImage image = TestNetworks.Noise(width, height, 2);
        var upscaler = new Upscaler(TestNetworks.Identity() with { InputFilter = filter }, new UpscaleOptions { Tile = 16, Overlap = 5 });
        Assert.Equal(TestNetworks.Enlarged(image, 2, filter).Pixels, upscaler.Upscale(image).Pixels);
    }

    [Fact]
    public void Upscale_TensorInTiles_EqualsPictureWithinRounding()
    {
        RgbImage image = TestNetworks.Noise(41, 30, 3);
        var upscaler = new Upscaler(TestNetworks.Pooling(), new UpscaleOptions { Tile = 24 });
        using Tensor input = image.ToTensor();
        using Tensor output = upscaler.Upscale(input);
        Assert.Equal([1L, 3, 60, 82], output.shape);
        Assert.True(TestNetworks.MostDifference(upscaler.Upscale(image), RgbImage.FromTensor(output)) <= 1);
    }

    [Fact]
    public void Upscale_ByFourAndEight_RepeatsTheModel()
    {
        RgbImage image = TestNetworks.Noise(9, 7, 4);
        using Tensor small = image.ToTensor();
        using Tensor once = Resampler.Resize(small, 14, 18, ResampleFilter.Bicubic);
        using Tensor twice = Resampler.Resize(once.clamp(0, 1), 28, 36, ResampleFilter.Bicubic);
        Assert.Equal(RgbImage.FromTensor(twice).Pixels, new Upscaler(TestNetworks.Identity(), new UpscaleOptions { Scale = 4 }).Upscale(
            image).Pixels);
        Assert.Equal(72, new Upscaler(TestNetworks.Identity(), new UpscaleOptions { Scale = 8 }).Upscale(image).Width);
    }

    [Theory]
    [InlineData(2, 3)]
    [InlineData(2, 16)]
    [InlineData(1, 2)]
    public void Upscaler_ScaleTheModelCantDo_IsRefusedByName(int own, int wanted)
    {
        InputException error = Assert.Throws<InputException>(
            () => new Upscaler(
                TestNetworks.Identity(own, own == 1 ? "restoration" : "super-resolution"), new UpscaleOptions { Scale = wanted }));
        Assert.Contains("identity", error.Message);
        Assert.Contains($"×{wanted}", error.Message);
    }

    [Theory]
    [InlineData(0, 100, false)]
    [InlineData(0.5, 120, false)]
    [InlineData(1, 140, false)]
    [InlineData(2, 180, false)]
    [InlineData(2, 180, true)]
    public void Upscale_AtAStrength_MakesThatMuchOfTheChange(double strength, int expected, bool whole)
    {
        UpscaleNetwork brighter = TestNetworks.Identity(1, "colorization") with
        {
            Predict = x => x + (40 / 255f),
            PredictWhole = whole ? (planes, _, _) => Array.ConvertAll(planes, value => value + (40 / 255f)) : null,
        };
        RgbImage flat = new(8, 8, [.. Enumerable.Repeat((byte)100, 192)]);
        Assert.All(new Upscaler(brighter).AtStrength(strength).Upscale(flat).Pixels, value => Assert.Equal(expected, value));
    }

    [Fact]
    public void Upscaler_StrengthThatCantBe_IsRefused()
    {
        UpscaleNetwork same = TestNetworks.Identity(1, "restoration");
        Assert.Contains("strength", Assert.Throws<InputException>(() => new Upscaler(same).AtStrength(2.1)).Message);
        Assert.Contains("strength", Assert.Throws<InputException>(() => new Upscaler(same).AtStrength(double.NaN)).Message);
        Assert.Contains("identity enlarges", Assert.Throws<InputException>(
            () => new Upscaler(TestNetworks.Identity(2), new() { Strength = 0.5 })).Message);
    }

    [Fact]
    public void Upscale_SelfEnsemble_IsTheMeanOverEightTurns()
    {
        // A network that brightens the left half is symmetric only after averaging over flips.
        UpscaleNetwork lopsided = new("lopsided", 1, x =>
        {
            Tensor result = x.clone();
            result.narrow(3, 0, x.shape[3] / 2).add_(40 / 255f);
            return result;
        });
        RgbImage flat = new(8, 8, [.. Enumerable.Repeat((byte)100, 192)]);
        RgbImage result = new Upscaler(lopsided, new UpscaleOptions { SelfEnsemble = true }).Upscale(flat);
        Assert.All(result.Pixels, value => Assert.Equal(120, value));
    }

    [Fact]
    public void Upscale_SelfEnsembleOfIdentity_ChangesNothing()
    {
        RgbImage image = TestNetworks.Noise(11, 6, 8);
        UpscaleNetwork identity = TestNetworks.Identity(scale: 1, task: "restoration");
        Assert.Equal(image.Pixels, new Upscaler(identity, new UpscaleOptions { SelfEnsemble = true }).Upscale(image).Pixels);
    }

    [Theory]
    [InlineData(53, 41, 24)]
    [InlineData(30, 66, 16)]
    public void Upscale_SelfEnsembleInTiles_EqualsUntiled(int width, int height, int tile)
    {
        // Sides that are no multiples of the network's four: turned tiles must still pool where the turned whole does.
        RgbImage image = TestNetworks.Noise(width, height, 9);
        RgbImage whole = new Upscaler(TestNetworks.Pooling(1), new UpscaleOptions { SelfEnsemble = true }).Upscale(image);
        RgbImage tiled = new Upscaler(TestNetworks.Pooling(1), new UpscaleOptions { SelfEnsemble = true, Tile = tile }).Upscale(image);
        Assert.True(TestNetworks.MostDifference(whole, tiled) <= 1);
    }

    [Fact]
    public void Upscale_ByFourInTiles_EqualsUntiled()
    {
        RgbImage image = TestNetworks.Noise(37, 29, 10);
        RgbImage whole = new Upscaler(TestNetworks.Pooling(), new UpscaleOptions { Scale = 4 }).Upscale(image);
        RgbImage tiled = new Upscaler(TestNetworks.Pooling(), new UpscaleOptions { Scale = 4, Tile = 20 }).Upscale(image);
        Assert.True(TestNetworks.MostDifference(whole, tiled) <= 1);
    }

    [Fact]
    public void Upscale_NaNInTheOutput_NamesModelAndPlace()
    {
        UpscaleNetwork broken = new("broken.safetensors", 2, x => x / 0f * 0f);
        InputException error = Assert.Throws<InputException>(() => new Upscaler(broken).Upscale(TestNetworks.Noise(8, 8, 5)));
        Assert.Contains("broken.safetensors", error.Message);
        Assert.Contains("NaN", error.Message);
    }

    [Fact]
    public void Upscale_GreyPicture_StaysGreyUnlessColourised()
    {
        UpscaleNetwork tinting = new("tinting", 1, x => x + tensor(new[] { 0.1f, 0f, -0.1f }).reshape(1, 3, 1, 1)) { Task = "restoration" };
        RgbImage grey = new(16, 16, [.. Enumerable.Repeat((byte)100, 768)]);
        Assert.All(new Upscaler(tinting).Upscale(grey).Pixels, value => Assert.Equal(100, value));
        byte[] colour = new Upscaler(tinting with { Task = "colorization" }).Upscale(grey).Pixels;
        Assert.Equal([126, 100, 74], colour[..3].Select(v => (int)v));
    }

    [Fact]
    public void Upscale_PictureBeyondTheMemoryLimit_IsRefusedWithFigures()
    {
        var upscaler = new Upscaler(TestNetworks.Identity(), new UpscaleOptions { MemoryLimit = 450L << 20 });
        InputException error = Assert.Throws<InputException>(() => upscaler.Plan(4000, 3000));
        Assert.Contains("memory", error.Message);
        Assert.Throws<InputException>(() => upscaler.Upscale(new RgbImage(4000, 3000)));
    }

    [Fact]
    public void Plan_SmallMemory_ShrinksTilesThenOverlap()
    {
        UpscaleNetwork network = TestNetworks.Pooling() with { ReceptiveRadius = 200, WorkingBytesPerPixel = 2000 };
        TilePlan roomy = new Upscaler(network, new UpscaleOptions { MemoryLimit = 8L << 30 }).Plan(2000, 1500);
        TilePlan tight = new Upscaler(network, new UpscaleOptions { MemoryLimit = 900L << 20 }).Plan(2000, 1500);
        Assert.True(roomy.IsExact);
        Assert.True(roomy.Overlap >= 200);
        Assert.False(tight.IsExact);
        Assert.InRange(tight.LargestTilePixels * 2000, 1, 500L << 20);
        Assert.Equal(0, tight.Core % 4);
        Assert.Equal(0, tight.Overlap % 4);
    }

    [Theory]
    [InlineData(343, 32)]
    [InlineData(48, 8)]
    [InlineData(114, 8)]
    public void Plan_TwelveMegapixels_TakesTilesThatHoldTheWholeOverlapInLittleMemory(int radius, int multiple)
    {
        UpscaleNetwork network = TestNetworks.Identity() with { Scale = 1, ReceptiveRadius = radius, SizeMultiple = multiple };
        TilePlan plan = new Upscaler(network.WithMarksFilled(), new UpscaleOptions { MemoryLimit = 16L << 30 }).Plan(4000, 3000);
        Assert.True(plan.IsExact);
        Assert.InRange(plan.LargestTilePixels, 1_000_000, 1_700_000);
    }

    [Theory]
    [InlineData(4000, 3000)]
    [InlineData(3000, 4000)]
    [InlineData(12000, 1000)]
    public void Plan_NetworkThatLooksFar_TakesTilesWhoseOverlapIsAQuarterOfTheWork(int width, int height)
    {
        UpscaleNetwork network = TestNetworks.Identity() with { Scale = 1, ReceptiveRadius = 272, SizeMultiple = 32 };
        TilePlan plan = new Upscaler(network, new UpscaleOptions { MemoryLimit = 18L << 30 }).Plan(width, height);
        double seen = plan.Columns.Sum(column => (double)column.ReadEnd - column.ReadStart)
            * plan.Rows.Sum(row => (double)row.ReadEnd - row.ReadStart) / ((double)width * height);
        Assert.True(plan.IsExact);
        Assert.InRange(seen, 1, 1.4);
        Assert.InRange(plan.LargestTilePixels, 1, (18L << 30) / network.WorkingBytesPerPixel);
    }

    [Fact]
    public void Upscale_OverlapShortOfTheRadius_BlendsTheEdge()
    {
        // Memory for 40×40 pixels: the radius of 200 no longer fits, but a constant picture through an averaging network shows no jump.
        UpscaleNetwork network = TestNetworks.Identity() with { ReceptiveRadius = 200, WorkingBytesPerPixel = 32768 };
        var upscaler = new Upscaler(network, new UpscaleOptions { MemoryLimit = (600L << 20) + (52L << 20) });
        RgbImage image = TestNetworks.Noise(100, 80, 6);
        Assert.False(upscaler.Plan(100, 80).IsExact);
        Assert.True(TestNetworks.MostDifference(TestNetworks.Enlarged(image, 2), upscaler.Upscale(image)) <= 1);
    }

    [Fact]
    public void Upscale_Cancelled_Stops()
    {
        using var source = new CancellationTokenSource();
        int tiles = 0;
        UpscaleNetwork network = TestNetworks.Identity() with
        {
            Predict = x =>
            {
                tiles++;
                source.Cancel();
                return x.clone();
            },
        };
        Assert.Throws<OperationCanceledException>(
            () => new Upscaler(network, new UpscaleOptions { Tile = 16 })
                .Upscale(TestNetworks.Noise(50, 50, 7), cancellation: source.Token));
        Assert.Equal(1, tiles);
    }

    [Fact]
    public void Upscale_Progress_RisesToOneWithRate()
    {
        var seen = new List<UpscaleProgress>();
        new Upscaler(TestNetworks.Identity(), new UpscaleOptions { Tile = 16, Scale = 4 })
            .Upscale(TestNetworks.Noise(20, 20, 9), new Collect(seen));
        Assert.Equal(1, seen[^1].Fraction, 1e-12);
        Assert.Equal(seen.Select(p => p.Fraction).Order(), seen.Select(p => p.Fraction));
        Assert.Equal(9 + 25, seen.Count);
        Assert.True(seen[^1].PixelsPerSecond > 0);
        Assert.Equal(TimeSpan.Zero, seen[^1].Remaining);
    }

    [Theory]
    [InlineData(8, 0, 95)]
    [InlineData(0, -1, 95)]
    [InlineData(0, 0, 101)]
    public void Options_OutsideTheirRange_AreRefused(int tile, int overlap, int quality)
        => Assert.Throws<InputException>(
            () => new Upscaler(TestNetworks.Identity(), new UpscaleOptions { Tile = tile, Overlap = overlap, Quality = quality }));

    private sealed class Collect(List<UpscaleProgress> seen) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => seen.Add(value);
    }
}
