using SuperRes.Lab.Degradations;
using SuperRes.Lab.Experiments;
using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Tests.Experiments;

public sealed class StageDegradationsTests
{
    // What the stages said before they were merged over the experiment's, each of them everything.
    private static readonly string[] CompleteStages =
    [
        Complete(holes: 0.3, text: 0.3, watermark: 0.1, noise: 0.15, jpeg: 0.8, bestQuality: 70),
        Complete(holes: 0.18, text: 0.18, watermark: 0.06, noise: 0.12, jpeg: 0.85, bestQuality: 60),
        Complete(holes: 0.1, text: 0.1, watermark: 0.03, noise: 0.1, jpeg: 0.93, bestQuality: 60),
        Complete(holes: 0.12, text: 0.14, watermark: 0.05, noise: 0.1, jpeg: 0.93, bestQuality: 60),
        Complete(holes: 0.2, text: 0.25, watermark: 0.08, noise: 0.1, jpeg: 0.9, bestQuality: 60),
    ];

    [Fact]
    public void Load_ShippedRestoration_HasTheOptionsOfTheCompleteStages() => Assert.Equal(
        CompleteStages.Select(json => OptionsJson.Read<DegradationOptions>(json, "old")),
        Experiment.Load("lite-restore").Stages.Skip(1).Select(stage => stage.Degradations!));

    [Fact]
    public void Parse_CompleteStage_StaysAsItIs()
    {
        // As a run folder of 0.1 holds it: the stage's defaults differ from the experiment's values.
        string stage = System.Text.Json.JsonSerializer.Serialize(DegradationPresets.Find("photo"), OptionsJson.Compact);
        Assert.Equal(DegradationPresets.Find("photo"), Parse("""{ "holes": { "probability": 1, "count": 9 }, "markedLast": 1 }""", stage));
    }

    [Fact]
    public void Parse_PartOfAStage_IsMergedObjectByObject()
    {
        DegradationOptions merged = Parse(
            """{ "holes": { "probability": 0.5, "count": [2, 3] }, "downscale": { "kernels": ["bicubic", "lanczos"] } }""",
            """{ "holes": { "probability": 0.1 }, /* a comment */ "downscale": { "kernels": ["bilinear"] }, }""");

        Assert.Equal((0.1, new Interval(2, 3)), (merged.Holes.Probability, merged.Holes.Count));
        Assert.Equal([ResampleFilter.Bilinear], merged.Downscale.Kernels);
    }

    private static DegradationOptions Parse(string common, string stage) => Experiment.Parse(
        $$"""
        {
          "name": "tiny", "scale": 1, "data": { "degradations": {{common}} },
          "stages": [ { "name": "a", "size": 64, "batchSize": 4, "learningRate": 1e-3, "degradations": {{stage}} } ]
        }
        """,
        "tiny.json").Stages[0].Degradations!;

    private static string Complete(double holes, double text, double watermark, double noise, double jpeg, int bestQuality) =>
        string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $$"""
        {
          "geometry": { "affineProbability": 0 },
          "lighting": { "probability": 0 },
          "downscale": { "probability": 0 },
          "markedLast": 1,
          "holes": { "probability": {{holes}} },
          "text": { "probability": {{text}} },
          "watermark": { "probability": {{watermark}} },
          "gaussianNoise": { "probability": {{noise}}, "standardDeviation": [1, 25] },
          "jpeg": { "probability": {{jpeg}}, "quality": [8, {{bestQuality}}], "chromaSubsampling": 0.8 }
        }
        """);
}
