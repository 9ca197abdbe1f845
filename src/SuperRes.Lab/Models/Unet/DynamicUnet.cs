using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// fastai's <c>DynamicUnet</c>: a U-Net on a residual encoder. Names in the state dict, their order and every value equal fastai's, so its
/// checkpoints load without a mapping table.
/// </summary>
/// <remarks>
/// The children of <c>layers</c> are 0 encoder, 1 batch norm, 2 ReLU, 3 two middle convolutions, 4 to 7 <see cref="UnetBlock"/>s, 8 a pixel
/// shuffle back to the input's size, 9 the place where the input joins, 10 a residual block, 11 a 1×1 convolution, 12 a sigmoid range
/// (without the last cross: 9 the convolution, 10 the sigmoid); with fewer encoder stages there are as many blocks less. Where a side is
/// odd, what the pixel shuffle enlarged is cropped by its last
/// row or column before the input joins. That equals fastai's network built for that size, which resizes there to the nearest pixel by one
/// more layer, numbered 9 (so the later ones have other names); its network built for an even size fails there.
/// </remarks>
public sealed class DynamicUnet : RestorationNetwork
{
    private readonly UnetOptions _options;
    private readonly EncoderBody _encoder;
    private readonly BatchNorm2d _norm;
    private readonly Sequential _middle;
    private readonly List<UnetBlock> _blocks = [];
    private readonly PixelShuffleIcnr _shuffle;
    private readonly ResBlock? _lastBlock;
    private readonly Sequential _head;

    /// <summary>Creates a U-Net with random weights, which <c>torch.manual_seed</c> decides.</summary>
    /// <param name="options">What to build.</param>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public DynamicUnet(UnetOptions options)
        : base(nameof(DynamicUnet), options)
    {
        _options = options;
        NormType norm = options.Norm;
        _encoder = new ResNet(options.Body, 0, options.Stem, options.Width, options.Blocks, options.StageCount).Body;
        int channels = _encoder.OutChannels;
        _norm = ConvLayer.BatchNorm(channels);
        _middle = nn.Sequential(("0", ConvLayer.Create(channels, channels * 2, norm: norm)),
            ("1", ConvLayer.Create(channels * 2, channels, norm: norm)));
        for (int i = 0; i < options.StageCount; i++)
        {
            bool last = i == options.StageCount - 1;
            var block = new UnetBlock(channels, _encoder.SkipChannels[^(i + 1)], last, options.Blur && (!last || options.BlurFinal),
                options.SelfAttention && i == options.StageCount - 3, options);
            _blocks.Add(block);
            channels = block.OutChannels;
        }

        _shuffle = new PixelShuffleIcnr(channels, channels, blur: false, norm, options.Icnr);
        var layers = new List<nn.Module> { _encoder, _norm, nn.ReLU(), _middle };
        layers.AddRange(_blocks);
        layers.Add(_shuffle);
        if (options.LastCross)
        {
            channels += 3;
            _lastBlock = new ResBlock(channels, norm, options.Bottle);
            layers.AddRange([nn.Identity(), _lastBlock]);
        }

        // A layer that starts at zero has no direction, so weight norm would leave it three gains to learn with at first.
        NormType headNorm = options.Residual ? NormType.None : norm;
        _head = ConvLayer.Create(channels, options.OutChannels, 1, headNorm, activation: false);
        if (options.Residual)
        {
            ((Convolution)_head[0]).SetZero();
        }

        layers.Add(_head);
        register_module("layers", new ModuleList<nn.Module>([.. layers]));
        Layers = layers;
        (string Name, nn.Module Module)[] encoder =
            [.. _encoder.named_children().Select(child => ("layers.0." + child.name, child.module))];
        int half = 4 + (options.StageCount / 2); // the stem's four children and half of the stages
        Groups = [LayerGroup.Of(encoder[..half]), LayerGroup.Of(encoder[half..]),
            LayerGroup.Of(layers.Skip(1).Select((layer, i) => ($"layers.{i + 1}", layer)))];
    }

