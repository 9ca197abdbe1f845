using SuperRes.Lab.Experiments;
using SuperRes.Lab.Training;

namespace SuperRes.Lab.Tests.Experiments;

public sealed class StepLogTests : IDisposable
{
    private readonly TempFolder _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Append_NormNotMeasured_LeavesItsCellEmptyAndIsReadBack()
    {
        string path = _temp["steps.csv"];
        using (var log = new StepLog(path, 0, 2, ["pixel"]))
        {
            log.Append("64", new StepRecord(0, 2e-3, 0.95, 1.5, 1.5) { Rates = [1e-3, 2e-3], GradientNorm = 0.25, Terms = [1.5f] });
            log.Append("64", new StepRecord(1, 2e-3, 0.95, 1.25, 1.4) { Rates = [1e-3, 2e-3], Terms = [1.25f] });
        }

        Assert.Equal(["64,0,0.001,0.002,0.95,1.5,1.5,0.25,1.5", "64,1,0.001,0.002,0.95,1.25,1.4,,1.25"], File.ReadLines(path).Skip(1));
        Assert.Equal([0.25, double.NaN], StepLog.Read(path).Select(row => row.Step.GradientNorm));
        Assert.Equal(1.25f, StepLog.Read(path)[1].Step.Terms[0]);
    }

    [Fact]
    public void Read_NaNOfAnEarlierVersion_IsNotMeasured()
    {
        string path =
            _temp.Write("steps.csv", "stage,step,lr_0,momentum,loss,smooth_loss,gradient_norm,pixel\n64,7,0.001,0.95,1.5,1.5,NaN,1.5\n");

        (string stage, StepRecord step) = Assert.Single(StepLog.Read(path));

        Assert.Equal(("64", 7, 1.5), (stage, step.Step, step.Loss));
        Assert.True(double.IsNaN(step.GradientNorm));
    }
}
