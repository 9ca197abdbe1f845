using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// A U-Net on a pretrained ResNet-18 that says which pixels are masked, by scratches, holes, text and the like, and what belongs there:
/// output = input·(1 − m) + fill·m. Where the mask m is 0, a pixel comes back as it was.
/// </summary>
/// <remarks>
/// <c>encoder</c> is numbered as fastai numbers it (0 convolution, 1 batch norm, 4 to 7 stages) and keeps ImageNet's statistics;
/// <c>middle</c> is two convolutions at the smallest size. A step up is <c>up</c> (pixel shuffle), the sum with the encoder's features of
/// that size after <c>cross</c> (1×1), and <c>decoder</c> (two 3×3). At half the picture's size the picture itself joins, four pixels to a
/// position; <c>tail</c> makes fill − input and the mask's logit of it, four pixels to a position as well.
/// </remarks>
public sealed class MaskUnet : RestorationNetwork
{
    private const int Shuffled = 4, Outputs = 4;
    private const double RarelyMasked = -3; // the logit of about 5 %, the share of masked pixels at the start of a training

    // Mask values below the floor are 0 and those above 1 − floor are 1, so that a pixel that is surely whole isn't touched at all.
    private const double Floor = 0.1;
    private static readonly Scalar _gain = Scalars.Of(1 / (1 - (2 * Floor))), _offset = Scalars.Of(-Floor / (1 - (2 * Floor)));
    private static readonly int[] _widths = [64, 64, 96, 128];
    private readonly EncoderBody _encoder;
    private readonly Sequential _middle;
    private readonly List<PixelShuffleIcnr> _up = [];
    private readonly List<Convolution> _cross = [];
    private readonly List<Sequential> _decoder = [];
    private readonly Convolution _tail;

    /// <summary>Creates the network with random weights, which <c>torch.manual_seed</c> decides.</summary>
    /// <param name="options">What to build.</param>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public MaskUnet(MaskUnetOptions options)
        : base(nameof(MaskUnet), options)
    {
        int stages = options.Stages, below = ResNet.Scaled(192, options.Width);
        NormType norm = options.Norm;
        _encoder = new ResNet(MaskUnetOptions.Encoder, classes: 0, stages: stages).Body;
        _middle = nn.Sequential(("0", ConvLayer.Create(_encoder.OutChannels, below, 1, norm)),
            ("1", ConvLayer.Create(below, below, 3, norm)));
        for (int i = stages - 1; i >= 0; i--)
        {
            int width = ResNet.Scaled(_widths[i], options.Width), joined = i == 0 ? width + (3 * Shuffled) : width;
            _up.Add(new PixelShuffleIcnr(below, width, norm: norm));
            _cross.Add(new Convolution(_encoder.SkipChannels[i], width, 1, norm: norm));
            _decoder.Add(nn.Sequential(("0", ConvLayer.Create(joined, width, 3, norm)), ("1", ConvLayer.Create(width, width, 3, norm))));
            below = width;
        }

        _tail = new Convolution(below, Outputs * Shuffled, 3);
        StartTail();
        (string Name, nn.Module Module)[] rest =
        [
            ("middle", _middle), ("up", nn.ModuleList([.. _up])), ("cross", nn.ModuleList([.. _cross])),
            ("decoder", nn.ModuleList([.. _decoder])), ("tail", _tail),
        ];
        register_module("encoder", _encoder);
        foreach ((string name, nn.Module module) in rest)
        {
            register_module(name, module);
        }

        (string Name, nn.Module Module)[] encoder = [.. _encoder.named_children().Select(child => ("encoder." + child.name, child.module))];
        int half = 4 + (stages / 2); // the stem's four children and half of the stages
        Groups = [LayerGroup.Of(encoder[..half]), LayerGroup.Of(encoder[half..]), LayerGroup.Of(rest)];
    }

    /// <summary>The encoder.</summary>
    public EncoderBody Encoder => _encoder;

    /// <inheritdoc/>
    public override bool ComputesInBfloat16 => true;

    /// <inheritdoc/>
    public override bool AddsToInput => true;

    /// <inheritdoc/>
    public override bool HasMask => true;

    /// <inheritdoc/>
    public override int SizeMultiple => 2 << _up.Count;

