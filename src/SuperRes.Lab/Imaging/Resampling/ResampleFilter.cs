namespace SuperRes.Lab.Imaging;

/// <summary>The kernel of a resize, with Pillow's definitions; every kernel but nearest widens by the factor when an image
/// shrinks.</summary>
public enum ResampleFilter
{
    /// <summary>The nearest pixel; never antialiased.</summary>
    Nearest,

    /// <summary>A triangle of radius 1.</summary>
    Bilinear,

    /// <summary>Keys' cubic convolution with a = −0.5 and radius 2; the same kernel as MATLAB's antialiased imresize.</summary>
    Bicubic,

    /// <summary>A sinc windowed by its own middle lobe, radius 3.</summary>
    Lanczos,

    /// <summary>The mean of the covered pixels; radius 0.5.</summary>
    Box,

    /// <summary>A sinc windowed by Hamming's window, radius 1.</summary>
    Hamming,
}
