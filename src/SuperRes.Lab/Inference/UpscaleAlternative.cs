using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Inference;

/// <summary>Another upscaler for some photos, which are told by their pixels once they are decoded.</summary>
/// <param name="Suits">Whether a photo is the other one's.</param>
/// <param name="Upscaler">The other one, of the same scale; made when the first photo needs it.</param>
/// <param name="Key">What tells both and the choice from others, such as the other weights' hash: a result counts as done only with the
/// same.</param>
public sealed record UpscaleAlternative(Func<RgbImage, bool> Suits, Lazy<Upscaler> Upscaler, string Key);
