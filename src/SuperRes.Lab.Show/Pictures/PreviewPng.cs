using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Show;

/// <summary>
/// The PNG beside a value's HTML, for viewers such as GitHub's that show no HTML. It is a preview: a photo that would be large is
/// given 256 colours, with the error spread over neighbours, so that notebooks stay small enough for git.
/// </summary>
internal static class PreviewPng
{
    /// <summary>The width that a preview of many pictures is fitted into.</summary>
    public const int Width = 720;

    private const int LosslessLimit = 60_000;

    /// <summary>Encodes a preview.</summary>
    /// <param name="image">The picture.</param>
    /// <returns>A PNG file's bytes.</returns>
    public static byte[] Encode(RgbImage image)
    {
        byte[] exact = ImageBytes.Png(image);
        return exact.Length <= LosslessLimit ? exact : ImageEncoder.Indexed(image.Pixels, image.Width, image.Height, dither: 1);
    }
}
