namespace SuperRes.Lab.Training;

/// <summary>
/// Something that watches or steers a training. Override what is needed; the learner calls the events in the order listed here, each in the
/// order of <see cref="Learner.Callbacks"/>. A callback steers by <see cref="TrainingStep.SkipBatch"/> and <see cref="TrainingStep.Skip"/>,
/// after which the callbacks behind it don't hear of that event, and by <see cref="Learner.Stop"/>.
/// </summary>
public abstract class LearnerCallback
{
    /// <summary>Before the first step of a fit, or the first after it was interrupted.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="totalSteps">Steps of the whole fit.</param>
    public virtual void OnFitBegin(Learner learner, int totalSteps)
    {
    }

    /// <summary>Before an epoch's first step, or the first after it was interrupted.</summary>
    /// <param name="learner">The learner.</param>
    public virtual void OnEpochBegin(Learner learner)
    {
    }

    /// <summary>Before a batch goes through the network. Skipped here, it costs nothing.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="batch">The batch.</param>
    public virtual void OnBatchBegin(Learner learner, TrainingPair batch)
    {
    }

    /// <summary>When a batch's loss is known, before the backward pass.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="loss">The batch's loss.</param>
    public virtual void OnLoss(Learner learner, BatchLoss loss)
    {
    }

    /// <summary>When the gradients of a step are known, as the backward pass left them.</summary>
    /// <param name="learner">The learner.</param>
    public virtual void OnGradients(Learner learner)
    {
    }

    /// <summary>Before the optimizer uses the gradients: the place to change them.</summary>
    /// <param name="learner">The learner.</param>
    public virtual void OnStepBegin(Learner learner)
    {
    }

    /// <summary>After each step that was made.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="step">What happened.</param>
    public virtual void OnStepEnd(Learner learner, StepRecord step)
    {
    }

    /// <summary>After an epoch's validation, before its row is recorded.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="validation">Losses, terms, PSNR and SSIM.</param>
    public virtual void OnValidated(Learner learner, EpochRecord validation)
    {
    }

    /// <summary>After each epoch.</summary>
    /// <param name="learner">The learner.</param>
    /// <param name="epoch">The row.</param>
    public virtual void OnEpochEnd(Learner learner, EpochRecord epoch)
    {
    }

    /// <summary>After the last epoch of a fit, or when it was stopped.</summary>
    /// <param name="learner">The learner.</param>
    public virtual void OnFitEnd(Learner learner)
    {
    }

    /// <summary>
    /// In place of what would follow, when a loss or a gradient is NaN or infinite, and no step was made with it, or when the validation
    /// loss is.
    /// </summary>
    /// <param name="learner">The learner.</param>
    /// <param name="batch">The batch that it happened with, whose memory is used again afterwards; null in the validation.</param>
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
