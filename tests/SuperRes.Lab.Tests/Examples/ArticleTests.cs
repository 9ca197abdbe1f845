using SuperRes.Examples;
using SuperRes.Lab.Benchmarks;
using SuperRes.Lab.Features;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Models;
using SuperRes.Lab.Native;
using SuperRes.Lab.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using ArticleLoss = SuperRes.Examples.FeatureLoss;
using LibraryLoss = SuperRes.Lab.Losses.FeatureLoss;

namespace SuperRes.Lab.Tests.Examples;

/// <summary>examples/Article.cs says what the library does, and is what the library is timed against.</summary>
// Alone: the article draws from torch's own generator, which other tests move on.
[Collection("counts tensors and random numbers")]
public sealed class ArticleTests
{
    // The article's convolutions are torch's own, which on some processors are right only after this.
    static ArticleTests() => NativeRuntime.Initialize();

    [Theory]
    [InlineData(0.125, new[] { 1, 2, 1, 1 })]
    [InlineData(1, new[] { 3, 4, 6, 3 })]
    public void Forward_SameWeights_GivesTheLibrarysPredictionAndLoss(double width, int[] blocks)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        using var library = new DynamicUnet(new UnetOptions { Width = width, Blocks = blocks });
        using var network = new Vgg16Features();
        using var loss = new LibraryLoss(network);
        using var unet = new Unet(blocks, (int)(64 * width));
        using Sequential vgg = PlainVgg16.Create();
        foreach (nn.Module module in new nn.Module[] { library, network, unet, vgg })
        {
            ReferenceValues.Fill(module);
        }

        library.eval();
        unet.eval();
        Tensor input = ImageNet.Normalize(ReferenceValues.Waves([0, 1], 64, 96)),
            target = ImageNet.Normalize(ReferenceValues.Waves([0, 1], 64, 96, cosine: true));

        Tensor expected = library.call(input), actual = unet.call(input);
        using LossTerms terms = loss.Compute(expected, target);
        float[] articleTerms = [.. ArticleLoss.Course(vgg).Terms(expected, target).Select(term => term.item<float>())];

        Assert.Equal(Names(library), Names(unet));
        Assert.InRange((actual - expected).abs().max().item<float>(), 0, 1e-5 * expected.abs().max().item<float>());
        float[] values = terms.Values.data<float>().ToArray();
        float[] libraryTerms = [values[0], values[1] + values[2] + values[3], values[4] + values[5] + values[6]];
        Assert.All(libraryTerms.Zip(articleTerms), pair => Assert.Equal(pair.First, pair.Second, 1e-5f * pair.First));
        Assert.Equal(terms.Total.item<float>(), articleTerms.Sum(), 1e-5f * articleTerms.Sum());
    }

    [Fact]
    public void To_AnotherType_MovesEveryParameter()
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new Unet([1, 1, 1, 1], 8);
        unet.to(float64);
        Assert.Equal(float64, unet.call(rand(2, 3, 32, 32, dtype: float64)).dtype);
    }

    [Fact]
    public void Normalize_Images_EqualsTheLibrarys()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = ReferenceValues.Waves([0], 32, 32);
        Assert.True(Article.Normalize(images).equal(ImageNet.Normalize(images)).all().item<bool>());
    }

    [Fact]
    public void Degrade_APhoto_IsTheLibrarysBilinearHalfEnlarged()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor photo = ReferenceValues.Waves([0], 64, 48), half = nn.functional.avg_pool2d(photo, 2);
        Tensor expected = Resampler.Resize(half, 64, 48, ResampleFilter.Bilinear);
        Assert.InRange((Article.Degrade(photo) - expected).abs().max().item<float>(), 0, 1e-6);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(7)]
    public void OneCycle_EachStep_HasTheLibrarysRateAndMomentum(int steps)
    {
        var schedule = new OneCycleSchedule([1e-2], steps);
        for (int step = 0; step < steps; step++)
        {
            (double rate, double momentum) = Article.OneCycle(1e-2, step, steps);
            Assert.Equal(schedule.RatesAt(step)[0], rate, 1e-15);
            Assert.Equal(schedule.MomentumAt(step), momentum, 1e-12);
        }
    }

    [Fact]
    public void Train_FiftyStepsOnTheSamples_LowersTheLoss()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] photos = Photos();
        random.manual_seed(0);
        using var unet = new Unet([1, 1, 1, 1], 8);
        using Sequential vgg = PlainVgg16.Create();
        var lines = new List<string>();
        var stage = new Stage(32, 4, Frozen: false, 1e-2, 1e-2);

        List<float> losses = Article.Train(unet, ArticleLoss.Course(vgg), photos, stage, steps: 50, new Random(0), lines.Add);

        Assert.Equal(50, losses.Count);
        Assert.Equal(5, lines.Count);
        Assert.True(losses.TakeLast(10).Average() < 0.7 * losses.Take(10).Average(),
            $"The loss went from {losses.Take(10).Average()} to {losses.TakeLast(10).Average()}.");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void OneCycle_FewSteps_StartsAtALowRate(int steps) => Assert.Equal(1e-2 / 25, Article.OneCycle(1e-2, 0, steps).Rate, 1e-15);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Train_AStage_MovesTheEncodersConvolutionsUnlessFrozen(bool frozen)
    {
        using DisposeScope scope = NewDisposeScope();
        using var unet = new Unet([1, 1, 1, 1], 8);
        Dictionary<string,
            Tensor> before = unet.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.detach().clone());
        using Sequential pixels = nn.Sequential(nn.Identity());

        Article.Train(unet, new ArticleLoss(pixels, [0], [1], 1), Photos(), new Stage(64, 2, frozen, 1e-3, 1e-2), steps: 2,
            new Random(0), _ => { });

        bool Moved(string name) => !unet.get_parameter(name)!.equal(before[name]).all().item<bool>();
        Assert.Equal(!frozen, Moved("layers.0.0.weight"));
        Assert.Equal(!frozen, Moved("layers.0.7.0.conv1.weight"));
        Assert.True(Moved("layers.0.1.weight"), "A frozen encoder's batch norms go on learning.");
        Assert.True(Moved("layers.11.0.weight_v"));
    }

    [Fact]
    public void PixelShuffle_Untrained_EnlargesLikeNearestNeighbour()
    {
        using DisposeScope scope = NewDisposeScope();
        using var shuffle = new SuperRes.Examples.PixelShuffleIcnr(6, 3, blur: false);
        Tensor output = shuffle.call(rand(1, 6, 4, 5));
        Tensor nearest =
            nn.functional.interpolate(output[.., .., TensorIndex.Slice(step: 2), TensorIndex.Slice(step: 2)], scale_factor: [2, 2]);
        Assert.InRange((output - nearest).abs().max().item<float>(), 0, 1e-6);
    }

    private static IEnumerable<string> Names(nn.Module module) => StateDict.Entries(module).Select(entry => entry.Name).Order();

    private static Tensor[] Photos()
    {
        DirectoryInfo root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "SuperRes.Lab.sln")))
        {
            root = root.Parent!;
        }

        return [.. ImageCodec.ListImages(Path.Combine(root.FullName, "data", "samples")).Select(file => ImageCodec.Read(file).ToTensor())];
    }
}
