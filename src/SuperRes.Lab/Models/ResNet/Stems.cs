using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>The ways a residual network can begin; a batch norm and a ReLU follow each.</summary>
internal static class Stems
{
    public static nn.Module<Tensor, Tensor> Create(StemType type, int channels) => type switch
    {
        StemType.Deep => Deep(channels),
        StemType.Inception => new InceptionStem(channels),
        _ => EncoderBody.Conv(3, channels, 7, 2),
    };

    // timm's names for the same stem: conv1.0, 1, 3, 4, 6.
    private static Sequential Deep(int channels) => nn.Sequential(
        ("0", EncoderBody.Conv(3, channels / 2, 3, 2)),
        ("1", nn.BatchNorm2d(channels / 2)),
        ("2", nn.ReLU(inplace: true)),
        ("3", EncoderBody.Conv(channels / 2, channels / 2, 3, 1)),
        ("4", nn.BatchNorm2d(channels / 2)),
        ("5", nn.ReLU(inplace: true)),
        ("6", EncoderBody.Conv(channels / 2, channels, 3, 1)));

    /// <summary>Four parallel views of the picture at half its size: 3×3, 5×5 and 7×7 convolutions and a pooled 1×1 one, joined.</summary>
    private sealed class InceptionStem : nn.Module<Tensor, Tensor>, IGraphModule
    {
        private readonly Convolution[] _branches;

        public InceptionStem(int channels)
            : base(nameof(InceptionStem))
        {
            int quarter = channels / 4;
            _branches =
            [
                EncoderBody.Conv(3, quarter, 3, 2),
                EncoderBody.Conv(3, quarter, 5, 2),
                EncoderBody.Conv(3, quarter, 7, 2),
                EncoderBody.Conv(3, channels - (3 * quarter), 1, 1),
            ];
            for (int i = 0; i < _branches.Length; i++)
            {
                register_module($"branch{i}", _branches[i]);
            }
        }

        public override Tensor forward(Tensor input)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor pooled = nn.functional.max_pool2d(input, 3, 2, 1);
            return cat([_branches[0].call(input), _branches[1].call(input), _branches[2].call(input), _branches[3].call(pooled)], 1)
                .MoveToOuterDisposeScope();
        }

        public string AddTo(INetworkGraph graph, string input)
        {
            string pooled = graph.MaxPool(input, 3, 2, 1);
            return graph.Join([.. _branches.Select((branch, i) => graph.Module(branch, i < 3 ? input : pooled))]);
        }

        protected override void RegisterComponents()
        {
            // The children are registered above, under their names in the state dict.
        }
    }
}
