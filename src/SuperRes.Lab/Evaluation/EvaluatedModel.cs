using SuperRes.Lab.Imaging;
using SuperRes.Lab.Inference;

namespace SuperRes.Lab.Evaluation;

/// <summary>A method under test.</summary>
/// <param name="Name">What tables call it.</param>
/// <param name="Run">Low-resolution or damaged picture → result, scale times as large.</param>
public sealed record EvaluatedModel(string Name, Func<RgbImage, RgbImage> Run)
{
    /// <summary>A network behind an upscaler.</summary>
    /// <param name="name">What tables call it.</param>
    /// <param name="upscaler">The upscaler, at the scale of the evaluation.</param>
    /// <returns>The method.</returns>
    public static EvaluatedModel Of(string name, Upscaler upscaler) => new(name, image => upscaler.Upscale(image));
}
