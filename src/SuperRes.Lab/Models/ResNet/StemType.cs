namespace SuperRes.Lab.Models;

/// <summary>How an encoder begins; each halves the size once before the max pool halves it again.</summary>
public enum StemType
{
    /// <summary>One 7×7 convolution with stride 2 (He et al. 2016).</summary>
    Classic,

    /// <summary>Three 3×3 convolutions, the first with stride 2 (He et al. 2019, "ResNet-C").</summary>
    Deep,

    /// <summary>Parallel 1×1, 3×3, 5×5 and pooled branches joined (after Szegedy et al. 2015), which the article names as next
    /// research.</summary>
    Inception,
}
