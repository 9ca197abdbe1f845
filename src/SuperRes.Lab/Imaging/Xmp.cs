using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace SuperRes.Lab.Imaging;

/// <summary>XMP packets: where formats keep them, and the properties that concern pixels.</summary>
internal static partial class Xmp
{
    /// <summary>What begins a JPEG segment that holds a packet.</summary>
    public static ReadOnlySpan<byte> JpegPrefix => "http://ns.adobe.com/xap/1.0/\0"u8;

    /// <summary>What begins a PNG text that holds one.</summary>
    public static ReadOnlySpan<byte> PngKeyword => "XML:com.adobe.xmp\0"u8;

    /// <summary>A copy that says upright; as long as before.</summary>
    public static byte[] Upright(byte[] xmp)
        => Encoding.Latin1.GetBytes(Orientation().Replace(Encoding.Latin1.GetString(xmp), "${before}1"));

    /// <summary>A copy that says this size wherever the packet says one.</summary>
    public static byte[] Sized(byte[] xmp, int width, int height) => Encoding.Latin1.GetBytes(Side().Replace(
        Encoding.Latin1.GetString(xmp),
        match => match.Groups["before"].Value
            + (match.Groups["width"].Success ? width : height).ToString(System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>The packet in an iTXt chunk; null where it is damaged.</summary>
    public static byte[]? OfPngText(ReadOnlySpan<byte> chunk)
    {
        // Keyword, whether it is packed, how, then language and translated keyword, each ending in a zero.
        ReadOnlySpan<byte> rest = chunk[PngKeyword.Length..];
        if (rest.Length < 2)
        {
            return null;
        }

        bool packed = rest[0] == 1;
        rest = rest[2..];
        for (int i = 0; i < 2; i++)
        {
            int zero = rest.IndexOf((byte)0);
            if (zero < 0)
            {
                return null;
            }

            rest = rest[(zero + 1)..];
        }

        return packed ? Unpacked(rest.ToArray()) : rest.ToArray();
    }

    /// <summary>The content of an iTXt chunk, not packed, as the standard of XMP asks.</summary>
    public static byte[] ToPngText(byte[] xmp) => [.. PngKeyword, 0, 0, 0, 0, .. xmp];

    private static byte[]? Unpacked(byte[] data)
    {
        const int most = 16 << 20;
        try
        {
            using var zlib = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
            var text = new byte[most];
            int length = zlib.ReadAtLeast(text, most, throwOnEndOfStream: false);
            return length == most ? null : text[..length];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    [GeneratedRegex("(?<before>tiff:Orientation(=[\"']|>))[2-8]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Orientation();

    [GeneratedRegex("(?<before>((?<width>tiff:ImageWidth|exif:PixelXDimension)|tiff:ImageLength|exif:PixelYDimension)(=[\"']|>))[0-9]+",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Side();
}
