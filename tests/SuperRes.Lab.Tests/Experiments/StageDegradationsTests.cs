using SuperRes.Lab.Imaging;
using SuperRes.Lab.Degradations;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Tests.Experiments;

public sealed class StageDegradationsTests
{
    // What the stages said before they were merged over the experiment's, each of them everything.
    private static readonly string[] CompleteStages =
    [
        """{"geometry": {"affineProbability": 0}, "lighting": {"probability": 0}, "downscale": {"probability": 0}, "markedLast": 1, "holes": {"probability": 0.3}, "text": {"probability": 0.3}, "watermark": {"probability": 0.1}, "gaussianNoise": {"probability": 0.15, "standardDeviation": [1, 25]}, "jpeg": {"probability": 0.8, "quality": [8, 70], "chromaSubsampling": 0.8}}""",
        """{"geometry": {"affineProbability": 0}, "lighting": {"probability": 0}, "downscale": {"probability": 0}, "markedLast": 1, "holes": {"probability": 0.18}, "text": {"probability": 0.18}, "watermark": {"probability": 0.06}, "gaussianNoise": {"probability": 0.12, "standardDeviation": [1, 25]}, "jpeg": {"probability": 0.85, "quality": [8, 60], "chromaSubsampling": 0.8}}""",
        """{"geometry": {"affineProbability": 0}, "lighting": {"probability": 0}, "downscale": {"probability": 0}, "markedLast": 1, "holes": {"probability": 0.1}, "text": {"probability": 0.1}, "watermark": {"probability": 0.03}, "gaussianNoise": {"probability": 0.1, "standardDeviation": [1, 25]}, "jpeg": {"probability": 0.93, "quality": [8, 60], "chromaSubsampling": 0.8}}""",
        """{"geometry": {"affineProbability": 0}, "lighting": {"probability": 0}, "downscale": {"probability": 0}, "markedLast": 1, "holes": {"probability": 0.12}, "text": {"probability": 0.14}, "watermark": {"probability": 0.05}, "gaussianNoise": {"probability": 0.1, "standardDeviation": [1, 25]}, "jpeg": {"probability": 0.93, "quality": [8, 60], "chromaSubsampling": 0.8}}""",
        """{"geometry": {"affineProbability": 0}, "lighting": {"probability": 0}, "downscale": {"probability": 0}, "markedLast": 1, "holes": {"probability": 0.2}, "text": {"probability": 0.25}, "watermark": {"probability": 0.08}, "gaussianNoise": {"probability": 0.1, "standardDeviation": [1, 25]}, "jpeg": {"probability": 0.9, "quality": [8, 60], "chromaSubsampling": 0.8}}""",
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
        Assert.Equal(DegradationPresets.Find("photo"), Parse("{ \"holes\": { \"probability\": 1, \"count\": 9 }, \"markedLast\": 1 }", stage));
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
        { "name": "tiny", "scale": 1, "data": { "degradations": {{common}} }, "stages": [ { "name": "a", "size": 64, "batchSize": 4, "learningRate": 1e-3, "degradations": {{stage}} } ] }
        """,
        "tiny.json").Stages[0].Degradations!;
}
