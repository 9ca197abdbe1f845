using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// A convolution whose weight may be reparametrised by weight norm or spectral norm, with PyTorch's names in the state dict:
/// <c>bias, weight_g, weight_v</c> under weight norm, <c>bias, weight_orig, weight_u, weight_v</c> under spectral norm.
/// </summary>
/// <remarks>It computes in the data type of its input; the parameters stay float32 and their gradients come back as float32.</remarks>
public sealed class Convolution : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-12;
    private readonly NormType _norm;
    private readonly int _dimensions;
    private readonly long[] _stride;
    private readonly long[] _padding;
    private readonly Parameter _direction;
    private readonly Parameter? _gain;
    private readonly Parameter? _bias;
    private readonly Tensor? _left;
    private readonly Tensor? _right;

    /// <summary>Creates a square convolution with Kaiming-normal weights (gain √2 over the fan-in) and a zero bias.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernelSize">Kernel size in pixels; the padding keeps the size for odd kernels.</param>
    /// <param name="stride">Step in pixels.</param>
    /// <param name="bias">Whether there is a bias.</param>
    /// <param name="norm">Weight, spectral, or anything else for a plain weight.</param>
    /// <param name="dimensions">2 for N×C×H×W, 1 for N×C×L.</param>
    /// <param name="padding">Padding in pixels; default (kernelSize - 1) / 2.</param>
    public Convolution(int inChannels, int outChannels, int kernelSize, int stride = 1, bool bias = true, NormType norm = NormType.None, int dimensions = 2, int? padding = null)
        : base(nameof(Convolution))
    {
        (InChannels, OutChannels, KernelSize) = (inChannels, outChannels, kernelSize);
        (_norm, _dimensions) = (norm, dimensions);
        _stride = [.. Enumerable.Repeat((long)stride, dimensions)];
        _padding = [.. Enumerable.Repeat((long)(padding ?? ((kernelSize - 1) / 2)), dimensions)];
        long[] shape = [outChannels, inChannels, .. Enumerable.Repeat((long)kernelSize, dimensions)];
        Tensor weight = Initialization.KaimingNormal(shape);
        _direction = new Parameter(weight); // takes the tensor over
        if (bias)
        {
            _bias = new Parameter(zeros(outChannels));
        }

        // Under reparametrisation PyTorch takes the weight out and registers its parts behind the bias.
        if (norm is not (NormType.Weight or NormType.Spectral))
        {
            register_parameter("weight", _direction);
        }

        if (_bias is not null)
        {
            register_parameter("bias", _bias);
        }

        if (norm == NormType.Weight)
        {
            _gain = new Parameter(NormPerOutput(_direction).detach());
            register_parameter("weight_g", _gain);
            register_parameter("weight_v", _direction);
        }
        else if (norm == NormType.Spectral)
        {
            _left = nn.functional.normalize(Initialization.Normal([outChannels]), dim: 0, eps: Epsilon);
            _right = nn.functional.normalize(Initialization.Normal([_direction.numel() / outChannels]), dim: 0, eps: Epsilon);
            register_parameter("weight_orig", _direction);
            register_buffer("weight_u", _left);
            register_buffer("weight_v", _right);
        }
    }

    /// <summary>Channels of the input.</summary>
    public int InChannels { get; }

    /// <summary>Channels of the output.</summary>
    public int OutChannels { get; }

    /// <summary>Kernel size in pixels.</summary>
    public int KernelSize { get; }

    /// <summary>The bias, if there is one.</summary>
    public Parameter? Bias => _bias;

    /// <summary>Replaces the effective weight, as an initialisation does: under weight norm the gain becomes the new weight's norm.</summary>
    /// <param name="weight">Out × in × kernel.</param>
    public void SetWeight(Tensor weight)
    {
        using IDisposable off = no_grad();
        using DisposeScope scope = NewDisposeScope();
        _direction.copy_(weight);
        _gain?.copy_(NormPerOutput(weight));
    }

    /// <summary>Makes the effective weight zero; under weight norm through the gain, because a zero direction has no norm to divide by.</summary>
    public void SetZero()
    {
        using IDisposable off = no_grad();
        (_gain ?? _direction).zero_();
    }

    /// <summary>The weight that the convolution uses now, out × in × kernel.</summary>
    /// <returns>A tensor with its graph; under spectral norm in training mode this makes one power iteration.</returns>
    public Tensor EffectiveWeight() => _norm switch
    {
        NormType.Weight => _direction * (_gain! / NormPerOutput(_direction)),
        NormType.Spectral => _direction / SpectralNorm(),
        _ => _direction.alias(),
    };

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor weight = EffectiveWeight().to(input.dtype);
        Tensor? bias = _bias?.to(input.dtype);
        Tensor output = _dimensions == 1
            ? nn.functional.conv1d(input, weight, bias, _stride[0], _padding[0])
            : nn.functional.conv2d(input, weight, bias, _stride, _padding);
        return output.MoveToOuterDisposeScope();
    }

    private static Tensor NormPerOutput(Tensor weight)
    {
        long[] shape = [weight.shape[0], .. Enumerable.Repeat(1L, (int)weight.dim() - 1)];
        return weight.flatten(1).norm(1, keepdim: false, p: 2).view(shape);
    }

    private Tensor SpectralNorm()
    {
        Tensor matrix = _direction.flatten(1);
        if (training)
        {
            using (no_grad())
            {
                _right!.copy_(nn.functional.normalize(matrix.t().mv(_left!), dim: 0, eps: Epsilon));
                _left!.copy_(nn.functional.normalize(matrix.mv(_right), dim: 0, eps: Epsilon));
            }
        }

        // The vectors count as constants in the gradient; clones, because the next forward pass overwrites them in place.
        return _left!.clone().dot(matrix.mv(_right!.clone()));
    }

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}
