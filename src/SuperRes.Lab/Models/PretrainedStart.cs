namespace SuperRes.Lab.Models;

/// <summary>The pretrained weights that a network can start from.</summary>
/// <param name="Name">Their name among <see cref="Weights.PretrainedWeights"/>, such as "resnet34".</param>
/// <param name="Misfit">Why they don't fit this network, as the end of a sentence; null where they do.</param>
/// <param name="Blocks">Residual blocks that each of their stages must have; null for any.</param>
public sealed record PretrainedStart(string Name, string? Misfit = null, IReadOnlyList<int>? Blocks = null);
