using static TorchSharp.torch;

namespace SuperRes.Lab.Features;

/// <summary>
/// A classifier's convolutional part as a fixed measure: it is always in evaluation mode, none of its parameters is trainable, and its
/// layers have names.
/// </summary>
public abstract class FeatureNetwork : nn.Module<Tensor, Tensor>
{
    /// <summary>Creates the network. A class registers its parts in its own constructor, which ends with
    /// <see cref="FreezeParameters"/>.</summary>
    /// <param name="kind">What is known of networks like this one.</param>
    protected FeatureNetwork(FeatureNetworkKind kind)
        : base(kind.Name) => Kind = kind;

    /// <summary>What is known of networks like this one: name, layers, defaults.</summary>
    public FeatureNetworkKind Kind { get; }

    /// <summary>Runs the network up to the last layer asked for.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised; it is not changed. The network computes in its data type.</param>
    /// <param name="layers">Names from <see cref="FeatureNetworkKind.LayerNames"/>, in that order.</param>
    /// <returns>Each of those layers' outputs, N×C×h×w.</returns>
    /// <exception cref="InputException">There is no such layer.</exception>
    public abstract IReadOnlyList<Tensor> Features(Tensor input, IReadOnlyList<string> layers);

    /// <summary>Runs the network up to its last named layer.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised.</param>
    /// <returns>That layer's output.</returns>
    public override Tensor forward(Tensor input) => Features(input, [Kind.LayerNames[^1]])[0];

    /// <summary>The network is a measure: it stays in evaluation mode, whatever the network around it does.</summary>
    /// <param name="on">Ignored.</param>
    public override void train(bool on = true) => base.train(false);

    /// <summary>Makes the parameters constants; called when all are registered.</summary>
    protected void FreezeParameters()
    {
        foreach (TorchSharp.Modules.Parameter parameter in parameters())
        {
            parameter.requires_grad = false;
        }

        eval();
    }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Networks register their parts themselves, under the names of the state dict, not under their fields'.
    }
}
