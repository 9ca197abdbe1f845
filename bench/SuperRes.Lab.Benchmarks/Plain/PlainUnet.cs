using SuperRes.Lab.Models;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks.Plain;

/// <summary>
/// The article's network written down module by module with TorchSharp's own parts, as somebody would who ports it from fastai: what the library's
/// <see cref="DynamicUnet"/> is measured against. It has the same names in the state dict and computes the same.
/// </summary>
internal sealed class PlainUnet : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<nn.Module> layers;

    public PlainUnet()
        : base(nameof(PlainUnet))
    {
        Sequential encoder = nn.Sequential(
            ("0", nn.Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false)),
            ("1", nn.BatchNorm2d(64)),
            ("2", nn.ReLU(inplace: true)),
            ("3", nn.MaxPool2d(3, 2, 1)),
            ("4", Stage(64, 64, 3, 1)),
            ("5", Stage(64, 128, 4, 2)),
            ("6", Stage(128, 256, 6, 2)),
            ("7", Stage(256, 512, 3, 2)));
        layers = nn.ModuleList<nn.Module>(
            encoder,
            nn.BatchNorm2d(512),
            nn.ReLU(),
            nn.Sequential(("0", ConvRelu(512, 1024)), ("1", ConvRelu(1024, 512))),
            new PlainUnetBlock(512, 256, 512),
            new PlainUnetBlock(512, 128, 384),
            new PlainUnetBlock(384, 64, 256),
            new PlainUnetBlock(256, 64, 96),
            new PlainShuffle(96, 96, blur: false),
            nn.Identity(),
            new PlainResBlock(99),
            nn.Sequential(("0", new PlainConv(99, 3, 1))));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        var skips = new List<Tensor>();
        Tensor x = input;
        foreach ((int i, nn.Module<Tensor, Tensor> child) in ((Sequential)layers[0]).children().Cast<nn.Module<Tensor, Tensor>>().Index())
        {
            x = child.call(x);
            if (i is 2 or 4 or 5 or 6)
            {
                skips.Add(x);
            }
        }

        for (int i = 1; i < layers.Count; i++)
        {
            x = layers[i] switch
            {
                PlainUnetBlock block => block.call(x, skips[7 - i]),
                PlainResBlock last => last.call(cat([x, input], 1)),
                nn.Module<Tensor, Tensor> layer => layer.call(x),
                _ => x,
            };
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Images in 0–1 to images, without graph.</summary>
    public Tensor Predict(Tensor image)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable off = no_grad();
        return ImageNet.Denormalize(call(ImageNet.Normalize(image))).MoveToOuterDisposeScope();
    }

    internal static Sequential ConvRelu(int inChannels, int outChannels) =>
        nn.Sequential(("0", new PlainConv(inChannels, outChannels, 3)), ("1", nn.ReLU(inplace: true)));

    private static Sequential Stage(int inChannels, int outChannels, int count, int stride) => nn.Sequential(Enumerable.Range(0, count)
        .Select(i => ($"{i}", (nn.Module<Tensor, Tensor>)new PlainResidual(i == 0 ? inChannels : outChannels, outChannels, i == 0 ? stride : 1))));
}
