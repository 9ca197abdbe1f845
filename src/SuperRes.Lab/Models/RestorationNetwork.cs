using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// A network that answers a picture with a better one of the same size: <see cref="DynamicUnet"/>, the article's, <see cref="LiteUnet"/>
/// and <see cref="LiteResNetUnet"/>, small enough to be trained and used on a processor, <see cref="MaskUnet"/>, or one of your own (<see
/// cref="NetworkRegistry"/>).
/// </summary>
/// <remarks>
/// A constructor registers the network's parts (<c>register_module</c>) by their names in the state dict and sets <see cref="Groups"/>.
/// <c>forward</c> takes N×3×H×W of any size, ImageNet-normalised and already at the output's size, and answers with the same shape and data
/// type.
/// </remarks>
public abstract class RestorationNetwork : nn.Module<Tensor, Tensor>, IGraphModule
{
    /// <summary>Checks the options.</summary>
    /// <param name="name">The module's name in messages.</param>
    /// <param name="options">What to build.</param>
    /// <exception cref="InputException">An option is outside its range, or no network is registered by the options' name.</exception>
    protected RestorationNetwork(string name, NetworkOptions options)
        : base(name)
    {
        options.Validate();
        Options = options;

        // Torch's own convolutions, which a network may be made of, have no such door.
        register_forward_pre_hook((_, input) =>
        {
            NativeRuntime.EnsureConvolutions();
            return input;
        });
    }

    /// <summary>What the network was built from.</summary>
    public NetworkOptions Options { get; }

    /// <summary>
    /// The layer groups that learning-rate slices and freezing speak of, each parameter in one of them; the library's networks have three:
    /// the encoder's first half, its second half, and the rest.
    /// </summary>
    public IReadOnlyList<LayerGroup> Groups { get; protected init; } = [];

    /// <summary>The data type that convolutions compute in: float32 (default) or bfloat16, with parameters in float32; float64 for a
    /// network moved there.</summary>
    /// <exception cref="InputException">The network can't compute in the type.</exception>
    public ScalarType ComputeType
    {
        get;
        set
        {
            bool can = value == ScalarType.Float32 || (ComputesInBfloat16 && (value is ScalarType.BFloat16 or ScalarType.Float64));
            field = can ? value : throw new InputException(
                $"The network {Options.Body} can't compute in {value}; use float32{(ComputesInBfloat16 ? " or bfloat16" : "")}.");
        }
    } = ScalarType.Float32;

    /// <summary>Whether <c>forward</c> follows <see cref="ComputeType"/>. Default false: it computes in float32 alone.</summary>
    public virtual bool ComputesInBfloat16 => false;

    /// <summary>
    /// Whether the output is the input plus what the network computes, so that coarse arithmetic rounds the small change and not the
    /// picture. Default false.
    /// </summary>
    public virtual bool AddsToInput => false;

    /// <summary>Whether the network says which pixels are masked (<see cref="Answer"/>). Default false.</summary>
    public virtual bool HasMask => false;

    /// <summary>
    /// Which part of a batch the network is about to see, where several ranks divide it; null for whole batches. A network that draws
    /// random numbers draws those of the whole batch and takes the part's, so that they don't depend on how many ranks there are.
    /// </summary>
    internal BatchShare? Share { get; set; }

    /// <summary>To which length a picture's shorter side is brought before the network sees it, where it is longer and the network's change
    /// is added to the input. Default 0: it is seen as it is.</summary>
    public virtual int SeenSide => 0;

    /// <summary>How often the network halves the size in all, as a factor: positions of tiles must be multiples of it.</summary>
    public abstract int SizeMultiple { get; }

    /// <summary>How many pixels an output pixel can depend on in each direction.</summary>
    public abstract int ReceptiveRadius { get; }

    /// <summary>Whether the batch norms of frozen groups keep learning, as in fastai. Default true.</summary>
    protected virtual bool TrainsFrozenNorms => true;