    /// <summary>The children of <c>layers</c> in order, fastai's <c>learn.model.layers</c>.</summary>
    public IReadOnlyList<nn.Module> Layers { get; }

    /// <summary>The encoder.</summary>
    public EncoderBody Encoder => _encoder;

    /// <inheritdoc/>
    public override int SizeMultiple => 2 << _options.StageCount;

    /// <inheritdoc/>
    /// <remarks>The sum over the deepest path through the U-Net.</remarks>
    public override int ReceptiveRadius
    {
        get
        {
            IReadOnlyList<int> blocks = _options.StageBlocks;
            int stemAndPool = 3 + 2 + (_options.Stem == StemType.Classic ? 0 : 4);
            int stages = (blocks[0] * 2 * 4) + Enumerable.Range(1, blocks.Count - 1)
                .Sum(stage => (2 << stage) + (((blocks[stage] * 2) - 1) * (4 << stage)));
            int middle = 2 * SizeMultiple, up = 3 * (SizeMultiple - 2), last = 2;
            return stemAndPool + stages + middle + up + last + SizeMultiple;
        }
    }

    /// <inheritdoc/>
    public override bool ComputesInBfloat16 => true;

    /// <inheritdoc/>
    public override bool AddsToInput => _options.Residual;

    /// <inheritdoc/>
    public override void LoadPretrained(IReadOnlyDictionary<string, Tensor> weights) =>
        EncoderWeights.Load(_encoder, _options.Body, weights, ResNet.BlocksIn(weights.Keys));

    /// <summary>Runs the network.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised, already at the output's size.</param>
    /// <returns>N × out channels × H × W in the input's data type, normalised like the input.</returns>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        (long height, long width) = (input.shape[2], input.shape[3]);
        Tensor whole = input.to(ComputeType);
        whole = ChannelsLast.Pays(whole) ? ChannelsLast.Of(whole) : whole;
        var skips = new List<Tensor>(_blocks.Count);
        Tensor x = _encoder.Forward(whole, skips);
        x = _norm.call(x).relu_().Then(_middle);
        for (int i = 0; i < _blocks.Count; i++)
        {
            using Tensor below = x, skip = skips[^(i + 1)];
            x = _blocks[i].call(below, skip);
        }

        x = x.Then(_shuffle);
        if ((height | width) % 2 != 0)
        {
            x = x.narrow(2, 0, height).narrow(3, 0, width);
        }

        if (_lastBlock is not null)
        {
            x = TensorSteps.Join(x, whole.alias()).Then(_lastBlock);
        }

        x = x.Then(_head).to(input.dtype);
        if (_options.Residual)
        {
            x = x.add(input, Scalars.One);
        }

        if (_options.YRange is { } range)
        {
            using Scalar low = Scalars.Of(range[0]), span = Scalars.Of(range[1] - range[0]);
            x = (x.sigmoid() * span).add(low, Scalars.One);
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string AddTo(INetworkGraph graph, string input)
    {
        string whole = graph.ToComputeType(input);
        var skips = new List<string>(_blocks.Count);
        string x = graph.Module(_middle, graph.Relu(graph.BatchNorm(_encoder.AddTo(graph, whole, skips), _norm)));
        for (int i = 0; i < _blocks.Count; i++)
        {
            x = _blocks[i].AddTo(graph, x, skips[^(i + 1)]);
        }

        x = graph.CropTo(graph.Module(_shuffle, x), input);
        if (_lastBlock is not null)
        {
            x = graph.Module(_lastBlock, graph.Join(x, whole));
        }

        x = graph.ToFloat32(graph.Module(_head, x));
        x = _options.Residual ? graph.Plus(x, input) : x;
        return _options.YRange is { } range
            ? graph.Plus(
                graph.Add("Mul", [graph.Add("Sigmoid", [x]), graph.Number(range[1] - range[0])]), graph.Number(range[0]))
            : x;
    }
}
