using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>What the upscaler needs to know of a network: how to call it, and how far an output pixel looks.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Scale">How many times larger its result is than the image: 1 for restoration.</param>
/// <param name="Predict">
/// 1×3×H×W float32 in 0–1, already enlarged to output size → 1×3×H×W, not clamped. Any size; where it pads to a multiple of
/// <see cref="SizeMultiple"/>, it pads on the right and below.
/// </param>
public sealed record UpscaleNetwork(string Name, int Scale, Func<Tensor, Tensor> Predict)
{
    /// <summary>What it was trained for: "super-resolution", "restoration" or "colorization"; colourisation may turn grey into
    /// colour.</summary>
    public string Task { get; init; } = "super-resolution";

    /// <summary>How the image is enlarged before it enters the network. Default: bicubic.</summary>
    public ResampleFilter InputFilter { get; init; } = ResampleFilter.Bicubic;

    /// <summary>How many pixels an output pixel depends on in each direction. Default: 0.</summary>
    public int ReceptiveRadius { get; init; }

    /// <summary>Of what the positions of pooling are multiples, so that a tile must start at one. Default: 1.</summary>
    public int SizeMultiple { get; init; } = 1;

    /// <summary>Memory that the network takes at its peak for each pixel of a tile. Default: 3072 bytes; the article's model was measured
    /// at 2,225.</summary>
    public int WorkingBytesPerPixel { get; init; } = 3072;

    /// <summary>Whether it enlarges by itself: <see cref="Predict"/> takes 1×3×h×w of the image's own size and gives it <see
    /// cref="Scale"/> times as large. Default: false.</summary>
    public bool EnlargesItself { get; init; }

    /// <summary>Side in output pixels of the only size that it takes, which it fills up itself; 0 (default): any size.</summary>
    public int FixedSide { get; init; }

    /// <summary>Gives what tells its weights from others': a hash of them. Default: nothing, its name must do.</summary>
    internal Func<string> WeightsHash { get; init; } = () => "";

    internal bool KeepsGrey => !string.Equals(Task, "colorization", StringComparison.OrdinalIgnoreCase);

    /// <summary>A trained model as a network for the upscaler.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="type">float32, or bfloat16 for the arithmetic inside; pictures stay float32. Default: float32.</param>
    /// <returns>The network.</returns>
    public static UpscaleNetwork Of(RestorationModel model, ScalarType type = ScalarType.Float32)
        => new(model.Name, model.Scale, type == ScalarType.Float32 ? model.Predict : x => PredictIn(model, x, type))
        {
            Task = model.Task,
            InputFilter = model.InputFilter,
            ReceptiveRadius = model.ReceptiveRadius,
            SizeMultiple = model.SizeMultiple,
            WeightsHash = model.WeightsHash,
        };

    /// <summary>Convolutions in another type; pictures, and what is added to them at the end, stay float32.</summary>
    private static Tensor PredictIn(RestorationModel model, Tensor input, ScalarType type)
    {
        ScalarType before = model.Network.ComputeType;
        model.Network.ComputeType = type;
        try
        {
            return model.Predict(input);
        }
        finally
        {
            model.Network.ComputeType = before;
        }
    }
}
