using System.Runtime.CompilerServices;
using SuperRes.Lab.Features;
using TorchSharp;
using static TorchSharp.torch;

namespace SuperRes.Lab.Tests.Features;

/// <summary>
/// A Haar wavelet transform (Mallat 1989) as a feature network of another assembly, whose whole is this file: how strong edges are across,
/// down and along the diagonals, at a half, a quarter and an eighth of the size. It is computed, not learned, so there is no file of
/// weights.
/// </summary>
public sealed class WaveletFeatures : FeatureNetwork
{
    private static readonly float[] _mean = [1, 1, 1, 1], _across = [1, -1, 1, -1], _down = [1, 1, -1, -1], _diagonal = [1, -1, -1, 1];

    private WaveletFeatures()
        : base(Kind)
    {
        float[] bands = [.. _mean, .. _across, .. _down, .. _diagonal];
        using Tensor four = tensor(bands, [4, 1, 2, 2]) / 2;
        register_buffer("filters", four.repeat(3, 1, 1, 1)); // for each colour
        FreezeParameters();
    }

    public static new FeatureNetworkKind Kind { get; } = new()
    {
        Name = "wavelets",
        LayerNames = ["half", "quarter", "eighth"],
        BlockLayers = ["half", "quarter", "eighth"],
        DefaultLayers = ["half", "quarter", "eighth"],
        DefaultWeights = [1, 1, 1],
        DefaultGramFactor = 10,
        Create = () => new WaveletFeatures(),
    };

    [ModuleInitializer]
    internal static void Register() => FeatureNetworks.Register(Kind);

    public override IReadOnlyList<Tensor> Features(Tensor input, IReadOnlyList<string> layers)
    {
        int[] wanted = Kind.IndicesOf(layers);
        using DisposeScope scope = NewDisposeScope();
        Tensor filters = get_buffer("filters")!.to(input.dtype), mean = input;
        var features = new List<Tensor>(wanted.Length);
        for (int level = 0; level <= wanted[^1]; level++)
        {
            Tensor bands = nn.functional.conv2d(mean, filters, strides: [2, 2], groups: 3).unflatten(1, 3, 4);
            mean = bands.select(2, 0);
            if (wanted.Contains(level))
            {
                features.Add(bands.narrow(2, 1, 3).flatten(1, 2).abs().MoveToOuterDisposeScope());
            }
        }

        return features;
    }
}
