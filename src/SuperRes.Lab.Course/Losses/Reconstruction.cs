using System.Globalization;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Losses;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Models;
using SuperRes.Lab.Show;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SuperRes.Lab.Course;

/// <summary>Which part of a feature loss a picture is made to agree with.</summary>
public enum LossPart
{
    /// <summary>The pixels.</summary>
    Pixels,

    /// <summary>The features (Mahendran and Vedaldi 2015).</summary>
    Features,

    /// <summary>The features' gram matrices (Gatys et al. 2015).</summary>
    Grams,
}

/// <summary>
/// A picture instead of a network is trained: starting from noise, its pixels follow the gradient of one part of a feature loss against
/// a target. What comes out shows what that part knows of a picture, and what it doesn't care about.
/// </summary>
/// <param name="Part">The part.</param>
/// <param name="Target">The picture it was made to agree with.</param>
/// <param name="Pictures">The picture after some numbers of steps.</param>
/// <param name="Losses">The part's value at each step.</param>
public sealed record Reconstruction(
    LossPart Part, RgbImage Target, IReadOnlyList<(int Step, RgbImage Image)> Pictures, IReadOnlyList<double> Losses)
{
    /// <summary>Optimises a picture with Adam.</summary>
    /// <param name="loss">The loss; its distance, network, blocks and weights count.</param>
    /// <param name="target">The picture to agree with, 32 pixels or more on each side.</param>
    /// <param name="part">Which part.</param>
    /// <param name="steps">Steps, at least 1.</param>
    /// <param name="seed">Decides the noise.</param>
    /// <param name="rate">Adam's rate, in units of a pixel's range.</param>
    /// <returns>The start, a quarter of the way, and the end.</returns>
    /// <exception cref="InputException">The loss compares pixels alone, and another part is asked for.</exception>
    public static Reconstruction Run(FeatureLoss loss, RgbImage target, LossPart part, int steps = 100, long seed = 1, double rate = 0.03)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        if (part != LossPart.Pixels && loss.Network is null)
        {
            throw new InputException($"This loss compares pixels alone, so no picture can be made from its "
                + $"{part.ToString().ToLowerInvariant()}; give it blocks.");
        }

        using DisposeScope scope = NewDisposeScope();
        Device device = loss.Network?.parameters().First().device ?? CPU;
        IReadOnlyList<Tensor> expected = Describe(loss, target.ToTensor().to(device), part, training: false);
        Parameter[] layers = [.. Noise(target, seed).Select(noise => new Parameter(noise.to(device)))];
        using optim.Optimizer adam = optim.Adam(layers, rate, 0.9, 0.99);
        var pictures = new List<(int, RgbImage)> { (0, RgbImage.FromTensor(Join(layers))) };
        var losses = new List<double>();
        for (int step = 1; step <= steps; step++)
        {
            using DisposeScope inner = NewDisposeScope();
            Tensor value = Distance(loss, Describe(loss, Join(layers), part, training: true), expected);
            adam.zero_grad();
            value.backward();
            adam.step();
            losses.Add(value.item<float>());
            if (step == (steps + 3) / 4 || step == steps)
            {
                pictures.Add((step, RgbImage.FromTensor(Join(layers))));
            }
        }

        return new Reconstruction(part, target, [.. pictures.DistinctBy(p => p.Item1)], losses);
    }

    /// <summary>Several reconstructions of one target as a sheet.</summary>
    /// <param name="reconstructions">With equal numbers of steps.</param>
    /// <returns>A row a part: the start, a quarter of the way, the end (with its PSNR), the target.</returns>
    public static PictureGrid Sheet(params IReadOnlyList<Reconstruction> reconstructions) => new(
        [.. reconstructions[0].Pictures.Select(p => p.Step == 0 ? "noise" : $"step {p.Step}"), "target"],
        [
            .. reconstructions.Select(one => new PictureRow(
                one.Part.ToString().ToLowerInvariant(),
                [
                    .. one.Pictures.Select(p => new PictureCell(
                        p.Image, string.Create(CultureInfo.InvariantCulture, $"{Psnr.Rgb(p.Image, one.Target):0.0} dB"))),
                    one.Target,
                ])),
        ]);

    /// <summary>How the parts fell, each relative to its start.</summary>
    /// <param name="reconstructions">Any number.</param>
    /// <returns>The chart.</returns>
    public static Chart Plot(params IReadOnlyList<Reconstruction> reconstructions) => reconstructions.Aggregate(
        new Chart("Each part while a picture follows it").WithX("step").WithY("loss, relative to the start", log: true),
        (chart, one) => chart.Line(one.Part.ToString().ToLowerInvariant(), one.Losses.Select(value => value / one.Losses[0])));

    /// <summary>What a part compares: the pixels themselves, the features, or their grams.</summary>
    private static IReadOnlyList<Tensor> Describe(FeatureLoss loss, Tensor picture, LossPart part, bool training)
    {
        using IDisposable? off = training ? null : no_grad();
        Tensor normalized = ImageNet.Normalize(picture);
        return part switch
        {
            LossPart.Pixels => [normalized],
            LossPart.Features => loss.Network!.Features(normalized, loss.Layers),
            _ => [.. loss.Network!.Features(normalized, loss.Layers).Select(FeatureLoss.Gram)],
        };
    }

    private static Tensor Distance(FeatureLoss loss, IReadOnlyList<Tensor> actual, IReadOnlyList<Tensor> expected)
    {
        // Each block counts by its own size, so that no weight decides what can be seen.
        Tensor sum = zeros([], device: expected[0].device);
        for (int i = 0; i < actual.Count; i++)
        {
            Tensor size = expected[i].abs().mean() + 1e-8f;
            sum = sum + (loss.Options.Base == BaseLoss.Mse
                ? nn.functional.mse_loss(actual[i], expected[i]) / (size * size)
                : nn.functional.l1_loss(actual[i], expected[i]) / size);
        }

        return sum / actual.Count;
    }

    /// <summary>
    /// The picture is the sum of layers of full, half, quarter and eighth size, so that broad light and colour can change as fast as single
    /// pixels:
    /// otherwise noise is what changes first, and stays.
    /// </summary>
    private static IEnumerable<Tensor> Noise(RgbImage target, long seed)
    {
        for (int size = 1; size <= 8; size *= 2)
        {
            var random = new RandomStream(seed, "reconstruction", size);
            (int height, int width) = (Math.Max(1, target.Height / size), Math.Max(1, target.Width / size));
            var values = new float[3 * width * height];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)(random.Uniform(-0.05, 0.05) + (size == 8 ? 0.5 : 0));
            }

            yield return tensor(values, [1, 3, height, width]);
        }
    }

    private static Tensor Join(IReadOnlyList<Tensor> layers)
    {
        long[] size = layers[0].shape[2..];
        return layers.Skip(1).Aggregate(layers[0].alias(),
            (sum, layer) => sum + nn.functional.interpolate(layer, size, mode: InterpolationMode.Bilinear, align_corners: false));
    }
}
