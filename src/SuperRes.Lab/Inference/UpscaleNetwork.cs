using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using TorchSharp;
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
    // Wider gaps are filled by the first rounds of interpolation alone, from what a tile holds.
    private const int FillingRadius = 128;
    private const double MaskOverlaps = 3.4;

    /// <summary>What it was trained for: "super-resolution", "restoration" or "colorization"; colourisation may turn grey into
    /// colour.</summary>
    public string Task { get; init; } = "super-resolution";

    /// <summary>How the image is enlarged before it enters the network. Default: bicubic.</summary>
    public ResampleFilter InputFilter { get; init; } = ResampleFilter.Bicubic;

    /// <summary>How many pixels an output pixel depends on in each direction. Default: 0.</summary>
    public int ReceptiveRadius { get; init; }

    /// <summary>How many pixels it was seen to depend on, where that can be measured; asked for when a large picture is cut into tiles.
    /// Default: null, <see cref="ReceptiveRadius"/>.</summary>
    public Func<int>? SeenRadius { get; init; }

    /// <summary>Of what the positions of pooling are multiples, so that a tile must start at one. Default: 1.</summary>
    public int SizeMultiple { get; init; } = 1;

    /// <summary>Memory that the network takes at its peak for each pixel of a tile. Default: 3072 bytes; the article's model was measured
    /// at 2,225.</summary>
    public int WorkingBytesPerPixel { get; init; } = 3072;

    /// <summary>How many overlaps a tile is across where the network looks far. Mask networks get half as many: they take 2 GB for twelve
    /// megapixels then.</summary>
    internal double TileOverlaps { get; init; } = 7.5;

    /// <summary>Whether it enlarges by itself: <see cref="Predict"/> takes 1×3×h×w of the image's own size and gives it <see
    /// cref="Scale"/> times as large. Default: false.</summary>
    public bool EnlargesItself { get; init; }

    /// <summary>Side in output pixels of the only size that it takes, which it fills up itself; 0 (default): any size.</summary>
    public int FixedSide { get; init; }

    /// <summary>To which length a picture's shorter side is brought before the network sees it, where it is longer; the change is enlarged
    /// and added to the picture as it is. Default 0: it is seen as it is.</summary>
    public int SeenSide { get; init; }

    /// <summary>Gives what tells its weights from others': a hash of them. Default: nothing, its name must do.</summary>
    internal Func<string> WeightsHash { get; init; } = () => "";

    /// <summary>The same as <see cref="Predict"/> for a whole picture without tensors: its three planes in 0–1, height and width → the
    /// result's planes. Default: null, there is no such way.</summary>
    internal Func<float[], int, int, float[]>? PredictWhole { get; init; }

    /// <summary>The same as <see cref="Predict"/> for pictures of at most <see cref="TwoScales.MostPixels"/>, which may take more time a
    /// pixel. Default: null, all are treated alike.</summary>
    internal Func<Tensor, Tensor>? PredictSmall { get; init; }

    internal bool KeepsGrey => !string.Equals(Task, "colorization", StringComparison.OrdinalIgnoreCase);

    /// <summary>A trained model as a network for the upscaler.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="type">float32, or bfloat16 for the arithmetic inside; pictures stay float32. Default: float32.</param>
    /// <returns>The network.</returns>
    public static UpscaleNetwork Of(RestorationModel model, ScalarType type = ScalarType.Float32)
    {
        UpscaleNetwork network = Of(model, type, model.Predict);
        return !model.Network.HasMask ? network : network.WithMarksFilled() with
        {
            PredictSmall = input => Membrane.OverMarks(input, TwoScales.Mean(input, network.Predict, isPicture: true)),
        };
    }

    /// <summary>
    /// Fills the pixels that <see cref="UpscaleOptions.Mask"/> marks from what lies around them, and leaves all others. No network: it
    /// comes nearer to the truth than our networks' own colours do.
    /// </summary>
    /// <returns>What takes a pixel that is not a number for missing.</returns>
    public static UpscaleNetwork Filling() => new("fill", 1, input =>
    {
        using Tensor missing = input.isnan().amax([1], keepdim: true), painted = input.nan_to_num(0);
        return Membrane.Fill(painted, missing);
    })
    {
        Task = "restoration",
        ReceptiveRadius = FillingRadius,
        WorkingBytesPerPixel = 256,
        WeightsHash = () => "membrane",
    };

    /// <summary>This network, with what it changed much filled from around; for networks that find marks.</summary>
    /// <returns>The network.</returns>
    public UpscaleNetwork WithMarksFilled() => this with
    {
        Predict = input => Membrane.OverMarks(input, Predict(input)), TileOverlaps = MaskOverlaps,
    };

    /// <summary>The mask of a model that knows it as a grey picture: white where it takes a pixel for masked.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="type">float32, or bfloat16 for the arithmetic inside. Default: float32.</param>
    /// <returns>The network.</returns>
    public static UpscaleNetwork MaskOf(RestorationModel model, ScalarType type = ScalarType.Float32)
    {
        UpscaleNetwork network = Of(model, type, input =>
        {
            using Tensor mask = model.PredictMask(input);
            return mask.expand(-1, 3, -1, -1).contiguous();
        });
        return network with
        {
            Name = $"{model.Name} mask",
            TileOverlaps = MaskOverlaps,
            PredictSmall = input => TwoScales.Mean(input, network.Predict, isPicture: false),
        };
    }

    /// <summary>This network and then another on its result, both of which keep the size.</summary>
    /// <param name="next">The network that comes second.</param>
    /// <returns>A network that looks as far as both together.</returns>
    public UpscaleNetwork Then(UpscaleNetwork next) => this with
    {
        Name = $"{Name} {next.Name}",
        Predict = InARow(Predict, next.Predict),
        PredictSmall = PredictSmall is null && next.PredictSmall is null ? null
            : InARow(PredictSmall ?? Predict, next.PredictSmall ?? next.Predict),
        ReceptiveRadius = ReceptiveRadius + next.ReceptiveRadius,
        SeenRadius = () => (SeenRadius?.Invoke() ?? ReceptiveRadius) + (next.SeenRadius?.Invoke() ?? next.ReceptiveRadius),
        SizeMultiple = Math.Max(SizeMultiple, next.SizeMultiple), // both are powers of two
        SeenSide = 0,
        WeightsHash = () => WeightsHash() + next.WeightsHash(),
    };

    /// <summary>The network for a picture of a size, which goes for all its tiles.</summary>
    internal UpscaleNetwork For(int width, int height) => SeenSide > 0 ? ReducedView.Of(this, Math.Min(width, height))
        : PredictSmall is null || (long)width * height > TwoScales.MostPixels ? this
        : this with
        {
            Predict = PredictSmall,
            SizeMultiple = SizeMultiple * TwoScales.Multiple,
            WorkingBytesPerPixel = 2 * WorkingBytesPerPixel,
        };

    /// <summary>This network with some of its change, which keeps the size.</summary>
    internal UpscaleNetwork AtStrength(float strength) => strength == 1 ? this : this with
    {
        Predict = input =>
        {
            using Scalar part = Scalars.Of(strength);
            using Tensor result = Predict(input);
            return result.sub(input).mul_(part).add_(input, Scalars.One);
        },
        PredictWhole = null,
    };

    /// <summary>The sentence about a result that is none.</summary>
    internal InputException NoNumbers(int x, int y) => new(
        $"{Name} gives values that are no numbers (NaN or infinity) near pixel ({x}, {y}) of the output; its arithmetic overflows, or goes "
        + "wrong on this processor: try float32 (--dtype float32).");

    private static Func<Tensor, Tensor> InARow(Func<Tensor, Tensor> first, Func<Tensor, Tensor> second) => input =>
    {
        using Tensor between = first(input), seen = between.clamp(Scalars.Zero, Scalars.One);
        return second(seen);
    };

    private static UpscaleNetwork Of(RestorationModel model, ScalarType type, Func<Tensor, Tensor> predict)
        => new(model.Name, model.Scale, type == ScalarType.Float32 ? predict : input => PredictIn(model, type, predict, input))
        {
            Task = model.Task,
            InputFilter = model.InputFilter,
            ReceptiveRadius = model.ReceptiveRadius,
            SeenRadius = () => model.SeenRadius,
            SizeMultiple = model.SizeMultiple,
            SeenSide = model.Network.SeenSide,
            WeightsHash = model.WeightsHash,
        };

    /// <summary>Convolutions in another type; pictures, and what is added to them at the end, stay float32.</summary>
    private static Tensor PredictIn(RestorationModel model, ScalarType type, Func<Tensor, Tensor> predict, Tensor input)
    {
        ScalarType before = model.Network.ComputeType;
        model.Network.ComputeType = type;
        try
        {
            return predict(input);
        }
        finally
        {
            model.Network.ComputeType = before;
        }
    }
}
