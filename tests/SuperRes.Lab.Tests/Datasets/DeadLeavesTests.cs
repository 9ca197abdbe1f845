using System.Security.Cryptography;
using SuperRes.Lab.Datasets;
using SuperRes.Lab.Imaging;
using TorchSharp;

namespace SuperRes.Lab.Tests.Datasets;

public sealed class DeadLeavesTests
{
    private static readonly RgbImage[] _images =
        [.. Enumerable.Range(0, 12).AsParallel().AsOrdered().Select(i => DeadLeaves.Generate(new DeadLeavesOptions { Size = 256 }, i))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Generate_OfSeedAndIndex_IsBitForBitTheSameForEver()
    {
        // A changed checksum means another data set: raise the generator's version with it. Other systems' sines differ in the last bit.
        Assert.SkipUnless(
            OperatingSystem.IsLinux()
            && System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.X64,
            "the checksums are those of Linux on x64");
        string[] sums =
            [.. new[] { 0, 1, 7 }.Select(
            i => Sum(DeadLeaves.Generate(new DeadLeavesOptions { Size = 96, Seed = 3, LetteringShare = 1, DefocusShare = i / 7.0 }, i)))];
        Assert.Equal(["7d6c0bc56b0da842eb2d603f5cb033d8", "133f1d29159ff9479a927b9cf638cb5d", "11b02f3b982832326be793683ebc514b"], sums);
    }

    [Fact]
    public void Generate_OnManyThreads_GivesTheSameImages()
    {
        var options = new DeadLeavesOptions { Size = 64 };
        string[] one = [.. Enumerable.Range(0, 12).Select(i => Sum(DeadLeaves.Generate(options, i)))];
        var many = new string[48];
        Parallel.For(
            0, many.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => many[i] = Sum(DeadLeaves.Generate(options, i % 12)));
        Assert.Equal(Enumerable.Range(0, 48).Select(i => one[i % 12]), many);
        Assert.Equal(12, one.Distinct().Count());
        Assert.DoesNotContain(Sum(DeadLeaves.Generate(options with { Seed = 2 }, 0)), one);
    }

    [Fact]
    public void Generate_HasHeavyTailedGradients_AsPhotosHave()
    {
        // A normal distribution has 3; the BSDS photos 9 to 60 with a median of 15.
        double[] kurtoses = [.. _images.Select(image => Kurtosis(Gradients(image)))];
        Array.Sort(kurtoses);
        Assert.True(kurtoses[0] > 6, $"lowest {kurtoses[0]}");
        Assert.InRange(kurtoses[6], 10, 45);
    }

    [Fact]
    public void Generate_HasThePowerSpectrumOfPhotos()
    {
        // Power falls as 1/f² and a little faster: the BSDS photos have −2.4 in the median, −3.0 to −1.7 from tenth to tenth.
        double[] slopes = [.. _images.Select(SpectralSlope)];
        Array.Sort(slopes);
        Assert.InRange(slopes[6], -2.7, -1.9);
        Assert.InRange(slopes[0], -3.3, -1.5);
    }

    [Fact]
    public void Generate_UsesTheWholeRangeAndDiffersFromImageToImage()
    {
        double[] means = [.. _images.Select(image => image.Pixels.Average(p => (double)p))];
        Assert.InRange(means.Average(), 80, 160);
        Assert.True(means.Max() - means.Min() > 30);
        Assert.All(_images, image =>
        {
            byte[] sorted = [.. image.Pixels.Order()];
            Assert.True(sorted[^(sorted.Length / 100)] - sorted[sorted.Length / 100] > 80, "contrast");
            Assert.True(image.Pixels.Chunk(3).Select(p => (p[0] << 16) | (p[1] << 8) | p[2]).Distinct().Count() > 5000, "colours");
        });
    }

    [Fact]
    public void Canvas_AfterAllLeaves_HasNoHole()
    {
        using var canvas = new DeadLeavesCanvas(32);
        canvas.PaintBehind([(4, 4), (20, 4), (20, 20), (4, 20)], new DeadLeavesPaint((60, 0, 0)));
        Assert.Equal((64 * 64) - (32 * 32), canvas.Open);
        canvas.PaintBehind([(0, 0), (32, 0), (32, 32), (0, 32)], new DeadLeavesPaint((20, 0, 0)));
        Assert.Equal(0, canvas.Open);
        RgbImage image = canvas.ToImage(0, 0);
        Assert.InRange(image.Pixels[((10 * 32) + 10) * 3], 143, 147);
        Assert.InRange(image.Pixels[((30 * 32) + 30) * 3], 46, 50);
    }

    [Fact]
    public void Canvas_PaintsInFrontFirst_AndAveragesEdges()
    {
        using var canvas = new DeadLeavesCanvas(16);
        var white = new DeadLeavesPaint((96, 0, 0));
        var black = new DeadLeavesPaint((2, 0, 0));
        canvas.PaintBehind([(-5, -5), (4.5, -5), (4.5, 40), (-5, 40)], white);
        canvas.PaintRest(black);
        RgbImage image = canvas.ToImage(0, 0);
        (int left, int edge, int right) = (image.Pixels[3 * 3], image.Pixels[4 * 3], image.Pixels[5 * 3]);
        Assert.True(left > 230 && right < 20);
        Assert.InRange(edge, ((left + right) / 2) - 1, ((left + right) / 2) + 1);
    }

    [Theory]
    [InlineData(16, 0.5, 1)]
    [InlineData(33, 1, 0.05)]
    [InlineData(200, 20, 0.4)]
    public void Generate_AtTheEdgesOfItsOptions_StillFillsTheImage(int size, double minRadius, double share)
    {
        var options = new DeadLeavesOptions { Size = size, MinRadius = minRadius, MaxRadiusShare = share, DefocusShare = 1,
            LetteringShare = 1, TextureShare = 1 };
        RgbImage image = DeadLeaves.Generate(options, 0);
        Assert.Equal((size, size), (image.Width, image.Height));
        Assert.True(image.Pixels.Distinct().Count() > 10);
    }

    [Fact]
    public void Options_OutOfRange_AreNamedWithTheRange()
    {
        Refused(new DeadLeavesOptions { Size = 8 }, "Size is 8; it must be 16 to 4096 pixels");
        Refused(new DeadLeavesOptions { Size = 5000 }, "Size");
        Refused(new DeadLeavesOptions { MinRadius = 0.1 }, "MinRadius is 0.1");
        Refused(new DeadLeavesOptions { MaxRadiusShare = double.NaN }, "MaxRadiusShare");
        Refused(new DeadLeavesOptions { Size = 32, MinRadius = 10, MaxRadiusShare = 0.1 }, "MaxRadiusShare");
        Refused(new DeadLeavesOptions { TextureShare = 1.5 }, "TextureShare");
        Refused(new DeadLeavesOptions { DefocusShare = -1 }, "DefocusShare");
        Refused(new DeadLeavesOptions { LetteringShare = 2 }, "LetteringShare");
        Assert.Throws<ArgumentOutOfRangeException>(() => DeadLeaves.Generate(new DeadLeavesOptions(), -1));
    }

    [Fact]
    public void WriteFolder_BrokenOffAndContinued_EqualsOneRun()
    {
        using var folder = new TempFolder();
        using var stop = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() =>
            DeadLeaves.WriteFolder(folder["a"], 8, 32, 5, new Reporter(done => { if (done >= 3) { stop.Cancel(); } }), stop.Token));
        int before = ImageCodec.ListImages(folder["a"]).Count;
        Assert.InRange(before, 3, 7);
        var reports = new List<int>();
        int drawn = DeadLeaves.WriteFolder(folder["a"], 8, 32, 5, new Reporter(done => { lock (reports) { reports.Add(done); } }), Token);
        Assert.Equal(8 - before, drawn);
        Assert.Equal(Enumerable.Range(before, drawn + 1), reports.Order());
        Assert.Equal(0, DeadLeaves.WriteFolder(folder["a"], 8, 32, 5, cancellation: Token));
        IReadOnlyList<string> images = ImageCodec.ListImages(folder["a"]);
        Assert.Equal("leaves-00000.png", Path.GetFileName(images[0]));
        Assert.All(images.Index(), image => Assert.Equal(
            Sum(DeadLeaves.Generate(new DeadLeavesOptions { Size = 32, Seed = 5 }, image.Index)), Sum(ImageCodec.Read(image.Item))));
        Assert.Equal(9, Directory.GetFiles(folder["a"]).Length);
    }