    /// <summary>Builds the network that the options describe, with random weights, which <c>torch.manual_seed</c> decides.</summary>
    /// <param name="options">What to build.</param>
    /// <returns>The network.</returns>
    /// <exception cref="InputException">An option is outside its range, or no network is registered by the options' name.</exception>
    /// <exception cref="InvalidOperationException">A network leaves a parameter out of its layer groups, or has it in two.</exception>
    public static RestorationNetwork Create(NetworkOptions options)
    {
        RestorationNetwork network = NetworkRegistry.Get(options, "model").Create(options);
        var grouped = network.Groups.SelectMany(group => group.Parameters).Select(parameter => parameter.Name).ToList();
        var all = network.named_parameters().Select(parameter => parameter.name).ToHashSet(StringComparer.Ordinal);
        if (grouped.Count != all.Count || !all.SetEquals(grouped))
        {
            network.Dispose();
            throw new InvalidOperationException(
                $"The network {options.Body} has {all.Count} registered parameters, and its layer groups have {grouped.Count}; "
                + "each must be in one group.");
        }

        return network;
    }

    /// <summary>Takes the weights that the options' <see cref="NetworkOptions.StartsFrom"/> names.</summary>
    /// <param name="weights">Tensors by the names that their file has; they stay the caller's.</param>
    /// <exception cref="InputException">They don't fit.</exception>
    public virtual void LoadPretrained(IReadOnlyDictionary<string, Tensor> weights) =>
        throw new NotSupportedException($"The network {Options.Body} names pretrained weights and doesn't say how it takes them.");

    /// <summary>What the forward pass computes, and what it knows of the mask.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised, already at the output's size.</param>
    /// <returns>The picture alone, unless the network <see cref="HasMask"/>.</returns>
    public virtual MaskedAnswer Answer(Tensor input) => new(call(input), null);

    /// <summary>Adds what the forward pass computes to a graph, so that the network can be exported.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">N×3×H×W float32, ImageNet-normalised and already at the output's size.</param>
    /// <returns>The name of the output, float32.</returns>
    /// <exception cref="InputException">The network or a part of it doesn't say what it computes.</exception>
    public virtual string AddTo(INetworkGraph graph, string input) => throw new InputException(
        $"The network {Options.Body} doesn't say what it computes, so it can't be exported; let it override {nameof(AddTo)}.");

    /// <summary>
    /// Leaves the last layer group trainable, and in the groups before it the batch norms alone (fastai's <c>freeze</c>).
    /// </summary>
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

    /// <summary>The input with its last row and column repeated, up to sides that are multiples of <see cref="SizeMultiple"/>; itself where
    /// they are.</summary>
    /// <param name="input">N×3×H×W.</param>
    protected Tensor Padded(Tensor input)
    {
        long padY = -input.shape[2] & (SizeMultiple - 1), padX = -input.shape[3] & (SizeMultiple - 1);
        return padX == 0 && padY == 0 ? input : nn.functional.pad(input, [0, padX, 0, padY], PaddingModes.Replicate);
    }

    /// <summary>The same in a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">N×3×H×W.</param>
    protected string Padded(INetworkGraph graph, string input) => graph.PadToMultiple(input, SizeMultiple);

    /// <summary>The input and a change of the padded one, of which the input's part counts.</summary>
    /// <param name="input">N×3×H×W.</param>
    /// <param name="change">What the network adds, of the padded size.</param>
    protected static Tensor Changed(Tensor input, Tensor change) =>
        input.add(change.narrow(2, 0, input.shape[2]).narrow(3, 0, input.shape[3]), Scalars.One);

    /// <summary>The same in a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="input">N×3×H×W.</param>
    /// <param name="change">What the network adds, of the padded size.</param>
    protected static string Changed(INetworkGraph graph, string input, string change) => graph.Plus(input, graph.CropTo(change, input));

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Networks register their parts themselves, under the names of the state dict, not under their fields'.
    }
}
