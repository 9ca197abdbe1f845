namespace SuperRes.Lab.Weights;

/// <summary>A file of pretrained weights that the library knows.</summary>
public sealed record PretrainedWeight
{
    /// <summary>Its name in this library: "resnet34", "vgg16_bn", …</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required string Description { get; init; }

    /// <summary>Where it can be fetched, first choice first.</summary>
    public required IReadOnlyList<Uri> Sources { get; init; }

    /// <summary>Its name in the cache folder.</summary>
    public required string FileName { get; init; }

    /// <summary>Its SHA-256 in hexadecimal, or the first digits of it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Its exact size in bytes; null where it isn't known.</summary>
    public long? Size { get; init; }

    /// <summary>Its size in words, for lists: "83 MB".</summary>
    public required string ApproximateSize { get; init; }

    /// <summary>Under which terms it may be used.</summary>
    public required string Licence { get; init; }

    /// <summary>Names of safetensors files with the same network, as timm publishes them, that are accepted in its place.</summary>
    public IReadOnlyList<string> SafeTensorsNames { get; init; } = [];

    /// <summary>The file with the same network that comes with the build; null where there is none. One in the cache goes before
    /// it.</summary>
    public BundledWeight? Bundled { get; init; }

    /// <summary>Tensors that identify the network: a safetensors file without them, in these shapes, is not accepted.</summary>
    internal IReadOnlyList<(string Key, long[] Shape)> Fingerprint { get; init; } = [];
}