    [Fact]
    public void WriteFolder_OverOtherOptionsOrWhereItCannot_SaysSo()
    {
        using var folder = new TempFolder();
        DeadLeaves.WriteFolder(folder.Path, 1, 32, 5, cancellation: Token);
        Assert.Contains("other options",
            Assert.Throws<InputException>(() => DeadLeaves.WriteFolder(folder.Path, 1, 32, 6, cancellation: Token)).Message);
        Assert.Contains("at least 1",
            Assert.Throws<InputException>(() => DeadLeaves.WriteFolder(folder.Path, 0, 32, 5, cancellation: Token)).Message);
        string file = folder.Write("file", [1]);
        Assert.Contains("can't be written",
            Assert.Throws<InputException>(() => DeadLeaves.WriteFolder(Path.Combine(file, "x"), 1, 32, 5, cancellation: Token)).Message);
    }

    private static void Refused(DeadLeavesOptions options, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => DeadLeaves.Generate(options, 0)).Message);

    private static string Sum(RgbImage image) => Convert.ToHexStringLower(MD5.HashData(image.Pixels));

    private static double[] Gradients(RgbImage image)
    {
        double[] luma = ColorSpace.RgbToY(image);
        return [.. Enumerable.Range(0, luma.Length - 1).Where(i => (i + 1) % image.Width != 0).Select(i => luma[i + 1] - luma[i])];
    }

    private static double Kurtosis(double[] values)
    {
        double mean = values.Average(), square = values.Average(v => (v - mean) * (v - mean));
        return values.Average(v => Math.Pow(v - mean, 4)) / (square * square);
    }

    /// <summary>The slope of log power over log frequency, each octave weighing the same.</summary>
    private static double SpectralSlope(RgbImage image)
    {
        int size = image.Width;
        using var scope = torch.NewDisposeScope();
        torch.Tensor luma = torch.tensor(ColorSpace.RgbToY(image)).reshape(size, size);
        torch.Tensor window = torch.hann_window(size, dtype: torch.float64);
        double[] power = torch.fft.fft2((luma - luma.mean()) * window.unsqueeze(0) * window.unsqueeze(1)).abs().pow(2).data<double>()
            .ToArray();
        var bands = power.Select((p, i) => (Power: p, Frequency: Frequency(i, size)))
            .Where(point => point.Frequency is >= 3 and < 90)
            .GroupBy(point => (int)(Math.Log2(point.Frequency) * 4))
            .Select(band => (X: band.Average(point => Math.Log(point.Frequency)), Y: Math.Log(band.Average(point => point.Power))))
            .ToArray();
        double meanX = bands.Average(b => b.X), meanY = bands.Average(b => b.Y);
        return bands.Sum(b => (b.X - meanX) * (b.Y - meanY)) / bands.Sum(b => (b.X - meanX) * (b.X - meanX));
    }

    private static double Frequency(int index, int size)
    {
        double down = Math.Min(index / size, size - (index / size)), across = Math.Min(index % size, size - (index % size));
        return Math.Sqrt((down * down) + (across * across));
    }

    private sealed class Reporter(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
