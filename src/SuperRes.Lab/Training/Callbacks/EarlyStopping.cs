namespace SuperRes.Lab.Training;

/// <summary>Ends a fit when its validation loss has not become better for some epochs.</summary>
/// <param name="patience">Epochs without a better validation loss, at least 1.</param>
public sealed class EarlyStopping(int patience) : LearnerCallback
{
    /// <summary>A fit that was interrupted after it had stalled stays over when it is resumed.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="totalSteps">Steps of the whole fit.</param>
    public override void OnFitBegin(Learner learner, int totalSteps) => StopIfStalled(learner);

    /// <inheritdoc/>
    public override void OnEpochEnd(Learner learner, EpochRecord epoch) => StopIfStalled(learner);

    private void StopIfStalled(Learner learner)
    {
        double[] losses = [.. learner.Recorder.Epochs.TakeLast(learner.Progress.Epoch).Select(epoch => epoch.ValidLoss)];
        if (losses.Length > patience && !losses.Any(double.IsNaN) && losses.Length - 1 - Array.IndexOf(losses, losses.Min()) >= patience)
        {
            learner.Stop();
        }
    }
}
