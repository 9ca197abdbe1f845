namespace SuperRes.Lab.Training;

/// <summary>Something that watches or steers a training. Override what is needed; the learner calls the events in the order listed here.</summary>
public abstract class LearnerCallback
{
    /// <summary>Before the first step of a fit, or the first after it was broken off.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="totalSteps">Steps of the whole fit.</param>
    public virtual void OnFitBegin(Learner learner, int totalSteps)
    {
    }

    /// <summary>Before an epoch's first step, or the first after it was broken off.</summary>
    /// <param name="learner">The learner.</param>
    public virtual void OnEpochBegin(Learner learner)
    {
    }

    /// <summary>When the gradients of a step are known, before the optimizer uses them.</summary>
    /// <param name="learner">The learner.</param>
    public virtual void OnGradients(Learner learner)
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

    /// <summary>After the last epoch of a fit.</summary>
    /// <param name="learner">The learner.</param>
    public virtual void OnFitEnd(Learner learner)
    {
    }

    /// <summary>In place of what would follow, when a loss or a gradient is NaN or infinite, and no step was made with it, or when the validation loss is.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="batch">The batch that it happened with, whose memory is used again afterwards; null where it was found in the validation.</param>
    /// <param name="failure">What the fit ends with.</param>
    public virtual void OnDiverged(Learner learner, TrainingPair? batch, DivergedException failure)
    {
    }

    /// <summary>In place of what would follow, when a fit is cancelled: after the step under way, whose result is in the learner.</summary>
    /// <param name="learner">The learner.</param>
    public virtual void OnInterrupted(Learner learner)
    {
    }
}
