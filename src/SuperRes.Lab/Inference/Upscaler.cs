using System.Runtime.InteropServices;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Models;
using static TorchSharp.torch;

namespace SuperRes.Lab.Inference;

/// <summary>
/// Puts whole images through a network, whatever their size: in tiles that overlap by the network's receptive radius, so that the
/// result is that of the undivided image, with memory bounded by an option. ×4 and ×8 come from a ×2 network used twice and thrice.
/// </summary>
/// <remarks>Not safe for use by several threads at once: the network is one.</remarks>
public sealed partial class Upscaler
{
    // The runtime, libtorch and what lies between two collections, measured on Linux with a 12-megapixel photo.
    private const long BaseBytes = 600L << 20;
    private const int MostRepetitions = 3;
    // Rows that are taken from the last pass at once.
    private const int RowsAtOnce = 16;

    private readonly UpscaleNetwork _network;
    private readonly UpscaleOptions _options;
    private readonly TimeProvider _clock;
    private readonly int _repetitions;
    private readonly Lazy<string> _networkHash;

    /// <summary>Creates an upscaler over a trained model.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="options">Options; null: the defaults.</param>
    /// <param name="clock">Measures rates; null: the system's.</param>
    /// <exception cref="InputException">An option is outside its range, or the model can't do the scale.</exception>
    public Upscaler(RestorationModel model, UpscaleOptions? options = null, TimeProvider? clock = null)
        : this(UpscaleNetwork.Of(model, options?.Dtype ?? ScalarType.Float32), options, clock)
    {
    }

    /// <summary>Creates an upscaler over a network, which decides itself in which number type it computes.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">Options; null: the defaults.</param>
    /// <param name="clock">Measures rates; null: the system's.</param>
    /// <exception cref="InputException">An option is outside its range, or the network can't do the scale.</exception>
    public Upscaler(UpscaleNetwork network, UpscaleOptions? options = null, TimeProvider? clock = null)
    {
        (_network, _options, _clock) = (network, options ?? new(), clock ?? TimeProvider.System);
        _options.Validate();
        Scale = _options.Scale ?? network.Scale;
        if (_options.Strength != 1 && Scale > 1)
        {
            throw new InputException($"{network.Name} enlarges, and a strength is for a model that keeps the size; leave it at 1.");
        }

        _repetitions = Repetitions(network, Scale);
        _networkHash = new(network.WeightsHash);
    }

    /// <summary>How many times larger the result is.</summary>
    public int Scale { get; }

    /// <summary>Upscales or restores a picture. A grey picture stays grey, unless the network colourises.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="progress">Receives the progress after each tile; null for none.</param>
    /// <param name="cancellation">Stops the work between two tiles.</param>
    /// <returns>The picture, <see cref="Scale"/> times as wide and high.</returns>
    /// <exception cref="InputException">The picture is too large for the memory limit, or the network gives NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public RgbImage Upscale(RgbImage image, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default)
    {
        var meter = new UpscaleMeter(progress, _clock, Work(image.Width, image.Height), 1);
        bool grey = _network.KeepsGrey && PixelOrder.IsGrey(image.Pixels);
        RequireArray(image.Width, image.Height, bytesPerPixel: 3);
        using RowSource rows = Passes(new PictureRows(image), HeldBytes(image.Width, image.Height, 3, 3), meter, cancellation);
        return ToPicture(rows, grey);
    }

