using SuperRes.Lab.Imaging;

namespace SuperRes.Lab.Course;

/// <summary>The part of a photo that is measured where whole photos would take too long.</summary>
public static class MiddleExtensions
{
    /// <summary>Cuts the middle out.</summary>
    /// <param name="photo">The photo.</param>
    /// <param name="side">Sides of the part in pixels, even; where the photo is smaller, its own, rounded down to even.</param>
    /// <returns>The part.</returns>
    public static RgbImage Middle(this RgbImage photo, int side)
    {
        int width = Math.Min(side, photo.Width / 2 * 2), height = Math.Min(side, photo.Height / 2 * 2);
        return photo.Crop((photo.Width - width) / 2, (photo.Height - height) / 2, width, height);
    }
}
