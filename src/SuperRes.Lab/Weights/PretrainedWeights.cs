namespace SuperRes.Lab.Weights;

/// <summary>placeholder until merged</summary>
public static class PretrainedWeights
{
    /// <summary>x</summary><param name="name">n</param><returns>r</returns>
    public static IReadOnlyDictionary<string, TorchSharp.torch.Tensor>? TryLoad(string name) => null;
}
