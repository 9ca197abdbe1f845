using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;
using SuperRes.Lab.Models;

namespace SuperRes.Lab.Evaluation;

/// <summary>A method under test.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Run">Low-resolution or degraded picture → result, scale times as large.</param>
public sealed record EvaluatedModel(string Name, Func<RgbImage, RgbImage> Run)
{
    /// <summary>
    /// Runs in place of <see cref="Run"/> where the evaluation knows which pixels are masked: degraded picture, one entry per pixel →
    /// result. Finding what is masked and filling it can so be measured apart. Default: null.
    /// </summary>
    public Func<RgbImage, bool[], RgbImage>? Fill { get; init; }

    /// <summary>What <c>superres restore --mask</c> does, told the true mask; it leaves pictures without one as they are.</summary>
    /// <param name="options">Tiles; null: the defaults.</param>
    /// <returns>The method, named "fill, true mask".</returns>
    public static EvaluatedModel TrueMask(UpscaleOptions? options = null) => new("fill, true mask", image => image)
    {
        Fill = (image, mask)
            => new Upscaler(UpscaleNetwork.Filling(), (options ?? new()) with { Mask = Picture(image, mask) }).Upscale(image),
    };

    /// <summary>A network behind an upscaler.</summary>
    /// <param name="name">What tables call it.</param>
    /// <param name="upscaler">The upscaler, at the scale of the evaluation.</param>
    /// <returns>The method.</returns>
    public static EvaluatedModel Of(string name, Upscaler upscaler) => new(name, image => upscaler.Upscale(image));

    /// <summary>A trained model.</summary>
    /// <param name="model">The model; it stays the caller's.</param>
    /// <param name="scale">The evaluation's scale; null: the model's own.</param>
    /// <param name="options">Tiles and number type; null: the defaults.</param>
    /// <returns>The method.</returns>
    /// <exception cref="InputException">The model can't do the scale.</exception>
    public static EvaluatedModel Of(RestorationModel model, int? scale = null, UpscaleOptions? options = null)
        => Of(model.Name, new Upscaler(model, (options ?? new()) with { Scale = scale ?? options?.Scale }));

    private static RgbImage Picture(RgbImage image, bool[] mask)
        => new(image.Width, image.Height, [.. mask.SelectMany(masked => Enumerable.Repeat(masked ? byte.MaxValue : (byte)0, 3))]);
}
