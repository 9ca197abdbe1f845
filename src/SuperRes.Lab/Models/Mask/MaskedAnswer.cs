using static TorchSharp.torch;

namespace SuperRes.Lab.Models;

/// <summary>What a network made of a picture, and what it knows of the mask.</summary>
/// <param name="Picture">N×3×H×W, ImageNet-normalised: the input where nothing is masked, the fill where all is.</param>
/// <param name="MaskLogits">The logit of each pixel to be masked, N×1×H×W; null from a network without a mask.</param>
public sealed record MaskedAnswer(Tensor Picture, Tensor? MaskLogits);
