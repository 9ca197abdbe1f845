using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// A small network on a pretrained encoder, for colours: the first stages of a ResNet-18, which know what a thing is, and as little of
/// their own behind them as some hundred photos can teach. Without the fourth stage, which holds three quarters of the weights, the model
/// fits into 6 MB; with it, into 23 MB, and it knows more things.
/// </summary>
/// <remarks>
/// <c>encoder</c> is numbered as fastai numbers it (0 convolution, 1 batch norm, 4 to 6 or 7 stages). What it sees at 1/4, 1/8, 1/16
/// and 1/32 of the size passes <c>norm</c> (batch norm) and <c>cross</c> (1×1), and is added at 1/8 before the one activation;
/// <c>tail</c> (1×1, starts at zero) makes the change of it, which is enlarged and added to the input. A way up by pixel shuffle that
/// sees the picture again, as the other networks have it, draws colours with sharper edges and guesses them worse on photos of another
/// kind: it learns which grey goes with which colour in the training photos.
/// </remarks>
public sealed class LiteResNetUnet : RestorationNetwork
{
    private const int TailSize = 8, InnerChannels = 128;
    private const string DrawsName = "draws";
    private readonly LiteResNetUnetOptions _options;
    private readonly EncoderBody _encoder;
    private readonly List<BatchNorm2d> _norms = [];
    private readonly List<Convolution> _cross = [];
    private readonly Convolution _tail;

    /// <summary>Creates the network with random weights, which <c>torch.manual_seed</c> decides.</summary>
    /// <param name="options">What to build.</param>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public LiteResNetUnet(LiteResNetUnetOptions options)
        : base(nameof(LiteResNetUnet), options)
    {
        _options = options;
        int inner = ResNet.Scaled(InnerChannels, options.Width);
        _encoder = new ResNet(LiteResNetUnetOptions.Encoder, classes: 0, stages: options.EncoderStages).Body;
        int[] crossed = [.. _encoder.SkipChannels.Skip(1), _encoder.OutChannels];
        _norms.AddRange(crossed.Select(ConvLayer.BatchNorm));
        _cross.AddRange(crossed.Select(channels => new Convolution(channels, inner, 1, norm: options.Norm)));
        _tail = new Convolution(inner, 3, 1);
        _tail.SetZero();
        (string Name, nn.Module Module)[] rest =
            [("norm", nn.ModuleList([.. _norms])), ("cross", nn.ModuleList([.. _cross])), ("tail", _tail)];
        register_module("encoder", _encoder);
        register_buffer(DrawsName, zeros([], dtype: ScalarType.Int64));
        foreach ((string name, nn.Module module) in rest)
        {
            register_module(name, module);
        }

        (string Name, nn.Module Module)[] encoder = [.. _encoder.named_children().Select(child => ("encoder." + child.name, child.module))];
        Groups = [LayerGroup.Of(encoder[..6]), LayerGroup.Of(encoder[6..]), LayerGroup.Of(rest)];
    }

    /// <summary>The encoder.</summary>
    public EncoderBody Encoder => _encoder;

    /// <inheritdoc/>
    public override bool ComputesInBfloat16 => true;

    /// <inheritdoc/>
    public override bool AddsToInput => true;

    /// <inheritdoc/>
    public override int SeenSide => _options.SeenSide;

    /// <inheritdoc/>
    public override int SizeMultiple => 2 << _options.EncoderStages;

    /// <inheritdoc/>
    /// <remarks>
    /// The sum over the deepest path: the stem and its pool, two blocks of two convolutions a stage, and what the two enlargements mix, of
    /// which the first reaches one pixel of the deepest features further.
    /// </remarks>
    public override int ReceptiveRadius
    {
        get
        {
            const int Stem = 3 + 2, FirstStage = 4 * 4;
            int stages = Enumerable.Range(2, _options.EncoderStages - 1).Sum(stage => (1 << stage) + (3 << (stage + 1)));
            return Stem + FirstStage + stages + SizeMultiple + TailSize + SizeMultiple;
        }
    }

