using static TorchSharp.torch;

namespace SuperRes.Lab.Losses;

/// <summary>Something that two batches are compared by, added to pixels, features and grams. Derive from
/// <see cref="LossTerm{TOptions}"/>.</summary>
public abstract class LossTerm
{
    /// <summary>Creates the term.</summary>
    /// <param name="name">Its key in a loss's "terms", in camelCase, and its column in metrics.</param>
    /// <param name="options">The type of its options.</param>
    private protected LossTerm(string name, Type options) => (Name, OptionsType) = (name, options);

    /// <summary>Its key in a loss's "terms", in camelCase, and its column in metrics.</summary>
    public string Name { get; }

    /// <summary>The type of its options.</summary>
    internal Type OptionsType { get; }

    internal abstract Tensor Compare(LossTermOptions options, Tensor prediction, Tensor target);
}

/// <summary>
/// A loss term with its options. One class in one file is a new one: <see cref="LossTermRegistry.Register"/> it, and experiment files can
/// name it: <c>"loss": { "terms": { "edges": { "weight": 0.5 } } }</c>.
/// </summary>
/// <typeparam name="TOptions">Its options: <see cref="LossTermOptions"/>, or a record derived from it with the defaults.</typeparam>
/// <param name="name">Its key, in camelCase.</param>
public abstract class LossTerm<TOptions>(string name) : LossTerm(name, typeof(TOptions))
    where TOptions : LossTermOptions, new()
{
    internal sealed override Tensor Compare(LossTermOptions options, Tensor prediction, Tensor target) =>
        Compute((TOptions)options, prediction, target);

    /// <summary>Compares two batches.</summary>
    /// <param name="options">How; the weight is applied by the loss.</param>
    /// <param name="prediction">N×3×H×W, ImageNet-normalised; the gradient flows into it.</param>
    /// <param name="target">N×3×H×W, ImageNet-normalised.</param>
    /// <returns>A scalar, 0 or above, the mean over the batch.</returns>
    protected abstract Tensor Compute(TOptions options, Tensor prediction, Tensor target);
}
