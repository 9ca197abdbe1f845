using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks.Plain;

/// <summary>fastai's res_block: two convolutions and the input added.</summary>
internal sealed class PlainResBlock : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<nn.Module<Tensor, Tensor>> layers;

    public PlainResBlock(int channels)
        : base(nameof(PlainResBlock))
    {
        layers = nn.ModuleList<nn.Module<Tensor, Tensor>>(PlainUnet.ConvRelu(channels, channels), PlainUnet.ConvRelu(channels, channels));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => input + layers[1].call(layers[0].call(input));
}
