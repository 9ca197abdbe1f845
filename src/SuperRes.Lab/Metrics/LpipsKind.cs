using SuperRes.Lab.Features;

namespace SuperRes.Lab.Metrics;

/// <summary>A network that LPIPS has heads for.</summary>
/// <param name="Name">As the authors call it: alex, squeeze or vgg.</param>
/// <param name="Network">The feature network.</param>
/// <param name="Layers">The layers that are compared, one head each.</param>
/// <param name="SmallestSide">The smallest side in pixels at which every layer has an output.</param>
internal sealed record LpipsKind(string Name, FeatureNetworkKind Network, IReadOnlyList<string> Layers, int SmallestSide)
{
    /// <summary>All of them, the usual one first.</summary>
    public static IReadOnlyList<LpipsKind> All { get; } =
    [
        new("alex", AlexNetFeatures.Kind, AlexNetFeatures.Kind.LayerNames, 31),
        new("vgg", FeatureNetworks.Get("vgg16"), FeatureNetworks.Get("vgg16").LayerNames, 16),
        new("squeeze", SqueezeNetFeatures.Kind, SqueezeNetFeatures.Kind.LayerNames, 17),
    ];

    /// <summary>The name of the heads in the list of pretrained weights.</summary>
    public string Heads => "lpips_" + Name;

    /// <summary>Looks a name up.</summary>
    /// <exception cref="InputException">LPIPS has no heads for it.</exception>
    public static LpipsKind Get(string name) => All.FirstOrDefault(kind => kind.Name == name)
        ?? throw new InputException($"LPIPS has no heads for \"{name}\"; use {string.Join(", ", All.Select(kind => kind.Name))}.");
}
