using SuperRes.Lab.Degradations;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Photos;
using SuperRes.Lab.Tests.Photos;

namespace SuperRes.Lab.Tests.Degradations;

public sealed class DegradationStepsTests
{
    private const string Tiny = """
        {
          "name": "tiny", "scale": 1,
          "data": { "degradations": {
            "geometry": { "affineProbability": 0 }, "lighting": { "probability": 0 },
            "downscale": { "probability": 0 }, "jpeg": { "probability": 0 },
            "vignette": { "probability": 1, "loss": 0.5 } } },
          "stages": [
            { "name": "a", "size": 64, "batchSize": 4, "learningRate": 1e-3 },
            { "name": "b", "size": 64, "batchSize": 4, "learningRate": 1e-3, "degradations": { "vignette": { "loss": [0.1, 0.2] } } }
          ]
        }
        """;

    public DegradationStepsTests() => DegradationSteps.Register(new VignetteDegradation());

    [Fact]
    public void InOrder_LibrarysOwn_FollowAPhotosLife() => Assert.Equal(
        ["greyscale", "tone", "stains", "scratches", "dust", "folds", "holes", "text", "watermark", "blur",
            "gaussianNoise", "poissonNoise", "jpeg", "webp"],
        DegradationSteps.InOrder.Select(step => step.Name).Where(name => name != "vignette"));

    [Fact]
    public void Register_OneOfItsOwn_IsUsedFromAnExperimentFile()
    {
        Experiment experiment = Experiment.Parse(Tiny, "tiny.json");
        var options = new BatchLoaderOptions { BatchSize = 2, CropSize = 64 };
        using var loader = new BatchLoader(BatchLoaderTests.Source(2), experiment.Data.Degradations, options);
        using Batch batch = loader.Next(TestContext.Current.CancellationToken);

        Assert.Equal(0.75, (batch.Input[.., .., 0, 32].sum() / batch.Target[.., .., 0, 32].sum()).item<float>(), 0.02);
        Assert.Equal(0.5, (batch.Input[.., .., 0, 0].sum() / batch.Target[.., .., 0, 0].sum()).item<float>(), 0.03);
        Assert.Equal((0.1, 0.2), ((VignetteOptions)experiment.Stages[1].Degradations!["vignette"]).Loss);
        Assert.Equal(experiment.Data.Degradations, Experiment.Parse(experiment.ToJson(), "again").Data.Degradations);
    }

    [Fact]
    public void InOrder_OneOfItsOwn_StandsAtItsPlace()
    {
        List<string> order = [.. DegradationSteps.InOrder.Select(step => step.Name)];
        Assert.InRange(order.IndexOf("vignette"), order.IndexOf("blur"), order.IndexOf("gaussianNoise"));
    }

    [Theory]
    [InlineData("\"loss\": 0.5", "\"loss\": 1.5", "tiny.json: $.data.degradations.vignette.loss is 1.5; the allowed range is 0 to 1")]
    [InlineData("\"loss\": 0.5", "\"strength\": 1", "vignette.strength (line 6): the key \"strength\" is unknown")]
    [InlineData("\"vignette\": { \"probability\": 1", "\"mine\": { \"probability\": 1", "the key \"mine\" is unknown; use one of geometry")]
    public void Parse_BadValueOfOneOfItsOwn_SaysWhere(string part, string replacement, string expected)
    {
        string json = Tiny.Replace(part, replacement, StringComparison.Ordinal);
        var error = Assert.Throws<InputException>(() => Experiment.Parse(json, "tiny.json"));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void With_OneOfItsOwn_LeavesTheOthers()
    {
        DegradationOptions holes = new() { Holes = new() { Probability = 1 } };
        DegradationOptions options = holes.With("vignette", new VignetteOptions { Probability = 1 });

        Assert.Equal(1, options["vignette"].Probability);
        Assert.Equal(1, options.Holes.Probability);
        Assert.NotEqual(options, options with { Holes = new() });
        Assert.Throws<ArgumentException>(() => options.With("vignette", new HoleOptions()));
        Assert.Contains("vignette", Assert.Throws<InputException>(() => options["smudge"]).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("holes")]
    [InlineData("downscale")]
    [InlineData(" ")]
    public void Register_NameThatIsTaken_IsRefused(string name) =>
        Assert.Throws<ArgumentException>(() => DegradationSteps.Register(new Named(name)));

    private sealed class Named(string name) : DegradationStep<VignetteOptions>(name, DegradationPlace.Print)
    {
        protected override void Apply(VignetteOptions options, Canvas picture, DegradationWorkspace workspace, RandomStream random)
        {
        }
    }
}
