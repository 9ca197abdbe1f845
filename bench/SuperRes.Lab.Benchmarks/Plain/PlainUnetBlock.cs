using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks.Plain;

/// <summary>fastai's UnetBlock: pixel shuffle with blur, the cross connection, two convolutions.</summary>
internal sealed class PlainUnetBlock : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly PlainShuffle shuf;
    private readonly BatchNorm2d bn;
    private readonly Sequential conv1;
    private readonly Sequential conv2;

    public PlainUnetBlock(int upChannels, int skipChannels, int outChannels)
        : base(nameof(PlainUnetBlock))
    {
        shuf = new PlainShuffle(upChannels, upChannels / 2, blur: true);
        bn = nn.BatchNorm2d(skipChannels);
        conv1 = PlainUnet.ConvRelu((upChannels / 2) + skipChannels, outChannels);
        conv2 = PlainUnet.ConvRelu(outChannels, outChannels);
        RegisterComponents();
    }

    public override Tensor forward(Tensor up, Tensor skip)
    {
        Tensor joined = nn.functional.relu(cat([shuf.call(up), bn.call(skip)], 1), inplace: true);
        return conv2.call(conv1.call(joined));
    }
}
