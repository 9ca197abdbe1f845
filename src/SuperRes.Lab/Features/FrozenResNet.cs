using SuperRes.Lab.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Features;

/// <summary>A residual network whose weights don't change any more, run with each batch norm within its convolution and in the data type of
/// the input.</summary>
internal sealed class FrozenResNet(ResNet network) : IDisposable
{
    private FrozenConvolution? _stem;
    private List<List<FrozenBlock>> _stages = [];
    private (ScalarType, DeviceType, int) _madeFor;

    /// <summary>The outputs of some layers: 0 the ReLU behind the first convolution, 1 to 4 the stages.</summary>
    public IReadOnlyList<Tensor> Features(Tensor input, IReadOnlyList<int> layers)
    {
        using DisposeScope scope = NewDisposeScope();
        Prepare(input);
        var features = new List<Tensor>(layers.Count);
        Tensor x = _stem!.Run(ChannelsLast.Of(input)).relu_();
        Keep(x, 0);
        x = layers[^1] > 0 ? nn.functional.max_pool2d(x, 3, 2, 1) : x;
        for (int stage = 1; stage <= layers[^1]; stage++)
        {
            foreach (FrozenBlock block in _stages[stage - 1])
            {
                x = block.Run(x);
            }

            Keep(x, stage);
        }

        return features;

        void Keep(Tensor value, int layer)
        {
            if (layers.Contains(layer))
            {
                features.Add(value.MoveToOuterDisposeScope());
            }
        }
    }

    public void Dispose()
    {
        _stem?.Dispose();
        _stem = null;
        _stages.ForEach(stage => stage.ForEach(block => block.Dispose()));
        _stages = [];
    }

    /// <summary>Makes the convolutions when they are first needed, or needed in another type: weights must be loaded before.</summary>
    private void Prepare(Tensor input)
    {
        (ScalarType, DeviceType, int) wanted = (input.dtype, input.device_type, input.device_index);
        if (_stem is not null && _madeFor == wanted)
        {
            return;
        }

        Dispose();
        _stem = new FrozenConvolution(network.Stem!, network.StemNorm, input.dtype);
        _stages = [.. network.Stages.Select(stage => stage.Select(block => new FrozenBlock(block, input.dtype)).ToList())];
        _madeFor = wanted;
    }

    /// <summary>A residual block: convolutions with ReLUs between them, the shortcut added, a ReLU.</summary>
    private sealed class FrozenBlock(ResidualBlock block, ScalarType type) : IDisposable
    {
        private readonly FrozenConvolution[] _path = [.. block.Path.Select(part => new FrozenConvolution(part.Conv, part.Norm, type))];
        private readonly FrozenConvolution? _shortcut = block.Shortcut is { } shortcut
            ? new FrozenConvolution(shortcut.Conv, shortcut.Norm, type) : null;

        public Tensor Run(Tensor input)
        {
            Tensor x = _path[0].Run(input);
            foreach (FrozenConvolution convolution in _path.Skip(1))
            {
                x = convolution.Run(x.relu_());
            }

            return x.add_(_shortcut?.Run(input) ?? input, Scalars.One).relu_();
        }

        public void Dispose()
        {
            _shortcut?.Dispose();
            foreach (FrozenConvolution convolution in _path)
            {
                convolution.Dispose();
            }
        }
    }
}
