using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// A convolution whose weight may be reparametrised by weight norm or spectral norm, with PyTorch's names in the state dict:
/// <c>bias, weight_g, weight_v</c> under weight norm, <c>bias, weight_orig, weight_u, weight_v</c> under spectral norm.
/// </summary>
/// <remarks>It computes in the data type of its input; the parameters stay float32 and their gradients come back as float32.</remarks>
public sealed class Convolution : nn.Module<Tensor, Tensor>, IGraphModule
{
    private const double Epsilon = 1e-12;
    private readonly NormType _norm;
    private readonly int _dimensions;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly string _directionName;
    private int _inputPadding, _outputPadding;

    /// <summary>Creates a square convolution with Kaiming-normal weights (gain √2 over the fan-in) and a zero bias.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernelSize">Kernel size in pixels; the padding keeps the size for odd kernels.</param>
    /// <param name="stride">Step in pixels.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="norm">Weight, spectral, or anything else for a plain weight.</param>
    /// <param name="dimensions">2 for N×C×H×W, 1 for N×C×L.</param>
    /// <param name="padding">Padding in pixels; default (kernelSize - 1) / 2.</param>
    public Convolution(int inChannels, int outChannels, int kernelSize, int stride = 1, bool bias = true, NormType norm = NormType.None,
        int dimensions = 2, int? padding = null)
        : base(nameof(Convolution))
    {
        (InChannels, OutChannels, KernelSize) = (inChannels, outChannels, kernelSize);
        (_norm, _dimensions) = (norm, dimensions);
        // A line is a picture of one row.
        long margin = padding ?? ((kernelSize - 1) / 2);
        _stride = [dimensions == 1 ? 1 : stride, stride];
        _padding = [dimensions == 1 ? 0 : margin, margin];
        long[] shape = [outChannels, inChannels, .. Enumerable.Repeat((long)kernelSize, dimensions)];
        var direction = new Parameter(Initialization.KaimingNormal(shape)); // takes the tensor over
        _directionName = norm switch { NormType.Weight => "weight_v", NormType.Spectral => "weight_orig", _ => "weight" };

        // Under reparametrisation PyTorch takes the weight out and registers its parts behind the bias.
        bool isPlain = norm is not (NormType.Weight or NormType.Spectral);
        if (isPlain)
        {
            register_parameter(_directionName, direction);
        }

        if (bias)
        {
            register_parameter("bias", new Parameter(zeros(outChannels)));
        }

        if (norm == NormType.Weight)
        {
            register_parameter("weight_g", new Parameter(NormPerOutput(direction).detach()));
        }

        if (!isPlain)
        {
            register_parameter(_directionName, direction);
        }

        if (norm == NormType.Spectral)
        {
            register_buffer("weight_u", nn.functional.normalize(Initialization.Normal([outChannels]), dim: 0, eps: Epsilon));
            register_buffer("weight_v",
                nn.functional.normalize(Initialization.Normal([direction.numel() / outChannels]), dim: 0, eps: Epsilon));
        }

        HasBias = bias;
    }

    /// <summary>Channels of the input.</summary>
    public int InChannels { get; }

    /// <summary>Channels of the output.</summary>
    public int OutChannels { get; }

    /// <summary>Kernel size in pixels.</summary>
    public int KernelSize { get; }

    /// <summary>The bias, if there is one.</summary>
    public Parameter? Bias => HasBias ? get_parameter("bias") : null;

    /// <summary>Steps in pixels, rows first.</summary>
    internal long[] Stride => _stride;

    /// <summary>Padding in pixels, rows first.</summary>
    internal long[] Padding => _padding;

    private bool HasBias { get; }

    // Looked up each time: moving a module to another device or type replaces its tensors.
    private Parameter Direction => get_parameter(_directionName)!;

    private Parameter? Gain => _norm == NormType.Weight ? get_parameter("weight_g") : null;

    /// <summary>Replaces the effective weight, as an initialisation does: under weight norm the gain becomes the new weight's
    /// norm.</summary>
    /// <param name="weight">Out × in × kernel.</param>
    public void SetWeight(Tensor weight)
    {
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Direction.copy_(weight);
        Gain?.copy_(NormPerOutput(weight));
    }

