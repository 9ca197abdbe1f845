using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Convolution = SuperRes.Lab.Models.Convolution;

namespace SuperRes.Lab.Features;

/// <summary>A convolution and the batch norm behind it as one, in the data type that it computes in: for networks whose weights don't
/// change any more.</summary>
internal sealed class FrozenConvolution : IDisposable
{
    private readonly Tensor _weight;
    private readonly Tensor _bias;
    private readonly long[] _stride, _padding;

    /// <summary>Joins them; the originals stay as they are and are not looked at again.</summary>
    /// <param name="conv">The convolution.</param>
    /// <param name="norm">The batch norm; null for none. Its running statistics count.</param>
    /// <param name="type">The data type.</param>
    public FrozenConvolution(Convolution conv, BatchNorm2d? norm, ScalarType type)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        Tensor weight = conv.EffectiveWeight().to(float64);
        Tensor bias = conv.Bias?.to(float64) ?? zeros(conv.OutChannels, float64, weight.device);
        if (norm is not null)
        {
            using Scalar smallest = Scalars.Of(norm.eps);
            Tensor factor = norm.weight!.to(float64) / norm.running_var!.to(float64).add(smallest, Scalars.One).sqrt();
            weight = weight * factor.view(-1, 1, 1, 1);
            bias = ((bias - norm.running_mean!.to(float64)) * factor).add(norm.bias!.to(float64), Scalars.One);
        }

        (_stride, _padding) = (conv.Stride, conv.Padding);
        _weight = weight.to(type).detach().DetachFromDisposeScope();
        _bias = bias.to(type).detach().DetachFromDisposeScope();
    }

    /// <summary>Convolves.</summary>
    public Tensor Run(Tensor input) => Convolution.Convolve(input, _weight, _bias, _stride, _padding);

    public void Dispose()
    {
        _weight.Dispose();
        _bias.Dispose();
    }
}
