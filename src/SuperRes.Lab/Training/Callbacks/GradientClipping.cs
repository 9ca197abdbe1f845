using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>
/// Scales the gradients down where the norm of all of them together is above a limit, and measures that norm now and then where there is
/// none.
/// </summary>
/// <param name="maxNorm">The limit; 0 for none.</param>
/// <param name="measureEvery">
/// Steps of a fit of which one is measured where there is no limit; 0 for none. It costs a pass over the gradients. Default 10.
/// </param>
public sealed class GradientClipping(double maxNorm, int measureEvery = 10) : LearnerCallback
{
    // As torch's clip_grad_norm_ has it: a norm of zero divides by this.
    private const double Smallest = 1e-6;

    /// <inheritdoc/>
    public override void OnStepBegin(Learner learner)
    {
        bool measures = measureEvery > 0 && learner.Step.Number is { } number && number % measureEvery == 0;
        if (!(maxNorm > 0 || measures))
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor[] gradients = [.. learner.Model.parameters().Select(parameter => parameter.grad).OfType<Tensor>()];
        double norm = stack(gradients.Select(gradient => gradient.norm())).norm().item<float>();
        learner.Step.GradientNorm = norm;
        double scale = maxNorm / (norm + Smallest);
        if (maxNorm > 0 && double.IsFinite(norm) && scale < 1)
        {
            using Scalar factor = Scalars.Of(scale);
            foreach (Tensor gradient in gradients)
            {
                gradient.mul_(factor);
            }
        }
    }
}
