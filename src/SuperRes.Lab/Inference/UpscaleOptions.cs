using SuperRes.Lab.Imaging;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>How whole images are put through a network.</summary>
public sealed record UpscaleOptions
{
    /// <summary>How many times larger the result is: the model's own scale or a power of it (×4 is ×2 twice). Default: null, the model's
    /// own.</summary>
    public int? Scale { get; init; }

    /// <summary>
    /// Side in output pixels of the squares that the result is made of; the network sees each with <see cref="Overlap"/> around it.
    /// Default: 0, chosen from the model and <see cref="MemoryLimit"/>: small images are one tile.
    /// </summary>
    public int Tile { get; init; }

    /// <summary>
    /// Output pixels that the network sees around each tile. Default: null, the model's receptive radius, which makes tiles invisible;
    /// less is raised to that, more is blended over the edge.
    /// </summary>
    public int? Overlap { get; init; }

    /// <summary>
    /// Most bytes of memory to take, pictures and network together. Tiles shrink to keep it, and when the receptive radius no longer
    /// fits, so does the overlap; an image whose own pixels don't fit is refused. Default: null, three quarters of the machine's.
    /// </summary>
    public long? MemoryLimit { get; init; }

    /// <summary>Number type of the network's arithmetic: float32, or bfloat16, which is faster on some processors. Default:
    /// float32.</summary>
    public ScalarType Dtype { get; init; } = ScalarType.Float32;

    /// <summary>Whether the result is the mean over the eight flips and rotations: eight times the work for about 0.1 dB. Default:
    /// false.</summary>
    public bool SelfEnsemble { get; init; }

    /// <summary>How much of the change is made by a network that keeps the size: 0 none, 1 all, 2 twice as much, as for colours that came
    /// out too faint or too strong. Default: 1.</summary>
    public double Strength { get; init; } = 1;

    /// <summary>Quality of JPEG and WebP outputs, 1–100. Default: 95.</summary>
    public int Quality { get; init; } = 95;

    /// <summary>
    /// Which pixels <see cref="UpscaleNetwork.Filling"/> fills, those that are lighter than middle grey; of the image's own size. Default:
    /// null, the network finds them itself.
    /// </summary>
    public RgbImage? Mask { get; init; }

    /// <summary>Refuses values that can't work.</summary>
    /// <exception cref="InputException">An option is outside its range.</exception>
    public void Validate()
    {
        Check(Scale is null or >= 1, "scale", Scale, "1 or more");
        Check(Tile is 0 or >= 16, "tile", Tile, "0 (chosen for you) or at least 16 pixels");
        Check(Overlap is null or >= 0, "overlap", Overlap, "0 or more pixels");
        Check(MemoryLimit is null or >= 1 << 20, "memory limit", MemoryLimit, "at least 1,048,576 bytes");
        Check(Dtype is ScalarType.Float32 or ScalarType.BFloat16, "dtype", Dtype, "float32 or bfloat16");
        Check(Strength is >= 0 and <= 2 && (Strength == 1 || Mask is null), "strength", Strength, "0 to 2, and 1 with a mask");
        Check(Quality is >= 1 and <= 100, "quality", Quality, "1 to 100");
    }

    private static void Check(bool holds, string option, object? value, string expected)
    {
        if (!holds)
        {
            throw new InputException($"The option {option} is {value}; it must be {expected}.");
        }
    }
}
