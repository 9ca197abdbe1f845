using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// The convolutional part of VGG-16 (Simonyan and Zisserman 2015), with or without batch norm, numbered as torchvision's <c>features</c>. Used as a
/// fixed measure: it is always in evaluation mode and none of its parameters is trainable.
/// </summary>
public sealed class Vgg16Features : nn.Module<Tensor, Tensor>
{
    private static readonly int[] Widths = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0];
    private readonly List<nn.Module<Tensor, Tensor>> _layers = [];
    private List<FrozenConvolution>? _frozen;
    private (ScalarType, DeviceType, int) _frozenFor;

    /// <summary>Creates the network with torchvision's random start.</summary>
    /// <param name="batchNorm">Whether each convolution is followed by a batch norm (vgg16_bn).</param>
    public Vgg16Features(bool batchNorm = true)
        : base(batchNorm ? "vgg16_bn" : "vgg16")
    {
        HasBatchNorm = batchNorm;
        var ends = new List<int>();
        int channels = 3;
        foreach (int width in Widths)
        {
            if (width == 0)
            {
                ends.Add(_layers.Count - 1);
                _layers.Add(nn.MaxPool2d(2, 2));
                continue;
            }

            var conv = new Convolution(channels, width, 3);
            using (Tensor weight = Initialization.KaimingNormalFanOut([width, channels, 3, 3]))
            {
                conv.SetWeight(weight);
            }

            _layers.Add(conv);
            if (batchNorm)
            {
                _layers.Add(nn.BatchNorm2d(width));
            }

            _layers.Add(nn.ReLU(inplace: true));
            channels = width;
        }

        BlockEnds = ends;
        for (int i = 0; i < _layers.Count; i++)
        {
            register_module($"{i}", _layers[i]);
        }

        foreach (Parameter parameter in parameters())
        {
            parameter.requires_grad = false;
        }

        eval();
    }

    /// <summary>Whether this is vgg16_bn.</summary>
    public bool HasBatchNorm { get; }

    /// <summary>Index of the ReLU before each of the five max pools: 5, 12, 22, 32, 42 with batch norm, 3, 8, 15, 22, 29 without.</summary>
    public IReadOnlyList<int> BlockEnds { get; }

    /// <summary>Runs the whole network.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised.</param>
    /// <returns>N×512×H/32×W/32.</returns>
    public override Tensor forward(Tensor input) => Features(input, [_layers.Count - 1])[0];

    /// <summary>Runs the network up to the last layer asked for.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised; it is not changed. The network computes in its data type.</param>
    /// <param name="layers">Indices of ReLUs and max pools in rising order.</param>
    /// <returns>Each of those layers' outputs.</returns>
    public IReadOnlyList<Tensor> Features(Tensor input, IReadOnlyList<int> layers)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<FrozenConvolution> convolutions = Convolutions(input);
        var features = new List<Tensor>(layers.Count);
        Tensor x = ChannelsLast.Of(input);
        for (int i = 0, done = 0; i <= layers[^1]; i++)
        {
            x = _layers[i] switch
            {
                Convolution => convolutions[done++].Run(x),
                BatchNorm2d => x, // within the convolution
                ReLU => x.relu_(),
                nn.Module<Tensor, Tensor> pool => pool.call(x),
            };
            if (layers.Contains(i))
            {
                features.Add(x.MoveToOuterDisposeScope());
            }
        }

        return features;
    }

    /// <summary>The convolutions in the input's data type and place, made when they are first needed: weights must be loaded before.</summary>
    private IReadOnlyList<FrozenConvolution> Convolutions(Tensor input)
    {
        (ScalarType, DeviceType, int) wanted = (input.dtype, input.device_type, input.device_index);
        if (_frozen is null || _frozenFor != wanted)
        {
            _frozen?.ForEach(convolution => convolution.Dispose());
            _frozen = [.. _layers.Index().Where(entry => entry.Item is Convolution)
                .Select(entry => new FrozenConvolution((Convolution)entry.Item, _layers[entry.Index + 1] as BatchNorm2d, input.dtype))];
            _frozenFor = wanted;
        }

        return _frozen;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _frozen?.ForEach(convolution => convolution.Dispose());
            _frozen = null;
        }

        base.Dispose(disposing);
    }

    /// <summary>The network is a measure: it stays in evaluation mode, whatever the network around it does.</summary>
    /// <param name="on">Ignored.</param>
    public override void train(bool on = true) => base.train(false);

    /// <inheritdoc/>
    protected override void RegisterComponents()
    {
        // Everything is registered above, under its name in the state dict, not under its field's.
    }
}