    /// <summary>Upscales or restores a picture in floating point, for files with more than 8 bits.</summary>
    /// <param name="image">1×3×H×W float32 in 0–1.</param>
    /// <param name="cancellation">Stops the work between two tiles.</param>
    /// <returns>1×3×(H·<see cref="Scale"/>)×(W·<see cref="Scale"/>) float32 on the CPU, clamped to 0–1; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The tensor has another shape.</exception>
    /// <exception cref="InputException">The picture is too large for the memory limit, or the network gives NaN.</exception>
    public Tensor Upscale(Tensor image, CancellationToken cancellation = default)
    {
        if (image.dim() != 4 || image.shape[0] != 1 || image.shape[1] != 3)
        {
            throw new ArgumentException($"A picture is 1×3×H×W; this tensor is {string.Join('×', image.shape)}.", nameof(image));
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        Tensor input = image.detach().cpu().to(float32).contiguous();
        var meter = new UpscaleMeter(null, _clock, 0, 1);
        using RowSource rows =
            Passes(new TensorRows(input), HeldBytes((int)image.shape[3], (int)image.shape[2], 12, 24), meter, cancellation);
        Tensor result = empty(rows.Height, rows.Width, 3, dtype: float32);
        Drain(rows, grey: false, (y, values) =>
        {
            // One span can't hold more than two gigabytes.
            using Tensor target = result.narrow(0, y, values.Length / 3 / rows.Width);
            values.CopyTo(MemoryMarshal.Cast<byte, float>(target.bytes));
        });
        return result.permute(2, 0, 1).unsqueeze(0).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>How an image would be cut in the last pass.</summary>
    /// <param name="width">Width of the input.</param>
    /// <param name="height">Height of the input.</param>
    /// <returns>The plan; its <see cref="TilePlan.IsExact"/> says whether the memory limit let the overlap reach the receptive
    /// radius.</returns>
    /// <exception cref="InputException">The image is too large for the memory limit.</exception>
    public TilePlan Plan(int width, int height) => Plans(width, height, HeldBytes(width, height, 3, 3))[^1];

    /// <summary>Output pixels that the network will compute for an input.</summary>
    internal long Work(int width, int height)
    {
        long work = 0;
        double pixels = (double)width * height;
        for (int i = 0; i < _repetitions; i++)
        {
            pixels *= (double)_network.Scale * _network.Scale;
            work += (long)pixels;
        }

        return work * (_options.SelfEnsemble ? Dihedral.Count : 1);
    }

    private long Limit => _options.MemoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    /// <summary>Bytes of pictures that are in memory as a whole.</summary>
    private long HeldBytes(int width, int height, int perInputPixel, int perOutputPixel)
        => (long)Math.Min((double)width * height * (perInputPixel + ((double)perOutputPixel * Scale * Scale)), long.MaxValue / 4);

    /// <summary>The tiles of every pass. Refuses, before memory is taken, a picture that leaves no room for the network.</summary>
    private TilePlan[] Plans(int width, int height, long heldBytes, string hint = "")
    {
        long left = Limit - BaseBytes - heldBytes;
        if ((long)width * Scale > int.MaxValue / 12 || (
            long)height * Scale > int.MaxValue / 12 || left < 16L * 16 * _network.WorkingBytesPerPixel * _repetitions)
        {
            double needed = (heldBytes + BaseBytes + (16.0 * 16 * _network.WorkingBytesPerPixel * _repetitions)) / 1e9;
            throw new InputException(
                $"{width:N0}×{height:N0} pixels at ×{Scale} need about {needed:0.0#} GB of memory, and the limit is {Limit / 1e9:0.0#} "
                    + $"GB; use a smaller image or scale, or raise the limit (--memory MB){hint}.");
        }

        UpscaleNetwork network = _network.For(width, height);
        var plans = new TilePlan[_repetitions];
        for (int i = 0; i < plans.Length; i++)
        {
            (width, height) = (width * _network.Scale, height * _network.Scale);
            plans[i] = TilePlan.Create(width, height, network, _options, left / _repetitions);
        }

        return plans;
    }

    /// <summary>The network's passes over a picture, one behind the other: each makes rows when the next one asks for them.</summary>
    private RowSource Passes(RowSource image, long heldBytes, UpscaleMeter meter, CancellationToken cancellation)
    {
        UpscaleNetwork network = _network.For(image.Width, image.Height).AtStrength((float)_options.Strength);
        return Plans(image.Width, image.Height, heldBytes)
            .Aggregate(_options.Mask is { } mask ? new MaskedRows(image, mask) : image,
                (input, plan) => plan.Count == 1 && !_options.SelfEnsemble && network.PredictWhole is not null
                    ? new WholePass(input, network, meter.Advance, cancellation)
                    : (RowSource)new TilePass(input, network, plan, _options.SelfEnsemble, meter.Advance, cancellation));
    }

    /// <summary>Refuses a result that must be in memory as a whole and passes the largest array.</summary>
    private void RequireArray(int width, int height, int bytesPerPixel, string hint = "")
    {
        if ((double)width * height * Scale * Scale * bytesPerPixel > Array.MaxLength)
        {
            throw new InputException(
                $"{width:N0}×{height:N0} pixels at ×{Scale} are {(long)width * Scale:N0}×{(long)height * Scale:N0}, more than a picture "
                    + $"in memory can hold; use a smaller image or scale{hint}.");
        }
    }

    private delegate void TakeRows(int firstRow, Span<float> values);

    /// <summary>Takes all rows of a picture, a few at a time; grey ones with equal channels.</summary>
    private static void Drain(RowSource rows, bool grey, TakeRows take)
    {
        int stride = rows.Width * 3;
        var values = new float[Math.Min(RowsAtOnce, rows.Height) * stride];
        for (int y = 0; y < rows.Height; y += RowsAtOnce)
        {
            Span<float> some = values.AsSpan(0, Math.Min(RowsAtOnce, rows.Height - y) * stride);
            rows.Read(some);
            for (int i = 0; grey && i < some.Length; i += 3)
            {
                some.Slice(i, 3).Fill((some[i] + some[i + 1] + some[i + 2]) / 3);
            }

            take(y, some);
        }
    }

    private static RgbImage ToPicture(RowSource rows, bool grey)
    {
        var result = new RgbImage(rows.Width, rows.Height);
        Drain(rows, grey, (y, values) => ToBytes(values, result.Pixels.AsSpan(y * rows.Width * 3, values.Length)));
        return result;
    }

    private static void ToBytes(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        for (int i = 0; i < values.Length; i++)
        {
            bytes[i] = (byte)MathF.Round(values[i] * 255);
        }
    }

    private static int Repetitions(UpscaleNetwork network, int scale)
    {
        int reached = network.Scale;
        for (int i = 1; i <= MostRepetitions; i++, reached *= network.Scale)
        {
            if (reached == scale)
            {
                return i;
            }
        }

        int own = network.Scale;
        throw new InputException(own == 1
            ? $"{network.Name} is a {network.Task} model that keeps an image's size (scale 1); ×{scale} needs a super-resolution model."
            : $"{network.Name} can't upscale ×{scale}: it does ×{own}, and ×{own * own} and ×{own * own * own} by repetition.");
    }
}
