namespace SuperRes.Lab.Training;

/// <summary>Something that watches or steers a training. Override what is needed; the learner calls the events in the order listed here.</summary>
public abstract class LearnerCallback
{
    /// <summary>Before the first step of a fit.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="totalSteps">Steps of the whole fit.</param>
    public virtual void OnFitBegin(Learner learner, int totalSteps)
    {
    }

    /// <summary>After each step.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="step">What happened.</param>
    public virtual void OnStepEnd(Learner learner, StepRecord step)
    {
    }

    /// <summary>After each epoch's validation.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="epoch">The row.</param>
    public virtual void OnEpochEnd(Learner learner, EpochRecord epoch)
    {
    }
}
