using static TorchSharp.torch;

namespace SuperRes.Lab.Losses;

/// <summary>A loss and the weighted terms it is the sum of.</summary>
public sealed class LossTerms : IDisposable
{
    internal LossTerms(Tensor total, IReadOnlyList<string> names, Tensor values) => (Total, Names, Values) = (total, names, values);

    /// <summary>The sum, a scalar with its graph.</summary>
    public Tensor Total { get; }

    /// <summary>The terms' names: pixel, feat_0, …, gram_0, ….</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The terms in that order, a vector without graph.</summary>
    public Tensor Values { get; }

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Total.Dispose();
        Values.Dispose();
    }
}
