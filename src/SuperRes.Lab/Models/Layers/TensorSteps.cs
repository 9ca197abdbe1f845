using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// Steps of a network that let go of what they used at once, not at the scope's end. Where no gradient needs it, the next step takes its
/// memory, whose pages
/// are there already; on some machines new pages cost as much as the arithmetic.
/// </summary>
internal static class TensorSteps
{
    /// <summary>What a module makes of features, which are disposed.</summary>
    public static Tensor Then(this Tensor features, nn.Module<Tensor, Tensor> module)
    {
        using (features)
        {
            return module.call(features);
        }
    }

    /// <summary>The channels of one tensor behind another's; both are disposed.</summary>
    public static Tensor Join(Tensor features, Tensor others)
    {
        using (features)
        using (others)
        {
            return cat([features, others], 1);
        }
    }

    /// <summary>The sum, in the memory of the change where no gradient needs that as it was.</summary>
    public static Tensor Plus(this Tensor change, Tensor features) => is_grad_enabled() ? features.add(change, Scalars.One)
        : change.add_(features, Scalars.One);
}
