using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Benchmarks;

/// <summary>torchvision's vgg16_bn (Simonyan and Zisserman 2015) without its classifier, of TorchSharp's own parts.</summary>
internal static class PlainVgg16
{
    private const int Pool = 0;

    private static readonly int[] _widths =
        [64, 64, Pool, 128, 128, Pool, 256, 256, 256, Pool, 512, 512, 512, Pool, 512, 512, 512];

    public static Sequential Create()
    {
        int from = 3;
        Sequential vgg = nn.Sequential(_widths.SelectMany(width => width == Pool ? [nn.MaxPool2d(2)] : Block(width)));
        foreach (Conv2d conv in vgg.children().OfType<Conv2d>())
        {
            nn.init.kaiming_normal_(conv.weight!, mode: nn.init.FanInOut.FanOut);
        }

        return vgg;

        nn.Module<Tensor, Tensor>[] Block(int to) =>
            [nn.Conv2d(from, from = to, 3, padding: 1), nn.BatchNorm2d(to), nn.ReLU(inplace: true)];
    }
}
