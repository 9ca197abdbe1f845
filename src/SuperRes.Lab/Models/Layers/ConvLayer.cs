using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>fastai's <c>conv_layer</c>: convolution → ReLU → batch norm → self-attention, each part where it is asked for.</summary>
public static class ConvLayer
{
    /// <summary>Builds the layer.</summary>
    /// <param name="inChannels">Channels of the input.</param>
    /// <param name="outChannels">Channels of the output.</param>
    /// <param name="kernelSize">Kernel size in pixels; the size of the picture is kept.</param>
    /// <param name="norm">Weight or spectral norm on the convolution, or batch norm behind the activation (then the convolution has no
    /// bias).</param>
    /// <param name="activation">Whether a ReLU follows the convolution.</param>
    /// <param name="selfAttention">Whether self-attention ends the layer.</param>
    /// <returns>A sequence with the keys 0, 1, … of fastai's.</returns>
    public static Sequential Create(int inChannels, int outChannels, int kernelSize = 3, NormType norm = NormType.Batch,
        bool activation = true, bool selfAttention = false)
    {
        var parts = new List<nn.Module<Tensor, Tensor>>
        {
            new Convolution(inChannels, outChannels, kernelSize, bias: norm != NormType.Batch, norm: norm),
        };
        if (activation)
        {
            parts.Add(nn.ReLU(inplace: true));
        }

        if (norm == NormType.Batch)
        {
            parts.Add(nn.BatchNorm2d(outChannels));
        }

        if (selfAttention)
        {
            parts.Add(new SelfAttention(outChannels));
        }

        return nn.Sequential(parts.Select((part, i) => (i.ToString(System.Globalization.CultureInfo.InvariantCulture), part)));
    }

    /// <summary>fastai's <c>batchnorm_2d</c>: a batch norm whose bias starts at 1e-3.</summary>
    internal static BatchNorm2d BatchNorm(int channels)
    {
        BatchNorm2d norm = nn.BatchNorm2d(channels);
        using IDisposable off = no_grad();
        using Scalar start = Scalars.Of(1e-3);
        norm.bias!.fill_(start);
        return norm;
    }
}
