using System.Text;
using System.Text.RegularExpressions;

namespace SuperRes.Lab.Imaging;

/// <summary>The properties of an XMP packet that concern pixels, changed in its text: everything else stays as it is.</summary>
internal static partial class Xmp
{
    /// <summary>A copy for an upright still picture of a size: it says that size wherever the packet says one, and no longer that a video
    /// follows the picture.</summary>
    public static byte[] Of(byte[] xmp, int width, int height)
    {
        // Latin-1 gives back every byte as it was, whatever they are.
        string text = Orientation().Replace(Encoding.Latin1.GetString(xmp), "${before}1");
        text = Side().Replace(text, match => match.Groups["before"].Value
            + (match.Groups["width"].Success ? width : height).ToString(System.Globalization.CultureInfo.InvariantCulture));
        text = Motion().Replace(Directory().Replace(text, ""), "");
        return Encoding.Latin1.GetBytes(text);
    }

    [GeneratedRegex("(?<before>tiff:Orientation(=[\"']|>))[2-8]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Orientation();

    [GeneratedRegex("(?<before>((?<width>tiff:ImageWidth|exif:PixelXDimension)|tiff:ImageLength|exif:PixelYDimension)(=[\"']|>))[0-9]+",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Side();

    // Google's MicroVideo and its successor MotionPhoto, as attributes or as elements.
    [GeneratedRegex("\\s+(GCamera|Camera):(MicroVideo|MotionPhoto)\\w*=(\"[^\"]*\"|'[^']*')"
        + "|<(?<tag>(GCamera|Camera):(MicroVideo|MotionPhoto)\\w*)>[^<]*</\\k<tag>>", RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Motion();

    // The list of what the file holds one behind the other: the picture and its video.
    [GeneratedRegex("<(?<tag>(GContainer|Container):Directory)\\b[^>]*>((?!</\\k<tag>>).)*MotionPhoto((?!</\\k<tag>>).)*</\\k<tag>>",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Directory();
}
