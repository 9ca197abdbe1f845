using System.Collections.ObjectModel;

namespace SuperRes.Lab.Training;

/// <summary>
/// A learner's callbacks in the order in which they are called. Those that it began with are freed with the learner; others stay their
/// owners'.
/// </summary>
public sealed class CallbackList : Collection<LearnerCallback>, IDisposable
{
    private readonly LearnerCallback[] _own;

    internal CallbackList(IEnumerable<LearnerCallback> own)
    {
        _own = [.. own];
        foreach (LearnerCallback callback in _own)
        {
            Add(callback);
        }
    }

    /// <summary>Frees the callbacks that the list began with.</summary>
    public void Dispose()
    {
        foreach (IDisposable callback in _own.OfType<IDisposable>())
        {
            callback.Dispose();
        }
    }

    internal void Notify(Action<LearnerCallback> notify)
    {
        foreach (LearnerCallback callback in this)
        {
            notify(callback);
        }
    }

    /// <summary>Notifies the callbacks until one of them skips the batch or the step.</summary>
    /// <returns>Whether it is skipped.</returns>
    internal bool Skip(TrainingStep step, Action<LearnerCallback> notify)
    {
        step.IsBatchSkipped = false;
        for (int i = 0; i < Count && !step.IsSkipped && !step.IsBatchSkipped; i++)
        {
            notify(this[i]);
        }

        return step.IsSkipped || step.IsBatchSkipped;
    }

    /// <summary>Lets the callbacks see a divergence while the batch that it happened with is still there.</summary>
    internal void Guard(Learner learner, Action work)
    {
        try
        {
            work();
        }
        catch (DivergedException failure)
        {
            Notify(callback => callback.OnDiverged(learner, learner.Step.Batch, failure));
            throw;
        }
    }
}
