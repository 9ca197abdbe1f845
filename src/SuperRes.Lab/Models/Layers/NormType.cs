namespace SuperRes.Lab.Models;

/// <summary>How the U-Net's own convolutions are normalised (fastai's <c>NormType</c>); the encoder always has batch norm.</summary>
public enum NormType
{
    /// <summary>Weight norm: a gain per output channel times the direction of the weights, as in the article.</summary>
    Weight,

    /// <summary>Batch norm behind the activation; the convolution has no bias.</summary>
    Batch,

    /// <summary>Spectral norm: weights divided by their largest singular value, found by power iteration.</summary>
    Spectral,

    /// <summary>No normalisation.</summary>
    None,
}
