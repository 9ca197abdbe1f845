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
    // A resample kernel reaches three pixels of the small image; one more keeps its edges out of sight.
    private const int KernelReach = 4;

    private readonly UpscaleNetwork _network;
    private readonly UpscaleOptions _options;
    private readonly TimeProvider _clock;
    private readonly int _repetitions;

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
        _repetitions = Repetitions(network, Scale);
    }

    /// <summary>How many times larger the result is.</summary>
    public int Scale { get; }

    /// <summary>Upscales or restores a picture. A grey picture stays grey, unless the network colourises.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="progress">Is told after each tile; null: nobody.</param>
    /// <param name="cancellation">Stops the work between two tiles.</param>
    /// <returns>The picture, <see cref="Scale"/> times as wide and high.</returns>
    /// <exception cref="InputException">The picture is too large for the memory limit, or the network gives NaN.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public RgbImage Upscale(RgbImage image, IProgress<UpscaleProgress>? progress = null, CancellationToken cancellation = default)
        => Upscale(image, new ProgressMeter(progress, _clock, Work(image.Width, image.Height), 1), cancellation);

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
        return UpscaleFloat(image.detach().cpu(), new ProgressMeter(null, _clock, 0, 1), cancellation).MoveToOuterDisposeScope();
    }

    /// <summary>How an image would be cut in the last pass.</summary>
    /// <param name="width">Width of the input.</param>
    /// <param name="height">Height of the input.</param>
    /// <returns>The plan; its <see cref="TilePlan.IsExact"/> says whether the memory limit let the overlap reach the receptive radius.</returns>
    /// <exception cref="InputException">The image is too large for the memory limit.</exception>
    public TilePlan Plan(int width, int height)
    {
        int outputWidth = checked(width * Scale), outputHeight = checked(height * Scale);
        return Plan(outputWidth, outputHeight, bytesPerChannel: 1);
    }

    internal RgbImage Upscale(RgbImage image, ProgressMeter meter, CancellationToken cancellation)
    {
        CheckMemory(image.Width, image.Height, bytesPerChannel: 1);
        bool grey = _network.KeepsGrey && PixelOrder.IsGrey(image.Pixels);
        RgbImage result = image;
        for (int i = 0; i < _repetitions; i++)
        {
            result = _options.SelfEnsemble ? Ensemble(result, meter, cancellation) : Pass(result, meter, cancellation);
        }

        if (grey)
        {
            MakeGrey(result.Pixels);
        }

        return result;
    }

    internal Tensor UpscaleFloat(Tensor image, ProgressMeter meter, CancellationToken cancellation)
    {
        CheckMemory((int)image.shape[3], (int)image.shape[2], bytesPerChannel: sizeof(float));
        Tensor result = image;
        for (int i = 0; i < _repetitions; i++)
        {
            result = PassFloat(result, meter, cancellation);
        }

        return result;
    }

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

    /// <summary>Refuses an image whose own pixels leave no room for the network, before memory is taken for them.</summary>
    internal void CheckMemory(int width, int height, int bytesPerChannel)
    {
        long outputWidth = (long)width * Scale, outputHeight = (long)height * Scale;
        long needed = PictureBytes(outputWidth, outputHeight, bytesPerChannel) + BaseBytes + ((long)16 * 16 * _network.WorkingBytesPerPixel);
        bool tooLong = outputWidth * outputHeight * 3 > Array.MaxLength;
        if (tooLong || needed > Limit)
        {
            throw new InputException(tooLong
                ? $"{width:N0}×{height:N0} pixels at ×{Scale} are {outputWidth:N0}×{outputHeight:N0}, more than a picture in memory can hold; use a smaller image or scale."
                : $"{width:N0}×{height:N0} pixels at ×{Scale} need about {needed / 1e9:0.0} GB of memory, and the limit is {Limit / 1e9:0.0} GB; use a smaller image or scale, or raise the limit.");
        }
    }

    private long Limit => _options.MemoryLimit ?? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4 * 3;

    private long PictureBytes(long outputWidth, long outputHeight, int bytesPerChannel)
    {
        // The picture between two passes, or the input, and the output; an ensemble also holds a turned one and sums of 16 bits.
        double inputs = outputWidth * (double)outputHeight / (_network.Scale * _network.Scale);
        double outputs = outputWidth * (double)outputHeight * (_options.SelfEnsemble ? 4 : 1);
        return (long)Math.Min((inputs + outputs) * 3 * bytesPerChannel, long.MaxValue / 2);
    }

    private TilePlan Plan(int outputWidth, int outputHeight, int bytesPerChannel)
        => TilePlan.Create(outputWidth, outputHeight, _network, _options, Math.Max(0, Limit - BaseBytes - PictureBytes(outputWidth, outputHeight, bytesPerChannel)));

    private RgbImage Ensemble(RgbImage image, ProgressMeter meter, CancellationToken cancellation)
    {
        int width = image.Width * _network.Scale, height = image.Height * _network.Scale;
        var sum = new ushort[width * height * 3];
        for (int i = 0; i < Dihedral.Count; i++)
        {
            Dihedral.AddInverse(Pass(Dihedral.Apply(image, i), meter, cancellation), i, sum, width, height);
        }

        var result = new RgbImage(width, height);
        for (int i = 0; i < sum.Length; i++)
        {
            result.Pixels[i] = (byte)((sum[i] + (Dihedral.Count / 2)) / Dihedral.Count);
        }

        return result;
    }

    private RgbImage Pass(RgbImage image, ProgressMeter meter, CancellationToken cancellation)
    {
        var result = new RgbImage(image.Width * _network.Scale, image.Height * _network.Scale);
        TilePlan plan = Plan(result.Width, result.Height, bytesPerChannel: 1);
        TileRunner.Run(plan, _network, ReadTile, TakeRows, meter.Advance, cancellation);
        return result;

        Tensor ReadTile(int x, int y, int width, int height)
        {
            PartOfInput part = PartOfInput.For(x, y, width, height, _network.Scale, image.Width, image.Height);
            RgbImage small = image.Crop(part.X, part.Y, part.Width, part.Height);
            RgbImage large = _network.Scale == 1
                ? small
                : Resampler.Resize(small, part.Width * _network.Scale, part.Height * _network.Scale, _network.InputFilter);
            return large.ToTensor().narrow(2, y - (part.Y * _network.Scale), height).narrow(3, x - (part.X * _network.Scale), width).contiguous();
        }

        void TakeRows(int firstRow, int count, ReadOnlySpan<float> values)
        {
            Span<byte> target = result.Pixels.AsSpan(firstRow * result.Width * 3, count * result.Width * 3);
            for (int i = 0; i < target.Length; i++)
            {
                target[i] = (byte)MathF.Round(Math.Clamp(values[i], 0, 1) * 255);
            }
        }
    }

    private Tensor PassFloat(Tensor image, ProgressMeter meter, CancellationToken cancellation)
    {
        int inputWidth = (int)image.shape[3], inputHeight = (int)image.shape[2], scale = _network.Scale;
        Tensor result = empty(1, inputHeight * scale, inputWidth * scale, 3, dtype: float32);
        TilePlan plan = Plan(inputWidth * scale, inputHeight * scale, sizeof(float));
        TileRunner.Run(plan, _network, ReadTile, TakeRows, meter.Advance, cancellation);
        return result.permute(0, 3, 1, 2);

        Tensor ReadTile(int x, int y, int width, int height)
        {
            PartOfInput part = PartOfInput.For(x, y, width, height, scale, inputWidth, inputHeight);
            Tensor small = image.narrow(2, part.Y, part.Height).narrow(3, part.X, part.Width).contiguous();
            Tensor large = scale == 1 ? small : Resampler.Resize(small, part.Height * scale, part.Width * scale, _network.InputFilter);
            return large.narrow(2, y - (part.Y * scale), height).narrow(3, x - (part.X * scale), width).clamp(0, 1).contiguous();
        }

        void TakeRows(int firstRow, int count, ReadOnlySpan<float> values)
        {
            using Tensor rows = tensor(values.ToArray(), [1, count, inputWidth * scale, 3]).clamp_(0, 1);
            using Tensor target = result.narrow(1, firstRow, count);
            target.copy_(rows);
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

    private static void MakeGrey(Span<byte> pixels)
    {
        for (int i = 0; i < pixels.Length; i += 3)
        {
            pixels.Slice(i, 3).Fill((byte)((pixels[i] + pixels[i + 1] + pixels[i + 2] + 1) / 3));
        }
    }

    /// <summary>The part of the small image that a part of the output is enlarged from, with what the kernel reaches.</summary>
    private readonly record struct PartOfInput(int X, int Y, int Width, int Height)
    {
        public static PartOfInput For(int x, int y, int width, int height, int scale, int inputWidth, int inputHeight)
        {
            int reach = scale == 1 ? 0 : KernelReach;
            int left = Math.Max(0, (x / scale) - reach), top = Math.Max(0, (y / scale) - reach);
            int right = Math.Min(inputWidth, ((x + width + scale - 1) / scale) + reach);
            int bottom = Math.Min(inputHeight, ((y + height + scale - 1) / scale) + reach);
            return new(left, top, right - left, bottom - top);
        }
    }
}
