namespace SuperRes.Lab.Training;

/// <summary>
/// Ends a fit when a batch's loss, the norm of the gradients or the validation loss is NaN or infinite; no step is made with such a batch.
/// </summary>
public sealed class DivergenceGuard : LearnerCallback
{
    /// <inheritdoc/>
    public override void OnLoss(Learner learner, BatchLoss loss) =>
        Require(learner, loss.Total, "loss", $"at step {learner.Progress.Step}", loss.Terms);

    /// <inheritdoc/>
    public override void OnStepBegin(Learner learner)
    {
        if (learner.Step.GradientNorm is { } norm)
        {
            Require(learner, norm, "gradients", $"at step {learner.Progress.Step}", learner.Step.Terms);
        }
    }

    /// <inheritdoc/>
    public override void OnValidated(Learner learner, EpochRecord validation)
    {
        if (learner.ValidBatches is { BatchesPerEpoch: > 0 })
        {
            IEnumerable<float> terms = validation.Terms.Values.Select(value => (float)value);
            Require(learner, validation.ValidLoss, "validation loss", $"after epoch {learner.Progress.Epoch + 1}", terms);
        }
    }

    private static void Require(Learner learner, double value, string what, string when, IEnumerable<float> terms)
    {
        if (!double.IsFinite(value))
        {
            IEnumerable<string> named = learner.Loss.TermNames.Zip(terms, (name, term) => FormattableString.Invariant($"{name} {term:g4}"));
            throw new DivergedException(
                $"The {what} became {value} {when} of stage {learner.StageName} ({string.Join(", ", named)}); lower the learning rate.");
        }
    }
}
