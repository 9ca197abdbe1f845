using SuperRes.Lab.Evaluation;
using SuperRes.Lab.Imaging;
using SuperRes.Lab.Metrics;
using SuperRes.Lab.Show;

namespace SuperRes.Lab.Course;

/// <summary>Methods for ×2 side by side by fidelity (PSNR, SSIM) and by perception.</summary>
/// <param name="Measure">The name of the perceptual distance.</param>
/// <param name="Methods">Means over the photos.</param>
public sealed record FidelityAndPerception(string Measure, IReadOnlyList<MethodFigures> Methods)
{
    private const int Scale = 2;

    /// <summary>Measures methods on the middle of photos, halved by an antialiased bicubic filter.</summary>
    /// <param name="methods">The methods, for ×2.</param>
    /// <param name="photos">The photos.</param>
    /// <param name="distance">The perceptual distance.</param>
    /// <param name="side">Side of the part that is measured, in pixels; smaller photos are measured whole.</param>
    /// <returns>The figures.</returns>
    public static FidelityAndPerception Of(
        IReadOnlyList<EvaluatedModel> methods, IEnumerable<RgbImage> photos, PerceptualDistance distance, int side = 256)
    {
        (RgbImage Target, RgbImage Small)[] pairs = [.. photos.Select(photo => Pair(photo, side))];
        return new(distance.Name, [.. methods.Select(method =>
        {
            RgbImage[] results = [.. pairs.Select(pair => method.Run(pair.Small))];
            double Mean(Func<RgbImage, RgbImage, double> figure) => results.Zip(pairs).Average(p => figure(p.First, p.Second.Target));
            return new MethodFigures(
                method.Name, Mean((a, b) => Psnr.Y(a, b, Scale)), Mean((a, b) => Ssim.Y(a, b, Scale)), Mean(distance.Of));
        })]);
    }

    /// <summary>Bicubic enlargement as a method.</summary>
    public static EvaluatedModel Bicubic { get; } =
        new("bicubic", image => Resampler.Resize(image, image.Width * Scale, image.Height * Scale, ResampleFilter.Bicubic));

    /// <summary>The figures of a method.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="InputException">There is none of that name.</exception>
    public MethodFigures this[string name] => Methods.FirstOrDefault(method => method.Name == name)
        ?? throw new InputException($"No method {name} was measured; there are {string.Join(", ", Methods.Select(m => m.Name))}.");

    /// <summary>The method with the highest PSNR.</summary>
    public MethodFigures MostFaithful => Methods.MaxBy(method => method.PsnrY)!;

    /// <summary>The method with the lowest perceptual distance.</summary>
    public MethodFigures NearestLooking => Methods.MinBy(method => method.Distance)!;

    /// <summary>The figures as a table.</summary>
    /// <returns>A row a method.</returns>
    public Table Table() => Show.Table.Of(
            Methods, ("method", m => m.Name), ("PSNR-Y (dB)", m => m.PsnrY), ("SSIM-Y", m => m.SsimY), (Measure, m => m.Distance))
        .WithFormat("PSNR-Y (dB)", "0.00").WithFormat("SSIM-Y", "0.0000").WithFormat(Measure, "0.0000");

    /// <summary>The trade-off as a chart.</summary>
    /// <returns>A point a method: to the right is more faithful, further down looks nearer.</returns>
    public Chart Plot() => new Chart("Fidelity and perception").WithX("PSNR-Y, higher is better", "dB").WithY($"{Measure}, lower is better")
        .WithoutLegend()
        .Scatter("methods", Methods.Select(m => m.PsnrY), Methods.Select(m => m.Distance), Methods.Select(m => m.Name));

    private static (RgbImage Target, RgbImage Small) Pair(RgbImage photo, int side)
    {
        RgbImage target = photo.Middle(side);
        return (target, Resampler.Resize(target, target.Width / Scale, target.Height / Scale, ResampleFilter.Bicubic));
    }
}

/// <summary>Mean figures of a method.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PsnrY">PSNR of the luma in dB.</param>
/// <param name="SsimY">SSIM of the luma.</param>
/// <param name="Distance">The perceptual distance, less being nearer.</param>
public sealed record MethodFigures(string Name, double PsnrY, double SsimY, double Distance);