    /// <inheritdoc/>
    /// <remarks>The sum over the deepest path: the stem and its pool, two blocks of two convolutions a stage, and the way up.</remarks>
    public override int ReceptiveRadius
    {
        get
        {
            int stages = 4 * 4;
            for (int stage = 1; stage < _up.Count; stage++)
            {
                stages += (2 << stage) + (3 * (4 << stage));
            }

            return 3 + 2 + stages + SizeMultiple + (2 * (SizeMultiple - 2)) + 2 + SizeMultiple;
        }
    }

    /// <inheritdoc/>
    protected override bool TrainsFrozenNorms => false;

    /// <inheritdoc/>
    /// <remarks>ML.NET's ResNet-18 has one more block in its last stage, which is left out here.</remarks>
    public override void LoadPretrained(IReadOnlyDictionary<string, Tensor> weights) =>
        EncoderWeights.Load(_encoder, MaskUnetOptions.Encoder, weights, ResNet.BlocksIn(weights.Keys));

    /// <summary>Sets training mode, in which the encoder's batch norms keep ImageNet's statistics.</summary>
    /// <param name="on">Whether to train.</param>
    public override void train(bool on = true)
    {
        base.train(on);
        _encoder.train(false);
    }

    /// <summary>Runs the network.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised, already at the output's size; any size of at least 1×1.</param>
    /// <returns>N×3×H×W in the input's data type, normalised like the input.</returns>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return Answer(input).Picture.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override MaskedAnswer Answer(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor padded = Padded(input), whole = ChannelsLast.Of(padded.to(ComputeType));
        var skips = new List<Tensor>(_up.Count);
        Tensor x = _encoder.Forward(whole, skips).Then(_middle);
        for (int i = 0; i < _up.Count; i++)
        {
            using Tensor skip = skips[^(i + 1)];
            x = x.Then(_up[i]).Plus(_cross[i].call(skip));
            x = (i == _up.Count - 1 ? TensorSteps.Join(x, ChannelsLast.Of(nn.functional.pixel_unshuffle(whole, 2))) : x).Then(_decoder[i]);
        }

        Tensor all = nn.functional.pixel_shuffle(x.Then(_tail), 2).to(input.dtype)
            .narrow(2, 0, input.shape[2]).narrow(3, 0, input.shape[3]);
        Tensor delta = all.narrow(1, 0, 3), logits = all.narrow(1, 3, 1);
        Tensor mask = Opened(logits.sigmoid());
        return new(input.add(delta * mask, Scalars.One).MoveToOuterDisposeScope(), logits.MoveToOuterDisposeScope());
    }

    /// <inheritdoc/>
    public override string AddTo(INetworkGraph graph, string input)
    {
        string whole = graph.ToComputeType(Padded(graph, input));
        var skips = new List<string>(_up.Count);
        string x = graph.Module(_middle, _encoder.AddTo(graph, whole, skips));
        for (int i = 0; i < _up.Count; i++)
        {
            x = graph.Plus(graph.Module(_up[i], x), graph.Module(_cross[i], skips[^(i + 1)]));
            x = i == _up.Count - 1 ? graph.Join(x, graph.PixelUnshuffle(whole, 3, 2)) : x;
            x = graph.Module(_decoder[i], x);
        }

        string all = graph.CropTo(graph.ToFloat32(graph.PixelShuffle(graph.Module(_tail, x), 2)), input);
        string logits = graph.Channels(all, 3, 1), delta = graph.Channels(all, 0, 3);
        string scaled = graph.Plus(
            graph.Add("Mul", [graph.Add("Sigmoid", [logits]), graph.Number(1 / (1 - (2 * Floor)))]),
            graph.Number(-Floor / (1 - (2 * Floor))));
        string mask = graph.Add("Clip", [scaled, graph.Number(0), graph.Number(1)]);
        return graph.Plus(input, graph.Add("Mul", [delta, mask]));
    }

    /// <summary>The mask that is used of the probability to be masked.</summary>
    private static Tensor Opened(Tensor probability) =>
        probability.mul(_gain).add(_offset, Scalars.One).clamp(Scalars.Zero, Scalars.One);

    /// <summary>An untrained network returns its input nearly as it is: nothing is filled yet, and little is masked.</summary>
    private void StartTail()
    {
        using IDisposable off = no_grad();
        using Scalar small = Scalars.Of(0.1), rare = Scalars.Of(RarelyMasked);
        using Tensor weight = _tail.EffectiveWeight() * small;
        _tail.SetWeight(weight);
        using Tensor mask = _tail.Bias!.narrow(0, 3 * Shuffled, Shuffled);
        mask.fill_(rare);
    }
}
