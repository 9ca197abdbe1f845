using SuperRes.Lab.Features;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Metrics;

public sealed class LpipsTests(LpipsTests.RandomNetwork random) : IClassFixture<LpipsTests.RandomNetwork>
{
    [Fact]
    public void Distance_EqualPictures_IsZeroAndGrowsWithDamage()
    {
        Lpips lpips = random.Lpips;
        RgbImage target = FormulaImages.A(48, 40);
        Assert.Equal(0, lpips.Distance(target, target));
        double little = lpips.Distance(FormulaImages.B(48, 40, 5), target), much = lpips.Distance(FormulaImages.B(48, 40, 60), target);
        Assert.True(little > 0);
        Assert.True(much > 2 * little);
    }

    [Fact]
    public void Distance_ByTheFormula_AgreesWithPlainLoops()
    {
        Lpips lpips = random.Lpips;
        RgbImage a = FormulaImages.A(20, 17), b = FormulaImages.B(20, 17, 30);
        IReadOnlyList<double[,]> first = Unit(a), second = Unit(b);
        double expected = 0;
        for (int layer = 0; layer < 5; layer++)
        {
            float[] head = random.Heads[layer].data<float>().ToArray();
            int positions = first[layer].GetLength(1);
            for (int c = 0; c < head.Length; c++)
            {
                for (int p = 0; p < positions; p++)
                {
                    expected += head[c] * Math.Pow(first[layer][c, p] - second[layer][c, p], 2) / positions;
                }
            }
        }

        Assert.Equal(expected, lpips.Distance(a, b), expected * 1e-4);
        using Tensor batchA = cat([a.ToTensor(), b.ToTensor()]), batchB = cat([b.ToTensor(), b.ToTensor()]);
        double[] both = lpips.Distance(batchA, batchB);
        Assert.Equal(expected, both[0], expected * 1e-4);
        Assert.Equal(0, both[1], 1e-9);
    }

    [Fact]
    public void Load_WithoutWeights_SaysInOneSentenceWhatToFetch()
    {
        string empty = Directory.CreateTempSubdirectory("lpips-").FullName;
        try
        {
            Assert.False(Lpips.IsAvailable(empty));
            string message = Assert.Throws<InputException>(() => Lpips.Load(empty)).Message;
            Assert.Contains("'superres weights fetch lpips_alex' and 'superres weights fetch alexnet'", message);
            Assert.DoesNotContain('\n', message);
        }
        finally
        {
            Directory.Delete(empty, recursive: true);
        }
    }

    [Fact]
    public void Weights_WithoutAHead_AreRefused()
        => Assert.Contains("lin4.model.1.weight", Assert.Throws<InputException>(() => random.Create(4)).Message);

    [Fact]
    public void Distance_SmallPicture_IsRefused()
    {
        Lpips lpips = random.Lpips;
        Assert.Contains("needs 16 pixels",
            Assert.Throws<InputException>(() => lpips.Distance(new RgbImage(15, 16), new RgbImage(15, 16))).Message,
            StringComparison.Ordinal);
        using Tensor small = zeros(1, 3, 15, 16);
        Assert.Throws<ArgumentException>(() => lpips.Distance(small, small));
    }

    [Theory]
    [InlineData("ex_p0.png", 0.7219)]
    [InlineData("ex_p1.png", 0.1376)]
    public void Distance_AlexOnTheAuthorsExample_EqualsTheirs(string picture, double expected)
    {
        using var cache = new TempFolder();
        string weights = Directory.CreateDirectory(Path.Combine(cache.Path, "weights")).FullName;
        File.Copy(Shared.Require("weights", "alexnet_features.safetensors"), Path.Combine(weights, "alexnet.safetensors"));
        File.Copy(Shared.Require("weights", "lpips_alex.safetensors"), Path.Combine(weights, "lpips_alex.safetensors"));
        using Lpips lpips = Lpips.Load(cache.Path);
        Assert.Equal("alex", lpips.Network);
        double distance =
            lpips.Distance(ImageCodec.Read(Shared.Require("weights", picture)), ImageCodec.Read(Shared.Require("weights", "ex_ref.png")));
        Assert.Equal(expected, distance, 1e-3);
    }

    [Theory]
    [InlineData("alex", 31)]
    [InlineData("squeeze", 17)]
    [InlineData("vgg", 16)]
    public void SmallestSide_EachNetwork_IsTheLeastThatGivesAllLayers(string name, int side)
    {
        LpipsKind kind = LpipsKind.Get(name);
        Assert.Equal(side, kind.SmallestSide);
        using var scope = NewDisposeScope();
        using FeatureNetwork network = kind.Network.Create();
        Assert.Equal(kind.Layers.Count, network.Features(zeros(1, 3, side, side), kind.Layers).Count);
        Assert.ThrowsAny<Exception>(() => network.Features(zeros(1, 3, side - 1, side - 1), kind.Layers));
    }

    [Fact]
    public void Load_UnknownNetwork_NamesThoseThatAre()
        => Assert.Contains("alex, vgg, squeeze", Assert.Throws<InputException>(() => Lpips.Load(network: "vgg19")).Message,
            StringComparison.Ordinal);

    /// <summary>Each layer's features as channels × positions of unit length, by plain loops.</summary>
    private List<double[,]> Unit(RgbImage image)
    {
        using var scope = NewDisposeScope();
        double[] shift = [-0.030, -0.088, -0.188], spread = [0.458, 0.448, 0.450];
        float[] values = new float[image.Pixels.Length];
        int size = image.Width * image.Height;
        for (int i = 0; i < size * 3; i++)
        {
            values[((i % 3) * size) + (i / 3)] = (float)(((image.Pixels[i] / 127.5) - 1 - shift[i % 3]) / spread[i % 3]);
        }

        var layers = new List<double[,]>();
        foreach (Tensor feature in random.Network.Features(tensor(values, [1, 3, image.Height, image.Width]), random.Network.BlockEnds))
        {
            int channels = (int)feature.shape[1], positions = (int)(feature.shape[2] * feature.shape[3]);
            float[] flat = feature.contiguous().data<float>().ToArray();
            var unit = new double[channels, positions];
            for (int p = 0; p < positions; p++)
            {
                double length =
                    Math.Sqrt(Enumerable.Range(0, channels).Sum(c => (double)flat[(c * positions) + p] * flat[(c * positions) + p]));
                for (int c = 0; c < channels; c++)
                {
                    unit[c, p] = flat[(c * positions) + p] / (length + 1e-10);
                }
            }

            layers.Add(unit);
        }

        return layers;
    }

    /// <summary>VGG-16 with its random start, and rising weights in the heads.</summary>
    public sealed class RandomNetwork : IDisposable
    {
        public RandomNetwork() => Lpips = Create(5);

        internal Vgg16Features Network { get; } = new(batchNorm: false);

        internal Tensor[] Heads { get; } =
            [.. new[] { 64, 128, 256, 512, 512 }.Select((c, i) => arange(1, c + 1, dtype: float32).reshape(1, c, 1, 1) / (c * (i + 1)))];

        internal Lpips Lpips { get; }

        public void Dispose()
        {
            Lpips.Dispose();
            Network.Dispose();
            foreach (Tensor head in Heads)
            {
                head.Dispose();
            }
        }

        internal Lpips Create(int heads) => Lpips.FromWeights(
            LpipsKind.Get("vgg"),
            StateDict.Entries(Network).ToDictionary(e => "features." + e.Name, e => e.Value),
            Enumerable.Range(0, heads).ToDictionary(i => $"lin{i}.model.1.weight", i => Heads[i]));
    }
}