    /// <summary>Makes the effective weight zero; under weight norm through the gain, because a zero direction has no norm to divide
    /// by.</summary>
    public void SetZero()
    {
        using IDisposable off = no_grad();
        (Gain ?? Direction).zero_();
    }

    /// <summary>The weight that the convolution uses now, out × in × kernel.</summary>
    /// <returns>A tensor with its graph; under spectral norm in training mode this makes one power iteration.</returns>
    public Tensor EffectiveWeight() => _norm switch
    {
        NormType.Weight => Direction * (Gain! / NormPerOutput(Direction)),
        NormType.Spectral => Direction / SpectralNorm(),
        _ => Direction.alias(),
    };

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        bool isPadded = input.shape[1] > InChannels;
        Tensor weight = ComputedWeight(input.dtype, isPadded ? _inputPadding : 0, isPadded ? _outputPadding : 0);
        Tensor? bias = Bias?.to(input.dtype);
        if (isPadded && bias is not null)
        {
            bias = nn.functional.pad(bias, [0, _outputPadding]);
        }

        Tensor output = _dimensions == 1
            ? Convolve(input.unsqueeze(2), weight.unsqueeze(2), bias, _stride, _padding).squeeze(2)
            : Convolve(input, weight, bias, _stride, _padding);
        return output.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public string AddTo(INetworkGraph graph, string input)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        return graph.Convolution(input, EffectiveWeight(), Bias, _stride[(2 - _dimensions)..], _padding[(2 - _dimensions)..]);
    }

    /// <summary>Lets the convolution take and give channels of zeros behind its own, which cost less than an odd count of
    /// channels.</summary>
    /// <param name="input">How many more channels it is given; their weights are zero.</param>
    /// <param name="output">How many more channels of zeros it gives.</param>
    internal void PadChannels(int input, int output) => (_inputPadding, _outputPadding) = (input, output);

    /// <summary>A convolution of pictures, with the channels last where that <see cref="ChannelsLast.Pays">pays</see>; one of single pixels
    /// is a matrix product then.</summary>
    internal static Tensor Convolve(Tensor input, Tensor weight, Tensor? bias, long[] stride, long[] padding)
    {
        NativeRuntime.EnsureConvolutions();
        bool channelsLast = ChannelsLast.Pays(input), isProduct = weight.shape[2] == 1 && weight.shape[3] == 1 && padding[0]
            + padding[1] == 0;
        if (!channelsLast || !isProduct)
        {
            return nn.functional.conv2d(channelsLast ? ChannelsLast.Of(input) : input, weight, bias, stride, padding);
        }

        Tensor pixels = stride[0] * stride[1] == 1
            ? input
            : input[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: stride[0]), TensorIndex.Slice(step: stride[1])];
        return nn.functional.linear(pixels.permute(0, 2, 3, 1), weight.flatten(1), bias).permute(0, 3, 1, 2);
    }

    /// <summary>The weight in the data type that is computed in, with channels of zeros behind its own.</summary>
    private Tensor ComputedWeight(ScalarType type, int inputPadding, int outputPadding)
    {
        if (type == ScalarType.BFloat16 && _norm != NormType.Spectral && Bfloat16Weight.Takes(Direction, Gain))
        {
            return Bfloat16Weight.Of(Direction, Gain, inputPadding, outputPadding);
        }

        Tensor weight = EffectiveWeight().to(type);
        return inputPadding + outputPadding == 0 ? weight : nn.functional.pad(weight, [0, 0, 0, 0, 0, inputPadding, 0, outputPadding]);
    }

    private static Tensor NormPerOutput(Tensor weight)
    {
        long[] shape = [weight.shape[0], .. Enumerable.Repeat(1L, (int)weight.dim() - 1)];
        return weight.flatten(1).norm(1, keepdim: false, p: 2).view(shape);
    }

    private Tensor SpectralNorm()
    {
        Tensor matrix = Direction.flatten(1), left = get_buffer("weight_u")!, right = get_buffer("weight_v")!;
        if (training)
        {
            using (no_grad())
            {
                right.copy_(nn.functional.normalize(matrix.t().mv(left), dim: 0, eps: Epsilon));
                left.copy_(nn.functional.normalize(matrix.mv(right), dim: 0, eps: Epsilon));
            }
        }

        // The vectors count as constants in the gradient; clones, because the next forward pass overwrites them in place.
        return left.clone().dot(matrix.mv(right.clone()));
    }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}
