using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks.Plain;

/// <summary>fastai's PixelShuffle_ICNR: 1×1 convolution, ReLU, pixel shuffle and the blur.</summary>
internal sealed class PlainShuffle : nn.Module<Tensor, Tensor>
{
    private readonly Sequential conv;
    private readonly bool _blur;

    public PlainShuffle(int inChannels, int outChannels, bool blur)
        : base(nameof(PlainShuffle))
    {
        _blur = blur;
        conv = nn.Sequential(("0", new PlainConv(inChannels, outChannels * 4, 1)));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        Tensor x = nn.functional.pixel_shuffle(nn.functional.relu(conv.call(input), inplace: true), 2);
        return _blur ? nn.functional.avg_pool2d(nn.functional.pad(x, [1, 0, 1, 0], PaddingModes.Replicate), 2, 1) : x;
    }
}
