namespace SuperRes.Lab.Imaging;

/// <summary>What a file says about its pixels beside them, kept so that an output made of it can say the same.</summary>
/// <param name="Exif">The EXIF block (TIFF structure, without any prefix), orientation set to upright; null where there is none.</param>
/// <param name="IccProfile">The colour profile; null where there is none.</param>
public sealed record ImageMetadata(byte[]? Exif, byte[]? IccProfile)
{
    /// <summary>Nothing.</summary>
    public static ImageMetadata None { get; } = new(null, null);

    /// <summary>Whether the profile describes grey (true), RGB (false) or another kind of pixel (null, as where there is none).</summary>
    internal bool? ProfileIsGrey => IccProfile is not { Length: > 20 } profile ? null
        : profile.AsSpan(16).StartsWith("GRAY"u8) ? true
        : profile.AsSpan(16).StartsWith("RGB "u8) ? false : null;
}
