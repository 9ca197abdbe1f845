using SuperRes.Lab.Course;
using SuperRes.Lab.Experiments;

namespace SuperRes.Lab.Tests.Experiments;

[Collection(TestDataFolder.Sets)]
public sealed class TrainingPlanTests
{
    public static TheoryData<string> Names() => [.. Experiment.Names()];

    [Theory]
    [MemberData(nameof(Names))]
    public void Of_EachExperimentInTheRepository_HasItsStages(string name)
    {
        Experiment experiment = Experiment.Load(name);
        TrainingPlan plan = TrainingPlan.Of(experiment, measure: false);
        Assert.Equal(experiment.Stages.Count, plan.Stages.Count);
        Assert.All(plan.Stages, stage => Assert.Equal(stage.Stage.BatchSize, stage.BatchSize));
        Assert.NotEqual("", experiment.Description);
        Assert.Contains(experiment.Stages[^1].LearningRate.ToString(), plan.ToText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_PhotosThatAreNotHere_CountsWhatTheCatalogStates()
    {
        TrainingPlan plan = TrainingPlan.Of(Experiment.Load("article-div2k"), measure: false);
        Assert.Equal(90, plan.Stages[0].StepsPerEpoch); // 720 photos, 8 crops each, 64 a batch
        Assert.Equal(2400, plan.Stages[4].Steps); // 720 photos, 3 a batch, 10 epochs
        Assert.Equal(41_229_213, plan.Parameters);
    }

    [Fact]
    public void Of_Quick_CountsStepsAndEstimates()
    {
        Experiment experiment = Experiment.Load("quick",
            ["data.generatedCount=20", "data.validFraction=0.1", "stages.0.batchSize=null", "stages.1.accumulate=4",
                "stages.1.samplesPerImage=8"]);
        TrainingPlan plan = TrainingPlan.Of(experiment);
        Assert.InRange(plan.Stages[0].BatchSize, 1, 64);
        Assert.Equal(3, plan.Stages[1].StepsPerEpoch); // 8 crops of each of 11 photos: 11 batches of 8, four to a step
        Assert.All(plan.Stages, stage => Assert.True(stage.Seconds > 0 && stage.Bytes > 1_000_000));
        Assert.True(plan.Stages[3].Bytes > plan.Stages[2].Bytes, "2 crops of 512 px hold twice the pixels of 4 crops of 256 px");
        Assert.Equal(plan.Seconds, plan.Stages.Sum(stage => stage.Seconds), 1e-9);
    }
}
