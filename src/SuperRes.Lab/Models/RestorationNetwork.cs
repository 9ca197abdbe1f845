using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// A network that answers a picture with a better one of the same size: <see cref="DynamicUnet"/>, the article's, or <see cref="LiteUnet"/> and
/// <see cref="LiteResNetUnet"/>, small enough to be trained and used on a processor.
/// </summary>
public abstract class RestorationNetwork : nn.Module<Tensor, Tensor>
{
    private protected RestorationNetwork(string name, UnetOptions options)
        : base(name)
    {
        options.Validate();
        Options = options;
    }

    /// <summary>What the network was built from.</summary>
    public UnetOptions Options { get; }

    /// <summary>The three layer groups that learning-rate slices and freezing speak of: the encoder's first half, its second half, and the rest.</summary>
    public IReadOnlyList<LayerGroup> Groups { get; private protected init; } = [];

    /// <summary>The data type that convolutions compute in: float32 (default) or bfloat16; parameters stay float32.</summary>
    public ScalarType ComputeType { get; set; } = ScalarType.Float32;

    /// <summary>The encoder, where it is one that pretrained weights fit; null where there is none.</summary>
    public virtual EncoderBody? Encoder => null;

    /// <summary>How often the network halves the size in all, as a factor: positions of tiles must be multiples of it.</summary>
    public abstract int SizeMultiple { get; }

    /// <summary>How many pixels an output pixel can depend on in each direction.</summary>
    public abstract int ReceptiveRadius { get; }

    /// <summary>Whether the batch norms of frozen groups go on learning, as in fastai.</summary>
    private protected virtual bool TrainsFrozenNorms => true;

    /// <summary>Builds the network that the options describe, with random weights, which <c>torch.manual_seed</c> decides.</summary>
    /// <param name="options">What to build; the body decides the class.</param>
    /// <returns>The network.</returns>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public static RestorationNetwork Create(UnetOptions options) => options switch
    {
        { IsLite: true } => new LiteUnet(options),
        { IsLiteResNet: true } => new LiteResNetUnet(options),
        _ => new DynamicUnet(options),
    };

    /// <summary>Leaves the last layer group trainable, and in the groups before it the batch norms alone (fastai's <c>freeze</c>).</summary>
    public void Freeze() => FreezeTo(Groups.Count - 1);

    /// <summary>Makes everything trainable.</summary>
    public void Unfreeze() => FreezeTo(0);

    /// <summary>Freezes the layer groups before one, but for their batch norms.</summary>
    /// <param name="group">Index of the first group that stays trainable, 0 to 3.</param>
    public void FreezeTo(int group)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(group);
        for (int i = 0; i < Groups.Count; i++)
        {
            foreach (GroupParameter parameter in Groups[i].Parameters)
            {
                parameter.Value.requires_grad = i >= group || (parameter.IsBatchNorm && TrainsFrozenNorms);
            }
        }
    }

    /// <summary>The input with its last row and column repeated, up to sides that are multiples of <see cref="SizeMultiple"/>; itself where they are.</summary>
    /// <param name="input">The input.</param>
    /// <param name="margin">How often its border is repeated on each side besides; a multiple of <see cref="SizeMultiple"/>.</param>
    private protected Tensor Padded(Tensor input, int margin = 0)
    {
        long padY = -input.shape[2] & (SizeMultiple - 1), padX = -input.shape[3] & (SizeMultiple - 1);
        return padX + padY + margin == 0 ? input : nn.functional.pad(input, [margin, margin + padX, margin, margin + padY], PaddingModes.Replicate);
    }

    /// <summary>The input and a change of the padded one, of which the input's part counts.</summary>
    private protected static Tensor Changed(Tensor input, Tensor change, int margin = 0) =>
        input.add(change.narrow(2, margin, input.shape[2]).narrow(3, margin, input.shape[3]), Scalars.One);

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Networks register their parts themselves, under the names of the state dict, not under their fields'.
    }
}
