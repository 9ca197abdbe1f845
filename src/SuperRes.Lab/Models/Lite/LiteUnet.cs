using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>
/// A small U-Net for processors, of the article's parts: a residual encoder, cross connections, pixel shuffle with ICNR, and the input
/// joined at the end. It works at half the picture's size and below: the picture is pixel-unshuffled to 12 channels (Shi et al. 2016,
/// backwards), so that the costly convolutions see a quarter of the pixels.
/// </summary>
/// <remarks>
/// <c>head</c> makes features of the unshuffled picture; <c>encoder</c> has a list of residual blocks without batch norm (Lim et al. 2017)
/// for each of three sizes (1/2, 1/4, 1/8), <c>down</c> a strided convolution between them; <c>up</c> enlarges by pixel shuffle,
/// <c>join</c> merges that with the encoder's features of the size, <c>decoder</c> refines; <c>tail</c> sees these features beside the
/// unshuffled picture and gives its correction, which starts at zero.
/// </remarks>
public sealed class LiteUnet : RestorationNetwork
{
    private const int Unshuffled = 12;
    private const float BranchStart = 0.1f;
    private readonly LiteUnetOptions _options;
    private readonly Convolution _head;
    private readonly List<Sequential> _encoder = [];
    private readonly List<Convolution> _down = [];
    private readonly List<PixelShuffleIcnr> _up = [];
    private readonly List<Convolution> _join = [];
    private readonly List<Sequential> _decoder = [];
    private readonly Convolution _tail;

    /// <summary>Creates the network with random weights, which <c>torch.manual_seed</c> decides.</summary>
    /// <param name="options">What to build.</param>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public LiteUnet(LiteUnetOptions options)
        : base(nameof(LiteUnet), options)
    {
        _options = options;
        NormType norm = options.Norm;
        int[] widths = [.. options.Channels];
        IReadOnlyList<int> blocks = options.StageBlocks;
        _head = new Convolution(Unshuffled, widths[0], 3, norm: norm);
        for (int level = 0; level < widths.Length; level++)
        {
            _encoder.Add(Blocks(widths[level], blocks[level], norm));
            if (level + 1 < widths.Length)
            {
                _down.Add(new Convolution(widths[level], widths[level + 1], 3, stride: 2, norm: norm));
                _up.Add(new PixelShuffleIcnr(widths[level + 1], widths[level], blur: false, norm, IcnrMode.AsIntended));
                _join.Add(new Convolution(2 * widths[level], widths[level], 1, norm: norm));
                _decoder.Add(Blocks(widths[level], blocks[level], norm));
            }
        }

        _tail = new Convolution(widths[0] + Unshuffled, Unshuffled, 3);
        _tail.SetZero();
        (string Name, nn.Module Module)[] parts =
        [
            ("head", _head), ("encoder", nn.ModuleList([.. _encoder])), ("down", nn.ModuleList([.. _down])),
                ("up", nn.ModuleList([.. _up])),
            ("join", nn.ModuleList([.. _join])), ("decoder", nn.ModuleList([.. _decoder])), ("tail", _tail),
        ];
        foreach ((string name, nn.Module module) in parts)
        {
            register_module(name, module);
        }

        Groups = Split(parts);
    }

    /// <inheritdoc/>
    public override bool ComputesInBfloat16 => true;

    /// <inheritdoc/>
    public override bool AddsToInput => true;

    /// <inheritdoc/>
    public override int SizeMultiple => 2 << _down.Count;

    /// <inheritdoc/>
    public override int ReceptiveRadius
    {
        get
        {
            int radius = 2 + 2; // head and tail, at half the size
            for (int level = 0; level < _encoder.Count; level++)
            {
                int pixel = 2 << level, lists = level < _down.Count ? 2 : 1, convolutions = 2 * _options.StageBlocks[level];
                radius += pixel * ((lists * convolutions) + (level < _down.Count ? 1 : 0));
            }

            return radius + SizeMultiple;
        }
    }

    /// <summary>Runs the network.</summary>
    /// <param name="input">N×3×H×W, ImageNet-normalised, already at the output's size; any size of at least 1×1.</param>
    /// <returns>N×3×H×W in the input's data type, normalised like the input.</returns>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor padded = Padded(input);
        Tensor whole = ChannelsLast.Of(nn.functional.pixel_unshuffle(padded.to(ComputeType), 2));
        Tensor x = _head.call(whole);
        var skips = new List<Tensor>(_down.Count);
        for (int level = 0; level < _encoder.Count; level++)
        {
            x = x.Then(_encoder[level]);
            if (level < _down.Count)
            {
                skips.Add(x);
                x = _down[level].call(x);
            }
        }

        for (int level = _down.Count - 1; level >= 0; level--)
        {
            x = TensorSteps.Join(x.Then(_up[level]), skips[level]).Then(_join[level]).Then(_decoder[level]);
        }

        Tensor change = nn.functional.pixel_shuffle(TensorSteps.Join(x, whole).Then(_tail), 2).to(input.dtype);
        return Changed(input, change).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override string AddTo(INetworkGraph graph, string input)
    {
        string whole = graph.PixelUnshuffle(graph.ToComputeType(Padded(graph, input)), 3, 2);
        string x = graph.Module(_head, whole);
        var skips = new List<string>(_down.Count);
        for (int level = 0; level < _encoder.Count; level++)
        {
            x = graph.Module(_encoder[level], x);
            if (level < _down.Count)
            {
                skips.Add(x);
                x = graph.Module(_down[level], x);
            }
        }

        for (int level = _down.Count - 1; level >= 0; level--)
        {
            string joined = graph.Join(graph.Module(_up[level], x), skips[level]);
            x = graph.Module(_decoder[level], graph.Module(_join[level], joined));
        }

        string change = graph.PixelShuffle(graph.Module(_tail, graph.Join(x, whole)), 2);
        return Changed(graph, input, graph.ToFloat32(change));
    }

    /// <summary>The encoder at the largest size, the smaller ones, the way up.</summary>
    private static LayerGroup[] Split(IReadOnlyList<(string Name, nn.Module Module)> parts)
    {
        var flat = parts.SelectMany(part => part.Module is Convolution
            ? [part]
            : part.Module.named_children().Select(child => (Name: $"{part.Name}.{child.name}", Module: child.module))).ToList();
        bool IsFirst(string name) => name is "head" or "encoder.0";
        bool IsEncoder(string name) => name.StartsWith("encoder", StringComparison.Ordinal)
            || name.StartsWith("down", StringComparison.Ordinal);
        return
        [
            LayerGroup.Of(flat.Where(part => IsFirst(part.Name))),
            LayerGroup.Of(flat.Where(part => !IsFirst(part.Name) && IsEncoder(part.Name))),
            LayerGroup.Of(flat.Where(part => !IsFirst(part.Name) && !IsEncoder(part.Name))),
        ];
    }

    private static Sequential Blocks(int channels, int count, NormType norm)
    {
        var blocks = new List<(string, nn.Module<Tensor, Tensor>)>();
        for (int i = 0; i < count; i++)
        {
            var block = new ResBlock(channels, norm, lastActivation: false);
            block.ScaleBranch(BranchStart);
            blocks.Add(($"{i}", block));
        }

        return nn.Sequential(blocks);
    }
}
