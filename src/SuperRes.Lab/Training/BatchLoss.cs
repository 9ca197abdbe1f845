using SuperRes.Lab.Losses;
using static TorchSharp.torch;

namespace SuperRes.Lab.Training;

/// <summary>The loss of one batch, as numbers.</summary>
/// <param name="Total">The sum.</param>
/// <param name="Terms">Its terms, in the order of the loss's term names.</param>
public sealed record BatchLoss(double Total, IReadOnlyList<float> Terms)
{
    /// <summary>Reads the numbers, which waits for the device.</summary>
    internal static BatchLoss Of(LossTerms terms)
    {
        // A network in float64 has its loss in float64.
        using Tensor total = terms.Total.detach().to(ScalarType.Float64), values = terms.Values.to(ScalarType.Float32);
        return new(total.item<double>(), values.cpu().data<float>().ToArray());
    }
}
