using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>Averages the weights over the steps of a fit: the average is validated, and is what the network ends with.</summary>
/// <param name="decay">Share that the average keeps at each step, such as 0.999.</param>
public sealed class WeightAveraging(double decay) : LearnerCallback, IDisposable
{
    /// <summary>The average while a fit is under way; null otherwise.</summary>
    public WeightAverage? Average { get; private set; }

    /// <inheritdoc/>
    public override void OnFitBegin(Learner learner, int totalSteps)
    {
        if (learner.Progress.Step == 0)
        {
            Dispose();
        }

        Average ??= new WeightAverage(learner.Model, decay);
    }

    /// <inheritdoc/>
    public override void OnStepEnd(Learner learner, StepRecord step) => Average!.Update();

    /// <inheritdoc/>
    public override void OnFitEnd(Learner learner)
    {
        Average!.Keep();
        Dispose();
    }

    /// <summary>Frees the average.</summary>
    public void Dispose()
    {
        Average?.Dispose();
        Average = null;
    }

    /// <summary>Takes an average back from a checkpoint, for a fit that is resumed.</summary>
    internal void Restore(nn.Module model, IReadOnlyDictionary<string, Tensor> values, long steps)
    {
        Dispose();
        Average = new WeightAverage(model, decay);
        Average.Restore(values, steps);
    }
}
