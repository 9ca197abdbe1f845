namespace SuperRes.Lab.Imaging;

/// <summary>The formats that are written, by the endings of names, and what each of them holds.</summary>
internal static class ImageFormats
{
    private static readonly Dictionary<string, string> _written = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "PNG", [".jpg"] = "JPEG", [".jpeg"] = "JPEG", [".jpe"] = "JPEG", [".jfif"] = "JPEG", [".webp"] = "WebP",
        [".tif"] = "TIFF", [".tiff"] = "TIFF", [".avif"] = "AVIF", [".ppm"] = "PPM", [".pgm"] = "PPM", [".pnm"] = "PPM",
    };

    /// <summary>What messages call the endings that are written.</summary>
    public const string Written = ".png, .jpg, .webp, .tif, .avif or .ppm";

    /// <summary>The endings of files that are read.</summary>
    public static IReadOnlyList<string> ReadEndings { get; } = [.. _written.Keys, ".bmp", ".gif"];

    /// <summary>Whether files of a name's ending are written.</summary>
    public static bool IsWritten(string path) => _written.ContainsKey(Path.GetExtension(path));

    /// <summary>The format in which a file of a name is written.</summary>
    /// <exception cref="InputException">There is none for its ending.</exception>
    public static string Of(string path) => _written.TryGetValue(Path.GetExtension(path), out string? format) ? format
        : throw new InputException($"{path} ends in \"{Path.GetExtension(path)}\"; images are written as {Written}.");

    public static bool HoldsAlpha(string format) => format is "PNG" or "WebP" or "TIFF" or "AVIF";

    public static bool HoldsGrey(string format) => format is "PNG" or "JPEG" or "TIFF" or "PPM";

    public static bool HoldsSixteenBits(string format) => format is "PNG" or "TIFF" or "PPM";

    public static bool IsLossy(string format) => format is "JPEG" or "WebP" or "AVIF";

    /// <summary>Whether a file is made while its rows come, and not of the whole picture.</summary>
    public static bool TakesRows(string format) => format is "PNG" or "JPEG" or "TIFF" or "PPM";

    /// <summary>The most pixels of a side.</summary>
    public static int MostSide(string format) => format switch
    {
        "WebP" => 16_383,
        "AVIF" => 16_384,
        "JPEG" => 65_500,
        _ => int.MaxValue,
    };
}
