using System.Text.Json.Serialization;
using SuperRes.Lab.Photos;

namespace SuperRes.Lab.Course;

/// <summary>How an image's file stores its pixels; training sees all of them as 8-bit RGB.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<StoredMode>))]
public enum StoredMode
{
    /// <summary>8-bit colours without transparency.</summary>
    Rgb,

    /// <summary>All pixels are grey.</summary>
    Grey,

    /// <summary>Has transparent parts; white shows through.</summary>
    Transparent,

    /// <summary>16 bits a channel; the upper 8 are used.</summary>
    SixteenBit,

    /// <summary>Four printing colours; converted without a profile.</summary>
    Cmyk,
}

/// <summary>An image of a folder, looked at once.</summary>
public sealed record SurveyedImage
{
    /// <summary>Path within the folder, with forward slashes.</summary>
    public required string Name { get; init; }

    /// <summary>Size of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of the file in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Width as shown, in pixels.</summary>
    public required int Width { get; init; }

    /// <summary>Height as shown, in pixels.</summary>
    public required int Height { get; init; }

    /// <summary>PNG, JPEG, WebP, BMP or GIF, by the content.</summary>
    public required string Format { get; init; }

    /// <summary>How the file stores its pixels.</summary>
    public required StoredMode Mode { get; init; }

    /// <summary>Mean luma (BT.601), 0–255.</summary>
    public required double Brightness { get; init; }

    /// <summary>Standard deviation of the luma, in grey levels.</summary>
    public required double Contrast { get; init; }

    /// <summary>Difference hash in hexadecimal; see <see cref="NearDuplicates"/>.</summary>
    public required string Look { get; init; }

    /// <summary>The shorter side in pixels.</summary>
    [JsonIgnore]
    public int ShorterSide => Math.Min(Width, Height);

    /// <summary>Whether the file's extension names another format than its content has.</summary>
    [JsonIgnore]
    public bool HasWrongExtension => Path.GetExtension(Name).ToLowerInvariant() switch
    {
        ".png" => Format != "PNG",
        ".jpg" or ".jpeg" or ".jpe" or ".jfif" => Format != "JPEG",
        ".tif" or ".tiff" => Format != "TIFF",
        ".avif" => Format != "AVIF",
        ".ppm" or ".pgm" or ".pnm" => Format != "PPM",
        ".webp" => Format != "WebP",
        ".bmp" => Format != "BMP",
        ".gif" => Format != "GIF",
        _ => true, // found by its content
    };
}