    /// <inheritdoc/>
    protected override bool TrainsFrozenNorms => false;

    /// <inheritdoc/>
    /// <remarks>ML.NET's ResNet-18 has one more block in the stage that is left out here.</remarks>
    public override void LoadPretrained(IReadOnlyDictionary<string, Tensor> weights) =>
        EncoderWeights.Load(_encoder, LiteResNetUnetOptions.Encoder, weights, ResNet.BlocksIn(weights.Keys));

    /// <summary>
    /// Sets training mode, in which the encoder's batch norms keep ImageNet's statistics: those of a few photos in small batches are worse.
    /// </summary>
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
        Tensor padded = Padded(input);
        Tensor whole = ChannelsLast.Of(padded.to(ComputeType));
        var seen = new List<Tensor>(_options.EncoderStages + 1);
        seen.Add(_encoder.Forward(whole, seen));
        using Generator? masks = training && _options.Dropout > 0 ? new Generator(MaskSeed()) : null;
        Tensor sum = nn.functional.avg_pool2d(Cross(0, seen[1], masks), 2).add(Cross(1, seen[2], masks), Scalars.One);
        for (int stage = 2; stage < _cross.Count; stage++)
        {
            sum = sum.add_(Enlarged(Cross(stage, seen[stage + 1], masks), 1 << (stage - 1)), Scalars.One);
        }

        Tensor x = Drop(sum.relu_(), masks, _options.Dropout / 2);
        Tensor change = Enlarged(x.Then(_tail).to(input.dtype), TailSize);
        return Changed(input, change).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string AddTo(INetworkGraph graph, string input)
    {
        var seen = new List<string>(_options.EncoderStages + 1);
        seen.Add(_encoder.AddTo(graph, graph.ToComputeType(Padded(graph, input)), seen));
        string CrossOf(int index) => graph.Module(_cross[index], graph.BatchNorm(seen[index + 1], _norms[index]));
        string sum = graph.Plus(graph.AveragePool(CrossOf(0), 2, 2), CrossOf(1));
        for (int stage = 2; stage < _cross.Count; stage++)
        {
            sum = graph.Plus(sum, graph.EnlargeBilinear(CrossOf(stage), 1 << (stage - 1)));
        }

        string change = graph.ToFloat32(graph.Module(_tail, graph.Relu(sum)));
        return Changed(graph, input, graph.EnlargeBilinear(change, TailSize));
    }

    /// <summary>From a count that is kept with the weights: a training that is resumed draws what it would have drawn.</summary>
    private ulong MaskSeed()
    {
        using Tensor draws = get_buffer(DrawsName)!.add_(Scalars.One, Scalars.One).alias();
        return new RandomStream(draws.item<long>(), "dropout").NextBits() >> 1;
    }

    private static Tensor Enlarged(Tensor features, int times)
    {
        using (features)
        {
            return nn.functional.interpolate(
                features, scale_factor: [times, times], mode: InterpolationMode.Bilinear, align_corners: false);
        }
    }

    private Tensor Cross(int index, Tensor features, Generator? masks) =>
        Drop(features.Then(_norms[index]), masks, _options.Dropout).Then(_cross[index]);

    private Tensor Drop(Tensor features, Generator? masks, double part)
    {
        if (masks is null)
        {
            return features;
        }

        using (features)
        using (Tensor whole = rand([Share?.Of ?? features.shape[0], .. features.shape[1..]], generator: masks))
        using (Tensor random = whole.narrow(0, Share?.Start ?? 0, features.shape[0]))
        {
            using Scalar limit = Scalars.Of(1 - part), factor = Scalars.Of(1 / (1 - part));
            return features * random.lt(limit).to(features.dtype).mul_(factor);
        }
    }
}
